"""Whether a letter is genuine and current: the page behind its QR, for anybody. It tells no name and no result."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.typed import half_width
from reviewflow.store import letter_page
from reviewflow.web.gate import PUBLIC
from reviewflow.web.limits import limited
from reviewflow.web.pages.letters.room import room
from reviewflow.web.request import reader

PER_ADDRESS = "60 per 15 minutes"
LONGEST = 40
_SAME = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})
"""The alphabet of codes has no O, I and L, so that a code typed from paper is read as it was meant."""


def _too_many() -> ResponseReturnValue:
    return render_template("web/letters/too_many.html")


@room.page("/verify", PUBLIC)
def code() -> ResponseReturnValue:
    """A box for a code that is typed from paper; with ``?code=`` on to its page."""
    typed = request.args.get("code", "").strip()[:LONGEST]
    if not _plain(typed):
        return render_template("web/letters/code.html")
    return redirect(url_for("letters.verify", code=_plain(typed)), 303)


@room.page("/verify/<code>", PUBLIC)
@limited(PER_ADDRESS, _too_many)
def verify(code: str) -> ResponseReturnValue:
    """The same page for every code: what is known of it, or that no letter has it."""
    proof = letter_page.proof(reader(), _plain(code)[:16])
    return render_template("web/letters/verify.html", proof=proof)


def _plain(code: str) -> str:
    """Letters and digits of a code as it was meant, also from a Chinese keyboard."""
    meant = half_width(code).upper().translate(_SAME)
    return "".join(sign for sign in meant if sign.isascii() and sign.isalnum())
