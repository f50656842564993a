"""Two texts side by side as a unified diff, line by line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import unified_diff

from reviewflow.core.reasons import Faulty
from reviewflow.printer import LetterTemplate

AROUND = 3


@dataclass(frozen=True)
class DiffLine:
    """`kind`: ``hunk`` (where the lines stand), ``same``, ``gone`` or ``new``. `text` is without the sign."""

    kind: str
    text: str

    @property
    def sign(self) -> str:
        return {"gone": "−", "new": "+"}.get(self.kind, "")


def compare(old: str, new: str) -> list[DiffLine]:
    """Empty where the texts are the same."""
    found = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=AROUND)
    kinds = {"-": "gone", "+": "new", " ": "same"}
    lines = list(found)[2:]  # without the names of the files
    return [
        DiffLine("hunk", line) if line.startswith("@@") else DiffLine(kinds[line[:1]], line[1:])
        for line in lines
    ]


def readable(kind: str, text: str) -> str:
    """A definition's text as people read it: the three texts of a letter template below each other."""
    if kind != "template":
        return text
    try:
        parts = asdict(LetterTemplate.from_text(text))
    except Faulty:
        return text
    return "\n".join(f"[{name}]\n{part}" for name, part in parts.items())
