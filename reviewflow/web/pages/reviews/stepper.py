"""The stepper of a review: one step for each part of its process, with the date that matters there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviewflow.core.due import Anchors
from reviewflow.core.schedule import Ahead, ahead
from reviewflow.store.review_page import Record
from reviewflow.web.filters import day, until
from reviewflow.web.language import gettext as _
from reviewflow.web.part_titles import part_title

_END = "closed"
_DONE_WITH = {
    "goal_setting": "goals_agreed",
    "data_collection": "frozen",
    "evaluation": "rated",
    "feedback": "acknowledged",
    "reward": "closed",
}
"""The mark that says when a part was done."""


@dataclass(frozen=True)
class Step:
    """One step. `state`: ``done``, ``now`` or ``next``."""

    part: str
    title: str
    below: str
    state: str


def parts_of(record: Record) -> list[str]:
    """The parts that this review goes through, in the order of its process, without the end."""
    found = dict.fromkeys(stage.part for stage in record.workflow.stages.values())
    left_out = {_END} | (set() if record.calibration else {"calibration"})
    return [part for part in found if part not in left_out]


def steps(record: Record) -> list[Step]:
    """All steps. A voided review has stopped where it was."""
    parts = parts_of(record)
    at = _place(record, parts)
    coming = {one.stage.part: one for one in reversed(list(coming_stages(record)))}
    return [
        Step(part, part_title(part), _below(record, part, number, at, coming.get(part)), _state(number, at))
        for number, part in enumerate(parts)
    ]


def _place(record: Record, parts: list[str]) -> int:
    part = record.part
    if record.reached("voided"):
        part = (
            "evaluation" if record.reached("frozen") else "tracking" if record.reached("goals_agreed") else ""
        )
        return parts.index(part) if part in parts else 0
    return parts.index(part) if part in parts else len(parts)


def _state(number: int, at: int) -> str:
    return "done" if number < at else "now" if number == at else "next"


def coming_stages(record: Record) -> Iterator[Ahead]:
    """The stages that lie ahead, with the latest dates that are known."""
    if record.closed_at is not None:
        return iter(())
    anchors = Anchors(record.entered_at, record.period.starts_on, record.period.ends_on)
    without = () if record.calibration else ("calibration",)
    calendar = record.pins.calendar
    return ahead(record.workflow, record.stage, record.due_at, anchors, record.zone, calendar, without)


def _below(record: Record, part: str, number: int, at: int, coming: Ahead | None) -> str:
    if number < at:
        when = record.period.ends_on if part == "tracking" else record.dates.get(_DONE_WITH.get(part, ""))
        return _("done %(day)s", day=day(when)) if when else ""
    if number == at:
        return _("until %(day)s", day=until(record.due_at)) if record.due_at else ""
    if coming is None or coming.due_at is None:
        return ""
    return _("by %(day)s", day=until(coming.due_at))
