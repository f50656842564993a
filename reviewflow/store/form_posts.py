"""Form keys already used, so that a form posted twice has one effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store.accounts import FormPost

_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Answered:
    """The first answer to a form: the digest of what was posted, and what was replied."""

    body_digest: str
    status: int
    reply: dict[str, str]


def claim(session: Session, moment: Moment, account_id: int, key: str, body_digest: str) -> Answered | None:
    """Take a form key in the transaction of the form's effect; None if it was free, else the first answer.

    A second post of the same form waits here for the first one's commit. One or two queries.
    """
    insert = _INSERT[session.get_bind().dialect.name](FormPost)
    values = {"account_id": account_id, "key": key, "body_digest": body_digest, "at": moment.wall}
    if session.scalar(insert.values(**values).on_conflict_do_nothing().returning(FormPost.key)):
        return None
    first = session.get_one(FormPost, (account_id, key))
    return Answered(first.body_digest, first.status or 0, json.loads(first.reply or "{}"))


def answer(session: Session, account_id: int, key: str, status: int, reply: dict[str, str]) -> None:
    """Keep what is replied, for a second post of the same form. One query."""
    session.execute(
        update(FormPost)
        .where(FormPost.account_id == account_id, FormPost.key == key)
        .values(status=status, reply=json.dumps(reply, ensure_ascii=False))
    )
