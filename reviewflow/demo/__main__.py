"""``python -m reviewflow.demo DIR --today 2026-11-25``: write the invented company's exports to a folder."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from reviewflow.demo.company import company, history_until, quarter_before, quarter_of
from reviewflow.demo.exports import write_people, write_records
from reviewflow.demo.trade import records

SEED = 3


def main() -> None:
    """Write people and records up to the day given, the running cycle being that day's last full quarter."""
    parser = argparse.ArgumentParser(prog="python -m reviewflow.demo", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go; it is made if it is not there")
    parser.add_argument("--today", type=date.fromisoformat, required=True, help="the last day, YYYY-MM-DD")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another number, another company ({SEED})")
    given = parser.parse_args()
    running = quarter_before(quarter_of(given.today))
    people = company(given.seed, running)
    everything = records(given.seed, people, history_until(given.today, running))
    write_people(given.folder, people, given.today)
    write_records(given.folder, everything, with_bad_lines=True)
    print(f"{len(people.people)} people, {everything.count()} records in {given.folder}")


if __name__ == "__main__":
    main()
