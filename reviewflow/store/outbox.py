"""Promises: a job to be done is a row, written with the fact that asks for it.

The row is the queue of record; what rings for it (Redis) may lose everything. Work goes in three steps:
*claim* (a short transaction, compare-and-set), *work* (no transaction), *finish* (one short transaction
with the effect). Leases and waits are wall time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    CursorResult,
    Index,
    Integer,
    Select,
    String,
    and_,
    case,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from reviewflow.core.reasons import Reason
from reviewflow.store.model import At, AtOrNone, BigKey, Json, Model, Str60, Str120

Payload = Mapping[str, int | str]

_REASONS_LENGTH = 400
_TEXT_LENGTH = 150
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,120}")


class Outbox(Model):
    """One promised piece of work. Payloads carry ids only. `not_before_at` and leases are wall time.

    `attempts` counts the claims of a free row. A row whose lease ran out was not free: whoever held it was
    killed from outside, which says nothing about the work, so taking it over does not count.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("(holder is null)=(held_until is null)", name="held"),
        CheckConstraint("done_at is null or holder is null", name="done"),
        Index(
            "outbox_open",
            "kind",
            "not_before_at",
            sqlite_where=text("done_at is null and parked_reason is null"),
            postgresql_where=text("done_at is null and parked_reason is null"),
        ),
        Index(
            "outbox_parked",
            "id",
            sqlite_where=text("parked_reason is not null"),
            postgresql_where=text("parked_reason is not null"),
        ),
    )

    id: Mapped[BigKey]
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[Str120] = mapped_column(unique=True)
    payload: Mapped[Json]
    not_before_at: Mapped[At]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    holder: Mapped[str | None] = mapped_column(String(32))
    held_until: Mapped[AtOrNone]
    done_at: Mapped[AtOrNone]
    parked_reason: Mapped[str | None] = mapped_column(String(400))


class Lease(Model):
    """A named lease for work that only one process does at a time (copying to the lake, sealing)."""

    __tablename__ = "lease"

    name: Mapped[Str60] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(32))
    held_until: Mapped[At]


@dataclass(frozen=True)
class Ready:
    """An open row whose time has come and that nobody holds. `held_until` names a lease that ran out."""

    id: int
    kind: str
    attempts: int
    held_until: datetime | None


@dataclass(frozen=True)
class Claimed:
    """A row that this holder has until its lease runs out. `attempts` counts from 1."""

    id: int
    kind: str
    payload: dict[str, int | str]
    attempts: int
    holder: str


@dataclass(frozen=True)
class About:
    """What a row asks for."""

    kind: str
    payload: dict[str, int | str]


def promise(session: Session, kind: str, key: str, payload: Payload, not_before: datetime) -> None:
    """Write one row unless its key exists. `not_before` is wall time. One query."""
    promise_all(session, kind, [(key, payload)], not_before)


def promise_all(
    session: Session, kind: str, promises: Iterable[tuple[str, Payload]], not_before: datetime
) -> None:
    """Write a row for each (key, payload) whose key does not exist yet. One query for any number."""
    rows = [
        {"kind": kind, "key": key, "payload": _packed(payload), "not_before_at": not_before, "attempts": 0}
        for key, payload in promises
    ]
    if not rows:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Outbox).on_conflict_do_nothing(index_elements=["key"]), rows)


def ready(session: Session, kinds: Sequence[str], now: datetime, limit: int) -> list[Ready]:
    """Rows of these kinds to be worked on now, longest due first. One query, whatever is done or parked.

    Each kind is one branch with its own limit, so that the index gives the first rows without sorting.
    """
    if not kinds:
        return []
    branches = [select(_due_of(kind, now).limit(limit).subquery()) for kind in kinds]
    rows = session.execute(union_all(*branches).order_by("not_before_at", "id").limit(limit))
    return [Ready(row.id, row.kind, row.attempts, row.held_until) for row in rows]


def claim(session: Session, outbox_id: int, holder: str, now: datetime, lease: timedelta) -> Claimed | None:
    """Take the row for `lease`; None if it is done, parked, not due, or held by another. One query."""
    row = session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, _open(), Outbox.not_before_at <= now, _free(now))
        .values(
            holder=holder,
            held_until=now + lease,
            attempts=Outbox.attempts + case((Outbox.holder.is_(None), 1), else_=0),
        )
        .returning(Outbox.kind, Outbox.payload, Outbox.attempts)
    ).one_or_none()
    return (
        None if row is None else Claimed(outbox_id, row.kind, json.loads(row.payload), row.attempts, holder)
    )


