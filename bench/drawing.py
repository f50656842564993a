"""The floor of letters: ``python -m bench.drawing LETTERS.json FOLDER`` prints the CPU seconds of write_pdf alone."""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

from reviewflow.printer import LetterTemplate, press


def main(arguments: list[str]) -> None:
    """Compose every page first, warm up on two, then draw all of them."""
    template, letters = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    press.use_bundled_fonts(Path(arguments[1]))
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    parts = LetterTemplate.from_text(template)
    pages = [press.html(parts, values) for values in letters]
    fonts = press.open_fonts()
    for page in pages[:2]:
        press.pdf(page, parts.style, fonts)
    began = time.process_time()
    for page in pages:
        press.pdf(page, parts.style, fonts)
    print(time.process_time() - began)


if __name__ == "__main__":
    main(sys.argv[1:])
