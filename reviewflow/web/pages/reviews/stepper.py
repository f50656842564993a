"""The stepper of a review: one step for each part of its process, with the date that matters there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewflow.core.due import Anchors
from reviewflow.core.schedule import Ahead, ahead
from reviewflow.store.review_page import Record
from reviewflow.web.filters import day, until
from reviewflow.web.filters import title as titled
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
    """All steps. What the review stands in or has passed is never taken back; a voided one stopped where it was."""
    coming = {one.stage.part: one for one in reversed(list(coming_stages(record)))}
    parts = parts_of(record)
    now = _now(record, parts)
    found = []
    for at, part in enumerate(parts):
        state = "now" if at == now else "done" if at < now else "next"
        found.append(Step(part, part_title(part), _below(record, part, state, coming.get(part)), state))
    return found


def _now(record: Record, parts: Sequence[str]) -> int:
    """Where the review stands: the last part whose first stage it has reached, so that no step is taken back.

    Waiting for release belongs to the evaluation but comes after calibration, and is shown there.
    """
    here = _stopped_at(record) if record.reached("voided") else record.stage
    order = list(record.workflow.stages)
    first = {
        part: at
        for at, part in reversed(list(enumerate(one.part for one in record.workflow.stages.values())))
    }
    if record.workflow.stages[here].part == _END:
        return len(parts)
    return max((at for at, part in enumerate(parts) if first[part] <= order.index(here)), default=0)


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
    stage = record.workflow.stages[record.stage]
    if state == "now" and stage.part not in (part, _END):
        return titled(stage.title)
    if state == "now":
        return _("until %(day)s", day=until(record.due_at)) if record.due_at else ""
    if coming is None or coming.due_at is None:
        return ""
    return _("by %(day)s", day=until(coming.due_at))
