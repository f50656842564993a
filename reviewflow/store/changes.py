"""Who changed a subject last, for the page that was written from an older version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reviewflow.store.people import Person
from reviewflow.store.subjects import Answer, MoveLog, Subject


@dataclass(frozen=True)
class LastChange:
    """The newest move or submitted answer. `by` is a name, or None for the clock; `moved_version` the last move's."""

    by: str | None
    at: datetime
    moved_version: int


def last_changes(session: Session, subject_ids: Sequence[int]) -> dict[int, LastChange]:
    """By subject id. Two queries."""
    newest = (
        select(MoveLog.subject_id, func.max(MoveLog.version).label("version"))
        .where(MoveLog.subject_id.in_(subject_ids))
        .group_by(MoveLog.subject_id)
        .subquery()
    )
    moves = (
        select(Subject.id, Person.name, func.coalesce(MoveLog.at, Subject.entered_at), newest.c.version)
        .outerjoin(newest, newest.c.subject_id == Subject.id)
        .outerjoin(MoveLog, (MoveLog.subject_id == Subject.id) & (MoveLog.version == newest.c.version))
        .outerjoin(Person, Person.id == MoveLog.actor_id)
        .where(Subject.id.in_(subject_ids))
    )
    found = {key: LastChange(name, at, version or 0) for key, name, at, version in session.execute(moves)}
    answers = (
        select(Answer.subject_id, Person.name, Answer.submitted_at)
        .outerjoin(Person, Person.id == Answer.author_id)
        .where(Answer.subject_id.in_(subject_ids), Answer.submitted_at.is_not(None))
        .order_by(Answer.submitted_at)
    )
    for key, name, at in session.execute(answers):
        if at is not None and at > found[key].at:
            found[key] = LastChange(name, at, found[key].moved_version)
    return found
