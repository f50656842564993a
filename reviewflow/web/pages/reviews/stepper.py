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
    "calibration": "rated",
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
    """All steps. A part is done once the review has passed its first stage; a voided one stopped where it was."""
    coming = {one.stage.part: one for one in reversed(list(coming_stages(record)))}
    found = []
    for part in parts_of(record):
        state = _state(record, part)
        found.append(Step(part, part_title(part), _below(record, part, state, coming.get(part)), state))
    return found


def _state(record: Record, part: str) -> str:
    here = _stopped_at(record) if record.reached("voided") else record.stage
    order = list(record.workflow.stages)
    if record.workflow.stages[here].part == part:
        return "now"
    first = next(place for place, key in enumerate(order) if record.workflow.stages[key].part == part)
    return "done" if first < order.index(here) else "next"


def _stopped_at(record: Record) -> str:
    """The first stage of the part in which a withdrawn review stood, as its marks tell."""
    part = "evaluation" if record.reached("frozen") else "tracking" if record.reached("goals_agreed") else ""
    stages = record.workflow.stages.values()
    return next((stage.key for stage in stages if stage.part == part), record.workflow.start)


def coming_stages(record: Record) -> Iterator[Ahead]:
    """The stages that lie ahead, with the latest dates that are known."""
    if record.closed_at is not None:
        return iter(())
    anchors = Anchors(record.entered_at, record.period.starts_on, record.period.ends_on)
    without = () if record.calibration else ("calibration",)
    calendar = record.pins.calendar
    return ahead(record.workflow, record.stage, record.due_at, anchors, record.zone, calendar, without)


def _below(record: Record, part: str, state: str, coming: Ahead | None) -> str:
    if state == "done":
        when = record.period.ends_on if part == "tracking" else record.dates.get(_DONE_WITH.get(part, ""))
        return _("done %(day)s", day=day(when)) if when else ""
    if state == "now":
        return _("until %(day)s", day=until(record.due_at)) if record.due_at else ""
    if coming is None or coming.due_at is None:
        return ""
    return _("by %(day)s", day=until(coming.due_at))
