"""Posts: one service in one transaction, once for each form, then a redirect.

    return act(move, review_id, "agree", form.version.data,
               then=url_for("reviews.show", review_id=review_id), said=_("You agreed to the targets."))

The service is called as ``service(session, moment, viewer, *args, **kwargs)``. `Refused` and `Conflict` that
it raises become pages (or fragments) that lose no text; a page that can show them better catches them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from flask import Response, abort, flash, redirect, request
from markupsafe import Markup

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.store import clock, db, form_posts
from reviewflow.web import database
from reviewflow.web.errors import SentBefore
from reviewflow.web.request import account, close_reader, is_fragment, viewer

if TYPE_CHECKING:
    from reviewflow.store.types import Session

P = ParamSpec("P")
R = TypeVar("R")
Service = Callable[Concatenate["Session", Moment, Viewer, P], R]

FORM_KEY = "form_key"
_NOT_CONTENT = frozenset({FORM_KEY, "csrf_token", "password", "written_by"})
"""What the key is not bound to. A password least of all: its plain digest would stand in the database."""


def form_key() -> str:
    """A new key for a form that is being shown."""
    return secrets.token_hex(16)


def write(service: Service[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call one service in one writing transaction and give back its result. For drafts and fragments."""
    who = viewer()
    close_reader()
    with db.write(database.engine()) as session:
        return service(session, clock.moment(session), who, *args, **kwargs)


def act(
    service: Callable[..., R],
    *args: object,
    then: str | Callable[[R], str],
    said: str | Callable[[R], str] = "",
    **kwargs: object,
) -> Response:
    """Call one service in one transaction, once for this form, and send the browser on.

    `then` is where to go, `said` the short message shown there; both may depend on the service's result.
    The form's key is taken in the same commit: posting the form again repeats the first answer and changes
    nothing, and another body under the same key is refused (422).
    """
    who, signed_in, key = viewer(), account(), request.form.get(FORM_KEY, "")
    if signed_in is None or len(key) != 32:
        abort(400)
    close_reader()
    with db.write(database.engine()) as session:
        now = clock.moment(session)
        first = form_posts.claim(session, now, signed_in.account_id, key, _digest())
        if first is None:
            result = service(session, now, who, *args, **kwargs)
            reply = {"to": then(result) if callable(then) else then, "said": _text(said, result)}
            form_posts.answer(session, signed_in.account_id, key, 303, reply)
        elif first.body_digest != _digest():
            raise SentBefore([Reason("web.form_sent_before")])
        else:
            reply = first.reply
    return go(reply["to"], reply["said"])


def seen_version() -> int:
    """The version of the record or draft that the person saw, as the form says."""
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() else abort(400)


def go(to: str, said: str = "") -> Response:
    """Send the browser to another page of ours, with a message to show there."""
    if said:
        flash(said)
    if is_fragment():
        return Response(status=204, headers={"HX-Redirect": to})
    return redirect(to, 303)  # type: ignore[return-value]


def _text(said: str | Callable[[R], str], result: R) -> str:
    text = said(result) if callable(said) else said
    return str(text.striptags()) if isinstance(text, Markup) else str(text)


def _digest() -> str:
    """SHA-256 of what was posted where: fields in order of name and value, files by their content."""
    digest = hashlib.sha256(request.path.encode())
    for name, value in sorted(request.form.items(multi=True)):
        if name not in _NOT_CONTENT:
            digest.update(repr((name, value)).encode())
    for name, file in sorted(
        request.files.items(multi=True), key=lambda item: (item[0], item[1].filename or "")
    ):
        content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        file.stream.seek(0)
        digest.update(repr((name, file.filename, content)).encode())
    return digest.hexdigest()
