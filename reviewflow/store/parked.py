"""Promises that failed too often and wait for a person, and how the queue stands as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.store.outbox import Outbox


@dataclass(frozen=True)
class Parked:
    """A row that failed too often. `reasons` say why its last try failed."""

    id: int
    kind: str
    payload: dict[str, int | str]
    attempts: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Standing:
    """How many rows are due and not done, since when the oldest waits, and how many are parked."""

    due: int
    oldest_at: datetime | None
    parked: int


def parked(session: Session, limit: int = 200) -> list[Parked]:
    """Parked rows, newest first. One query."""
    rows = session.scalars(
        select(Outbox).where(Outbox.parked_reason.is_not(None)).order_by(Outbox.id.desc()).limit(limit)
    )
    return [_parked(row) for row in rows]


def retry(session: Session, outbox_id: int, now: datetime) -> bool:
    """Take a parked row up again, with all its tries; False if it is not parked. One query."""
    done = session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.parked_reason.is_not(None))
        .values(parked_reason=None, attempts=0, not_before_at=now)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def standing(session: Session, now: datetime) -> Standing:
    """Figures for the system page and for `doctor`. Two queries."""
    undone = Outbox.done_at.is_(None) & Outbox.parked_reason.is_(None) & (Outbox.not_before_at <= now)
    due, oldest = session.execute(select(func.count(), func.min(Outbox.not_before_at)).where(undone)).one()
    aside = session.scalar(select(func.count()).where(Outbox.parked_reason.is_not(None)))
    return Standing(due, oldest, aside or 0)


def _parked(row: Outbox) -> Parked:
    reasons = tuple(Reason(key, params) for key, params in json.loads(row.parked_reason or "[]"))
    return Parked(row.id, row.kind, json.loads(row.payload), row.attempts, reasons)


def any_open(session: Session) -> bool:
    """Whether any promise is neither done nor parked, due or not. One query."""
    undone = Outbox.done_at.is_(None) & Outbox.parked_reason.is_(None)
    return session.scalar(select(Outbox.id).where(undone).limit(1)) is not None
