"""Sessions in the database, so that signing out, disabling an account or a new password ends them at once.

While nobody is signed in, the session is Flask's signed cookie (it holds a CSRF token at most). From then on
the cookie holds a random token and `login_session` its SHA-256. The token changes whenever the account does.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, g, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from reviewflow.services import sign_in
from reviewflow.store import clock, db, sign_ins
from reviewflow.store.sign_ins import OpenSession
from reviewflow.web import database
from reviewflow.web.request import close_reader, moment, reader

TOUCH_EVERY = timedelta(minutes=1)
_TOKEN, _SIGNED = "t.", "s."
_TEXT = TaggedJSONSerializer()


class WebSession(SecureCookieSession):
    """A session that knows its row (None while nobody is signed in) and whether it may be saved at all."""

    def __init__(self, initial: Any = None, row: OpenSession | None = None, kept: bool = True) -> None:
        super().__init__(initial)
        self.row = row
        self.kept = kept
        self.stale_cookie = False


class DatabaseSessions(SecureCookieSessionInterface):
    """Flask's session interface over `login_session`."""

    salt = "anonymous-session"

    def open_session(self, app: Flask, request: Request) -> WebSession:
        """Read the session; a static file has none, and costs no query."""
        if request.path.startswith("/static/"):
            return WebSession(kept=False)
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if cookie.startswith(_TOKEN):
            return _signed_in(cookie.removeprefix(_TOKEN)) or _over()
        return self._anonymous(app, cookie.removeprefix(_SIGNED)) if cookie else WebSession()

    def _anonymous(self, app: Flask, signed: str) -> WebSession:
        signer = self.get_signing_serializer(app)
        assert signer is not None, "the application has a secret key"
        try:
            data = signer.loads(signed, max_age=int(sign_in.ABSOLUTE.total_seconds()))
        except BadSignature:
            return _over()
        data.pop("_user_id", None)
        return WebSession(data)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed, in an own short transaction after the page's snapshot has ended."""
        assert isinstance(session, WebSession)
        if not session.kept:
            return
        response.vary.add("Cookie")
        mark = session.get("_user_id")
        if mark is None:
            self._save_anonymous(app, session, response)
        elif session.row and session.row.sign_in.uniquifier == mark:
            self._save_row(app, session, session.row, response)
        else:
            self._start(app, session, str(mark), response)

    def _save_anonymous(self, app: Flask, session: WebSession, response: Response) -> None:
        if session.row:
            close_reader()
            with db.write(database.engine()) as write:
                sign_in.end(write, clock.moment(write), session.row.sign_in.person_id, session.row.token_hash)
        if session.modified and session:
            signer = self.get_signing_serializer(app)
            assert signer is not None, "the application has a secret key"
            self._set(app, response, _SIGNED + str(signer.dumps(dict(session))))
        elif session.row or session.stale_cookie or session.modified:
            self._delete(app, response)

    def _save_row(self, app: Flask, session: WebSession, row: OpenSession, response: Response) -> None:
        if not session.modified and moment().wall - row.seen_at < TOUCH_EVERY:
            return
        close_reader()
        with db.write(database.engine()) as write:
            alive = sign_in.keep(write, clock.moment(write), row.token_hash, _TEXT.dumps(dict(session)))
        if not alive:
            self._delete(app, response)

    def _start(self, app: Flask, session: WebSession, mark: str, response: Response) -> None:
        who = sign_ins.by_uniquifier(reader(), mark)
        if who is None or not who.active:
            self._delete(app, response)
            return
        session.pop("csrf_token", None)  # a token known before sign-in is worth nothing after it
        token = secrets.token_urlsafe(32)
        close_reader()
        with db.write(database.engine()) as write:
            old = session.row.token_hash if session.row else None
            now = clock.moment(write)
            sign_in.start(write, now, who, token_hash(token), _TEXT.dumps(dict(session)), replaces=old)
        self._set(app, response, _TOKEN + token)

    def _set(self, app: Flask, response: Response, value: str) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            value,
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
            path="/",
        )

    def _delete(self, app: Flask, response: Response) -> None:
        response.delete_cookie(
            self.get_cookie_name(app),
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
            path="/",
        )


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def current() -> WebSession:
    """The session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(found, WebSession)
    return found


def end_of(row: OpenSession) -> tuple[datetime, bool]:
    """When a session ends if nothing is opened or saved, and whether opening something puts that off."""
    idle = row.seen_at + sign_in.IDLE
    return min(idle, row.expires_at), idle < row.expires_at


def seconds_left() -> int:
    """So long this request's session lasts, used now, if nothing happens after it."""
    row = current().row
    left = min(sign_in.IDLE, row.expires_at - moment().wall) if row else sign_in.IDLE
    return int(left.total_seconds())


def _signed_in(token: str) -> WebSession | None:
    """The live session of a token; None if it has ended, idled out, or its account was switched off."""
    row = sign_ins.open_session(reader(), token_hash(token))
    if row is None or not row.sign_in.active:
        return None
    now = moment().wall
    if now >= row.expires_at or now - row.seen_at >= sign_in.IDLE:
        return None
    data = _TEXT.loads(row.data)
    if data.get("_user_id") != row.sign_in.uniquifier:
        return None
    g.account = row.sign_in
    return WebSession(data, row)


def _over() -> WebSession:
    session = WebSession()
    session.stale_cookie = True
    return session
