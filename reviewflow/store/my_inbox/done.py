"""What a viewer did lately: moves and submitted forms, the same done for many told once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.people import Person
from reviewflow.store.subjects import Answer, MoveLog, Subject

MOST = 6


@dataclass(frozen=True)
class Done:
    """A move or a form, for how many subjects of one cycle. `person` is there if it was one."""

    title: Mapping[str, str]
    cycle: str
    count: int
    person_id: int | None
    person: str | None
    at: datetime


def done(session: Session, viewer: Viewer, since: datetime) -> list[Done]:
    """What was done since then, newest first, at most 6. One query, and one for workflows not seen before."""
    moves = (
        select(MoveLog.subject_id, MoveLog.move.label("item"), literal("move").label("what"), MoveLog.at)
        .where(MoveLog.actor_id == viewer.person_id, MoveLog.at >= since)
    )  # fmt: skip
    forms = (
        select(Answer.subject_id, Answer.task, literal("task"), Answer.submitted_at)
        .where(Answer.author_id == viewer.person_id, Answer.submitted_at >= since)
    )  # fmt: skip
    all_done = union_all(moves, forms).subquery("done")
    last = func.max(all_done.c.at)
    query = (
        select(Subject.definition_id, all_done.c.item, all_done.c.what, Cycle.key)
        .add_columns(func.count(Subject.id.distinct()), func.min(Person.id), func.min(Person.name), last)
        .join(all_done, all_done.c.subject_id == Subject.id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .join(Person, Person.id == Subject.person_id)
        .group_by(Subject.definition_id, all_done.c.item, all_done.c.what, Cycle.key)
        .order_by(last.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    processes = pinned.workflows(session, {definition_id for definition_id, *_ in rows})
    return [
        Done(title, cycle, number, person_id if number == 1 else None, name if number == 1 else None, at)
        for definition_id, item, what, cycle, number, person_id, name, at in rows
        if (title := _title(processes[definition_id], what, item)) is not None
    ]


def _title(workflow: Workflow, what: str, item: str) -> Mapping[str, str] | None:
    """None for what is no step of the process, such as a launch."""
    if what == "task":
        return workflow.tasks[item].title if item in workflow.tasks else None
    return workflow.moves[item].title if item in workflow.moves else None
