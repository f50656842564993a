"""A browser's session: opened at sign-in, touched, ended. Its row holds the SHA-256 of the cookie's token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, insert, or_, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store import audit
from reviewflow.store.accounts import FormPost, LoginSession
from reviewflow.store.sign_ins import SignIn

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
FORM_KEYS_KEPT = timedelta(days=2)


def start(
    session: Session, moment: Moment, who: SignIn, token_hash: str, data: str, replaces: str | None
) -> None:
    """Open a session under a new token; the one it replaces ends in the same commit (no fixation)."""
    if replaces:
        session.execute(delete(LoginSession).where(LoginSession.token_hash == replaces))
    session.execute(
        insert(LoginSession).values(
            token_hash=token_hash,
            account_id=who.account_id,
            data=data,
            created_at=moment.wall,
            seen_at=moment.wall,
            expires_at=moment.wall + ABSOLUTE,
        )
    )
    audit.record(session, moment, who.person_id, "signed_in", about_person_id=who.person_id)


def failed(session: Session, moment: Moment, about_person_id: int | None) -> None:
    """Note that somebody did not get in. None: there is no such account; what was typed is not kept.

    A row is written either way, so that the time it takes does not tell which accounts there are.
    """
    audit.record(session, moment, None, "signed_in_failed", about_person_id=about_person_id)


def keep(session: Session, moment: Moment, token_hash: str, data: str) -> bool:
    """Store a session's data and that it was just used. False if it has ended meanwhile; it stays ended."""
    changed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(LoginSession)
        .where(LoginSession.token_hash == token_hash)
        .values(data=data, seen_at=moment.wall)
    )
    return changed.rowcount == 1


def end(session: Session, moment: Moment, person_id: int | None, token_hash: str) -> None:
    """End a session for good: its cookie is worth nothing from here on."""
    session.execute(delete(LoginSession).where(LoginSession.token_hash == token_hash))
    audit.record(session, moment, person_id, "signed_out", about_person_id=person_id)


def sweep(session: Session, moment: Moment) -> int:
    """Delete sessions that are over and form keys nobody can post again; how many rows went. Two queries."""
    over = or_(LoginSession.expires_at <= moment.wall, LoginSession.seen_at <= moment.wall - IDLE)
    sessions: CursorResult[Any] = session.execute(delete(LoginSession).where(over))  # type: ignore[assignment]
    old = FormPost.at <= moment.wall - FORM_KEYS_KEPT
    keys: CursorResult[Any] = session.execute(delete(FormPost).where(old))  # type: ignore[assignment]
    return sessions.rowcount + keys.rowcount
