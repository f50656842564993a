"""What the shipped definitions call things, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from reviewflow.core import indicators, rubric, workflow
from reviewflow.core.indicators import Catalogue
from reviewflow.core.rubric import Rubric
from reviewflow.core.workflow import Workflow

_FOLDER = Path(__file__).resolve().parents[2] / "workflows"


@cache
def process(name: str = "sales_quarterly") -> Workflow:
    return workflow.load((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def catalogue() -> Catalogue:
    return indicators.load((_FOLDER / "indicators.toml").read_text(encoding="utf-8"))


@cache
def behaviour() -> Rubric:
    return rubric.load((_FOLDER / "rubrics" / "sales_core.toml").read_text(encoding="utf-8"))


def indicator(key: str) -> Mapping[str, str]:
    """The title of an indicator."""
    return catalogue()[key].title


def task(key: str) -> Mapping[str, str]:
    """The title of a task of the quarterly review."""
    return process().tasks[key].title


def move(key: str) -> Mapping[str, str]:
    """The title of a move of the quarterly review."""
    return process().moves[key].title
