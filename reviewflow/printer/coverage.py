"""Which characters the bundled fonts can print.

A character that no face has would be printed as an empty box, or, on another machine, in another font.
So letters are checked before they are printed, and forms can check a text before it is stored.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "fonts"
# Laid out, never drawn: line ends, spaces and the zero-width break.
_BLANK = frozenset("\n\r\t \u00a0\u2002\u2003\u2009\u200b\u202f\u3000")


@cache
def covered() -> frozenset[str]:
    """Every character that some face can draw, about 31,600. Reads one small file, once."""
    families: dict[str, str] = json.loads((FONTS / "coverage.json").read_text(encoding="utf-8"))
    return _BLANK.union(*(_characters(ranges) for ranges in families.values()))


def uncovered(text: str) -> str:
    """The characters of `text` that cannot be printed, each once, in order of their appearance."""
    return "".join(character for character in dict.fromkeys(text) if character not in covered())


def unprintable(text: str) -> str:
    """What of `text` cannot be printed, for people: ``😀 (U+1F600), U+0007``, at most eight; empty if all can.

    Accents count as joined to their letter (NFC), as they are printed.
    """
    return spelled(uncovered(unicodedata.normalize("NFC", text)))


def spelled(characters: str) -> str:
    """Characters with their numbers: ``😀 (U+1F600), U+0007``. The first eight."""
    return ", ".join(
        f"{one} (U+{ord(one):04X})" if one.isprintable() else f"U+{ord(one):04X}" for one in characters[:8]
    )


def _characters(ranges: str) -> set[str]:
    """``20-7e a0`` as characters."""
    found: set[str] = set()
    for run in ranges.split():
        first, _, last = run.partition("-")
        found.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return found