def held_by(session: Session, holder: str) -> list[int]:
    """Ids of the rows that this holder has not given back. One query."""
    return list(
        session.scalars(select(Outbox.id).where(_open(), Outbox.holder == holder).order_by(Outbox.id))
    )


def renew(session: Session, outbox_id: int, holder: str, until: datetime) -> bool:
    """Keep the row until then; False if it is no longer ours. One query."""
    return _changed(session, outbox_id, holder, held_until=until)


def finish(session: Session, outbox_id: int, holder: str, now: datetime) -> bool:
    """Mark the row done; False if it is no longer ours, and then the effect must not be written. One query.

    Comes first in the finishing transaction: on PostgreSQL it locks the row until the effect is committed.
    """
    return _changed(session, outbox_id, holder, done_at=now, holder_=None, held_until=None)


def fail(
    session: Session,
    outbox_id: int,
    holder: str,
    now: datetime,
    reasons: Sequence[Reason],
    waits: Sequence[timedelta],
) -> bool:
    """Give the row back after an error: wait `waits[n - 1]` after its n-th failure, then park it.

    True if it is parked now. Does nothing if the row is no longer ours. At most two queries.
    """
    attempts = session.scalar(select(Outbox.attempts).where(Outbox.id == outbox_id, Outbox.holder == holder))
    if attempts is None:
        return False
    if attempts > len(waits):
        why = _packed_reasons(reasons)
        return _changed(session, outbox_id, holder, holder_=None, held_until=None, parked_reason=why)
    later = now + waits[attempts - 1]
    _changed(session, outbox_id, holder, holder_=None, held_until=None, not_before_at=later)
    return False


def about(session: Session, outbox_id: int) -> About:
    """What the row is about. One query."""
    row = session.execute(select(Outbox.kind, Outbox.payload).where(Outbox.id == outbox_id)).one()
    return About(row.kind, json.loads(row.payload))


def hold(session: Session, name: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Take or keep the named lease; False while another has it. One query."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = dialect.insert(Lease).values(name=name, holder=holder, held_until=now + lease)
    taken = made.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": made.excluded.holder, "held_until": made.excluded.held_until},
        where=or_(Lease.holder == holder, Lease.held_until <= now),
    )
    return session.execute(taken.returning(Lease.name)).one_or_none() is not None


def _packed(payload: Payload) -> str:
    """The payload as JSON. Ids and key words only: names and pay must not wander through queues and logs."""
    for name, value in payload.items():
        if isinstance(value, str) and not _WORD.fullmatch(value):
            raise ValueError(f"payload field {name!r} is neither an id nor a key word")
    return json.dumps(dict(payload), sort_keys=True)


def _packed_reasons(reasons: Sequence[Reason]) -> str:
    """The first reasons that fit the column, as JSON ``[[key, params], ...]``; long texts are cut."""
    kept: list[tuple[str, dict[str, str | int]]] = []
    for reason in reasons:
        short = {name: _cut(value) for name, value in reason.params.items()}
        if len(json.dumps([*kept, (reason.key, short)], ensure_ascii=False)) > _REASONS_LENGTH:
            break
        kept.append((reason.key, short))
    return json.dumps(kept or [(reason.key, {}) for reason in reasons[:1]], ensure_ascii=False)


def _cut(value: str | int) -> str | int:
    return value if isinstance(value, int) or len(value) <= _TEXT_LENGTH else value[: _TEXT_LENGTH - 1] + "…"


def _open() -> ColumnElement[bool]:
    return and_(Outbox.done_at.is_(None), Outbox.parked_reason.is_(None))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Outbox.holder.is_(None), Outbox.held_until <= now)


def _due_of(kind: str, now: datetime) -> Select[int, str, int, datetime | None, datetime]:
    columns = (Outbox.id, Outbox.kind, Outbox.attempts, Outbox.held_until, Outbox.not_before_at)
    due = select(*columns).where(Outbox.kind == kind, _open(), Outbox.not_before_at <= now, _free(now))
    return due.order_by(Outbox.not_before_at, Outbox.id)


def _changed(session: Session, outbox_id: int, holder: str, **values: object) -> bool:
    """Change the row if this holder still has it. `holder_` is the new value of `holder`."""
    if "holder_" in values:
        values["holder"] = values.pop("holder_")
    done = session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.holder == holder, Outbox.done_at.is_(None))
        .values(**values)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1
