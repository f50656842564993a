"""The shipped process files, read once, and ways to spoil a copy."""

from __future__ import annotations

from pathlib import Path

from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.workflow import Workflow, load

FOLDER = Path(__file__).parents[3] / "workflows"
NAMES = ("appraisal_annual", "award_approval", "promotion_approval", "sales_monthly", "sales_quarterly")


def text(name: str) -> str:
    """The text of a shipped process."""
    return (FOLDER / f"{name}.toml").read_text("utf-8")


TEXTS = {name: text(name) for name in NAMES}
WORKFLOWS: dict[str, Workflow] = {name: load(TEXTS[name]) for name in NAMES}


def spoiled(original: str, *changes: tuple[str, str]) -> str:
    """A copy with the first occurrence of each old text replaced; an old text must be there."""
    for old, new in changes:
        assert old in original, old
        original = original.replace(old, new, 1)
    return original


def faults(text: str) -> tuple[Fault, ...]:
    """All faults of a text; none if it is accepted."""
    try:
        load(text)
    except Faulty as error:
        return error.faults
    return ()


def line_of(text: str, piece: str) -> int:
    """The line on which a piece of text begins; it must occur once."""
    assert text.count(piece) == 1, (piece, text.count(piece))
    return text[: text.index(piece)].count("\n") + 1
