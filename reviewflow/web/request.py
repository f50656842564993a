"""What a page may ask about its request: who looks, when, in which language, and the read session."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING

from flask import abort, g, request, session

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.store import clock, db, sign_ins
from reviewflow.store.sign_ins import SignIn, Standing
from reviewflow.web import database
from reviewflow.wording import LANGUAGES

if TYPE_CHECKING:
    from reviewflow.store.types import Session


def reader() -> Session:
    """The read-only session of this request, opened at first use: one snapshot for the whole page."""
    if "reader" not in g:
        g.reader_stack = ExitStack()
        g.reader = g.reader_stack.enter_context(db.read(database.engine()))
    read: Session = g.reader
    return read


def close_reader(error: BaseException | None = None) -> None:
    """End the snapshot: before a write, and at the end of the request. What was read of it is forgotten."""
    stack: ExitStack | None = g.pop("reader_stack", None)
    for read in ("reader", "moment", "standing", "viewer"):
        g.pop(read, None)
    if stack:
        stack.close()


def moment() -> Moment:
    """Both clocks at the start of this page's snapshot."""
    if "moment" not in g:
        g.moment = clock.moment(reader())
    now: Moment = g.moment
    return now


def account() -> SignIn | None:
    """The account that is signed in, or None. Set when the session is opened."""
    who: SignIn | None = g.get("account")
    return who


def standing() -> Standing:
    """Roles, reports, position and reviews of whoever is signed in."""
    if "standing" not in g:
        who = account()
        empty = Standing((), manages=False, position=None, reviewed=False)
        g.standing = sign_ins.standing(reader(), who.person_id, today()) if who else empty
    stands: Standing = g.standing
    return stands


def viewer_or_none() -> Viewer | None:
    """Who looks, with the roles granted on today's business date; None while nobody is signed in."""
    who = account()
    if who is None:
        return None
    if "viewer" not in g:
        g.viewer = Viewer(who.person_id, standing().grants, today(), language())
    seen: Viewer = g.viewer
    return seen


def viewer() -> Viewer:
    """Who looks. The gate has seen to it that somebody is signed in, except on public pages."""
    return viewer_or_none() or abort(401)


def zone() -> str:
    """IANA zone in which the reader's dates and times are shown."""
    who = account()
    return who.zone if who else "UTC"


def today() -> date:
    """The reader's business date."""
    return moment().today(zone())


def language() -> str:
    """Language of this page: this session's choice, the person's, the address's, or the browser's."""
    who = account()
    if who:
        return str(session.get("language") or who.language)
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def theme() -> str:
    """``auto``, ``light`` or ``dark``."""
    who = account()
    return who.theme if who else "auto"


def is_fragment() -> bool:
    """Whether htmx asks for a piece of a page rather than for a page."""
    return request.headers.get("HX-Request") == "true"
