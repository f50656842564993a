"""The front door, the language switch, and whether somebody is still signed in."""

from __future__ import annotations

from flask import Response, abort, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from reviewflow.web.addresses import local_or_home
from reviewflow.web.filters import clock_time
from reviewflow.web.gate import PUBLIC, SIGNED_IN
from reviewflow.web.navigation import front_page
from reviewflow.web.request import moment
from reviewflow.web.rooms import Room
from reviewflow.web.sessions import current, end_of, seconds_left
from reviewflow.wording import LANGUAGES

room = Room("start")


@room.page("/", SIGNED_IN)
def home() -> ResponseReturnValue:
    """To the page where this person begins."""
    return redirect(front_page(), 303)


@room.action("/language", SIGNED_IN)
def language() -> ResponseReturnValue:
    """Show the pages of this session in another language; letters and messages keep the person's own."""
    wanted, back = request.form.get("language", ""), request.form.get("next", "/")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(local_or_home(back), 303)


@room.page("/still-signed-in", SIGNED_IN)
def still_signed_in() -> Response:
    """A page asks before it posts a long text, and takes the token that is valid now."""
    return jsonify(csrf_token=generate_csrf(), seconds=seconds_left())


@room.page("/signed-in-for", SIGNED_IN)
def signed_in_for() -> Response:
    """When the session ends, and whether using it puts that off. Asking does not."""
    mine = current()
    mine.kept = False
    row = mine.row or abort(401)
    at, put_off = end_of(row)
    left = int((at - moment().wall).total_seconds())
    return jsonify(seconds=left, at=clock_time(at), put_off=put_off)


@room.page("/health", PUBLIC)
def health() -> Response:
    """The web answers. Says nothing about anything else."""
    return Response("ok\n", mimetype="text/plain")
