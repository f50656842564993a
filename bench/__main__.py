"""``python -m bench [--full] [NAME ...]``: one JSON line for each figure, and a non-zero exit above a limit.

Every figure stands beside its floor, the same work done as plainly as possible, measured in the same run on
the same machine. What each consists of goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys

from bench import advance, indicators, launch, letters, pages
from bench.measuring import Figure

PARTS = {
    "launch": launch.figures,
    "advance": advance.figures,
    "letters": letters.figures,
    "pages": pages.figures,
    "indicators": indicators.figures,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(PARTS)}; all by default")
    parser.add_argument("--full", action="store_true", help="launch 100,000 people too")
    asked = parser.parse_args()
    unknown = sorted(set(asked.names) - set(PARTS))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    over = 0
    for name in asked.names or PARTS:
        for figure in PARTS[name](full=asked.full):
            show(figure)
            over += not figure.holds
    return min(over, 1)


def show(figure: Figure) -> None:
    """The line on standard output, and the details beside it."""
    print(json.dumps(figure.line()), flush=True)
    verdict = "within" if figure.holds else "ABOVE"
    print(
        f"  {figure.name}: {figure.about}; {verdict} the limit of {figure.limit:g}",
        file=sys.stderr,
        flush=True,
    )
    for detail in figure.details:
        print(f"    {detail}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
