"""Promises to look at a subject again: whatever may let it go on writes one, with its cause as the key."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store import outbox


def look_again(session: Session, moment: Moment, subjects: Iterable[tuple[int, str]]) -> None:
    """Promise `advance` for each (subject id, cause); the same cause asks once. One query.

    A cause names what happened so that it never happens twice: ``v7`` (moved to version 7), ``letter:12``.
    """
    promises = [(f"advance:{subject}:{cause}", {"subject": subject}) for subject, cause in subjects]
    outbox.promise_all(session, "advance", promises, moment.wall)
