"""Asking twice in one snapshot: what a reader has learnt holds until it closes.

A page asks several store functions that each ask for the viewer's roles on the same record. A read-only
session sees one snapshot, so that the first answer stands; a session that writes always asks anew.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

_MARK = "read_only"
READ_ONLY = {_MARK: True}
"""What `db.read` puts into `Session.info`."""


def is_read_only(session: Session) -> bool:
    """Whether the session sees one snapshot and cannot write."""
    return bool(session.info.get(_MARK))


def remembered(session: Session, question: object) -> dict[Any, Any]:
    """The answers that this snapshot knows to a question, to be added to; empty each time while writing."""
    if not is_read_only(session):
        return {}
    answers: dict[Any, Any] = session.info.setdefault("answers", {}).setdefault(question, {})
    return answers
