"""Pages for what goes wrong. Each says what happened and the way out, and none loses typed text."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.web.request import close_reader, is_fragment

# Never shown again, never posted again by a button on an error page.
_SECRET_FIELDS = frozenset(
    {"csrf_token", "form_key", "written_by", "password", "new_password", "new_password_confirm"}
)


_WRITTEN = frozenset({"note", "reason", "comment"})
_LONG = 32
"""Longer than an instant, which pages write into forms."""


def is_text(name: str, value: str) -> bool:
    """Whether somebody wrote this, and a form did not fill it in: it is shown again in full."""
    plain = value.isascii() and not any(sign.isspace() for sign in value) and len(value) <= _LONG
    return bool(value.strip()) and (name in _WRITTEN or not plain)


class NotGranted(Exception):
    """The viewer holds none of the roles that may open this page."""

    def __init__(self, roles: tuple[str, ...]) -> None:
        self.roles = roles
        super().__init__(", ".join(roles))


class SentBefore(Refused):
    """A form's key was used already, for other content."""


def init(app: Flask) -> None:
    """Register all error pages."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(NotGranted, _not_granted)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(Exception, _failed)


def typed() -> list[tuple[str, str]]:
    """What the person had filled in, as (field, value), without passwords and keys."""
    if request.method != "POST":
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _SECRET_FIELDS]


def came_from() -> str:
    """The page of ours from which this request was sent; the start page if that is not known."""
    back, host = request.referrer or "", request.host_url
    path = "/" + back.removeprefix(host) if back.startswith(host) else "/"
    return path if path.split("?")[0] != request.path or request.method == "POST" else "/"


def answer(name: str, status: int, **values: object) -> Response:
    """An error page, or for htmx the fragment of it, with the given status."""
    close_reader()  # the page under way may have left the snapshot in a failed state
    template = "web/errors/fragment.html" if is_fragment() else f"web/errors/{name}.html"
    values = {"problem": name, "is_text": is_text, "status": status, "back": came_from(), **values}
    values["typed"] = [] if status == 413 else typed()  # what was too large to read is not read again
    return make_response(render_template(template, **values), status)


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        return Response("This is not the address of this server.\n", 400, mimetype="text/plain")
    if code == 401:
        return _signed_out()
    pages = {
        400: "bad_request",
        403: "forbidden",
        404: "not_found",
        405: "not_found",
        413: "too_large",
        422: "refused",
    }
    if code == 429:
        return answer("too_many", 429)
    response = answer(pages.get(code, "bad_request"), code, reasons=())
    if code == 405:
        response.headers["Allow"] = ", ".join(error.get_response().headers.getlist("Allow"))
    return response


def _signed_out() -> ResponseReturnValue:
    """Somebody's session ended while they wrote: the dialog signs in over the page, else the page returns."""
    if is_fragment():
        return answer("signed_out", 401)
    return redirect(url_for("security.login", next=came_from()), 303)


def _forged(error: CSRFError) -> ResponseReturnValue:
    return answer("bad_request", 400)


def _not_granted(error: NotGranted) -> ResponseReturnValue:
    return answer("forbidden", 403, roles=error.roles)


def _refused(error: Refused) -> ResponseReturnValue:
    return answer("refused", 422 if isinstance(error, SentBefore) else 409, reasons=error.reasons)


def _conflict(error: Conflict) -> ResponseReturnValue:
    return answer("conflict", 409, conflict=error)


def _failed(error: Exception) -> ResponseReturnValue:
    """A fault of ours: the log has the story under the reference that the person sees."""
    reference = secrets.token_hex(4).upper()
    current_app.logger.error("reference %s: %s %s", reference, request.method, request.path, exc_info=error)
    return answer("failed", 500, reference=reference)
