"""The files that come with the product, read once: tests compute with what HR would use."""

from __future__ import annotations

from pathlib import Path

from reviewflow.core import indicators, plan

FOLDER = Path(__file__).parents[2] / "workflows"


def text(name: str) -> str:
    """The text of a shipped file, e.g. ``text("plans/sales_standard")``."""
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


CATALOGUE = indicators.load(text("indicators"))
STANDARD = plan.load(text("plans/sales_standard"), CATALOGUE)
COMMISSION_ONLY = plan.load(text("plans/commission_only"), CATALOGUE)
