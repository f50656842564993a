"""What lies ahead of a record: the deadlines of the coming stages, as late as they can be."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from reviewflow.core.calendar import Calendar
from reviewflow.core.due import Anchors, due_at
from reviewflow.core.workflow import Stage, Workflow


@dataclass(frozen=True)
class Ahead:
    """A coming stage: it begins at the latest at `begins_at`, and its deadline is `due_at`, if it has one."""

    stage: Stage
    begins_at: datetime
    due_at: datetime | None


def ahead(
    workflow: Workflow,
    stage: str,
    due: datetime | None,
    anchors: Anchors,
    zone: str,
    calendar: Calendar,
    without: Container[str] = (),
) -> Iterator[Ahead]:
    """The stages after this one in the order of the file, each beginning when the one before is due.

    `due` is the deadline of the present stage; `without` names parts that this record leaves out. Ends with
    the first stage whose end nobody knows.
    """
    order = list(workflow.stages.values())
    at = due
    for coming in order[[one.key for one in order].index(stage) + 1 :]:
        if coming.part in without:
            continue
        if at is None or coming.end:
            return
        entered = replace(anchors, entered_at=at)
        begins, at = at, due_at(coming.due, entered, zone, calendar) if coming.due else None
        yield Ahead(coming, begins, at)
