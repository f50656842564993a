"""Accepted texts as what they mean. A text is read once a process: it never changes under its digest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reviewflow.core import calendar, indicators, plan, rubric, workflow
from reviewflow.core.calendar import Calendar
from reviewflow.core.indicators import Catalogue
from reviewflow.core.plan import Plan
from reviewflow.core.reasons import Faulty
from reviewflow.core.rubric import Rubric
from reviewflow.core.toml_source import parse
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.drawing import svg

_KEPT = 64


@lru_cache(maxsize=_KEPT)
def data(text: str) -> Mapping[str, Any]:
    """The plain data of an accepted text."""
    return parse(text).data


@lru_cache(maxsize=_KEPT)
def process(text: str) -> Workflow:
    return workflow.load(text)


@lru_cache(maxsize=_KEPT)
def drawing(text: str, language: str) -> str:
    """The diagram of a process as SVG."""
    return svg(process(text), language)


@lru_cache(maxsize=_KEPT)
def catalogue(text: str) -> Catalogue:
    return indicators.load(text)


@lru_cache(maxsize=_KEPT)
def pay_plan(text: str, catalogue_text: str) -> Plan | None:
    """None where the plan was written for indicators that the catalogue no longer has."""
    try:
        return plan.load(text, catalogue(catalogue_text))
    except Faulty:
        return None


@lru_cache(maxsize=_KEPT)
def criteria(text: str) -> Rubric:
    return rubric.load(text)


@lru_cache(maxsize=_KEPT)
def working_days(text: str) -> Calendar:
    return calendar.load(text)
