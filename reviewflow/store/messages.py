"""Messages to people: what is sent by mail, or stands in the inbox only where there is no address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import CheckConstraint, ForeignKey, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from reviewflow.core.moment import Moment
from reviewflow.store import outbox
from reviewflow.store.model import At, AtOrNone, Big, BigKey, Json, Model, Str40, Str120


class Message(Model):
    """One message to one person, once by `key`. `state`: due, sent, kept (no address or no mail server)."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("state in('due','sent','kept','failed')", name="state"),
        CheckConstraint("(state='sent')=(sent_at is not null)", name="sent"),
    )

    id: Mapped[BigKey]
    key: Mapped[Str120] = mapped_column(unique=True)
    kind: Mapped[Str40]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(Big, ForeignKey("subject.id"), index=True)
    about: Mapped[Json]
    state: Mapped[str] = mapped_column(String(8), default="due")
    problem: Mapped[str | None] = mapped_column(String(400))
    at: Mapped[At]
    sent_at: Mapped[AtOrNone]


def post(
    session: Session,
    moment: Moment,
    kind: str,
    to: Sequence[tuple[str, int, int | None]],
    about: Mapping[str, int | str] | None = None,
) -> int:
    """Write and promise one message for each (key, person id, subject id) whose key is new; returns how many.

    Three queries for any number. `about` holds ids and key words for the text, never names or amounts.
    """
    keys = [key for key, _, _ in to]
    known: set[str] = set()
    for start in range(0, len(keys), 500):
        known.update(session.scalars(select(Message.key).where(Message.key.in_(keys[start : start + 500]))))
    text = json.dumps(dict(about or {}), sort_keys=True)
    rows = [
        {
            "key": key,
            "kind": kind,
            "person_id": person,
            "subject_id": subject,
            "about": text,
            "at": moment.business,
        }
        for key, person, subject in to
        if key not in known
    ]
    if rows:
        session.execute(insert(Message), [row | {"state": "due"} for row in rows])
        outbox.promise_all(
            session,
            "message",
            [(f"message:{row['key']}", {"key": str(row["key"])}) for row in rows],
            moment.wall,
        )
    return len(rows)
