"""Who changed a subject last, for the page that was written from an older version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reviewflow.store.audit import Audit
from reviewflow.store.chunks import chunks
from reviewflow.store.people import Person
from reviewflow.store.subjects import MoveLog

OVERRIDDEN, RESTORED = "rating.overridden", "rating.restored"
"""What the audit calls a rating set by hand, and one taken back to the computed."""
RATED = (OVERRIDDEN, RESTORED)
EXTENDED = "deadline.extended"
"""What the audit calls a deadline moved by hand."""


@dataclass(frozen=True)
class LastChange:
    """The newest move, submitted answer or set rating. `by` is a name, or None for the clock.

    `moved_version` is the version of the last move.
    """

    by: str | None
    at: datetime
    moved_version: int


def last_changes(session: Session, subject_ids: Sequence[int]) -> dict[int, LastChange]:
    """By subject id. Two queries per 500."""
    found: dict[int, LastChange] = {}
    for ids in chunks(subject_ids, 500):
        moved = _moved(session, ids)
        latest = _latest(session, ids)
        for key, (version, at) in moved.items():
            found[key] = LastChange(*latest.get(key, (None, at)), moved_version=version)
    return found


def last_extended(session: Session, subject_id: int) -> tuple[str | None, datetime] | None:
    """Who moved the deadline last, and when; None if nobody did. One query."""
    query = (
        select(Person.name, Audit.at)
        .outerjoin(Person, Person.id == Audit.actor_id)
        .where(Audit.subject_id == subject_id, Audit.action == EXTENDED)
        .order_by(Audit.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return (row.name, row.at) if row else None


def _moved(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """Version and time of the last move."""
    moves = (
        select(MoveLog.subject_id, func.max(MoveLog.version), func.max(MoveLog.at))
        .where(MoveLog.subject_id.in_(ids))
        .group_by(MoveLog.subject_id)
    )
    return {key: (version, at) for key, version, at in session.execute(moves)}


def _latest(session: Session, ids: Sequence[int]) -> dict[int, tuple[str | None, datetime]]:
    """Who changed it last and when: whatever makes a new version writes an audit row with it."""
    changing = or_(Audit.action.like("move.%"), Audit.action.like("answer.%"), Audit.action.in_(RATED))
    newest = select(func.max(Audit.id)).where(Audit.subject_id.in_(ids), changing).group_by(Audit.subject_id)
    rows = session.execute(
        select(Audit.subject_id, Person.name, Audit.at)
        .outerjoin(Person, Person.id == Audit.actor_id)
        .where(Audit.id.in_(newest))
    )
    return {key: (name, at) for key, name, at in rows if key is not None}
