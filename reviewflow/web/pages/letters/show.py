"""One letter: what does it say, and what can I do?"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from reviewflow.services import letters as printing
from reviewflow.services import move as moves
from reviewflow.services.move import Offer
from reviewflow.store import letter_page
from reviewflow.store.letter_page import LetterPage
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.moves import Button
from reviewflow.web.naming import in_words, naming
from reviewflow.web.navigation import stand_at
from reviewflow.web.onward import advance
from reviewflow.web.pages.letters import summary
from reviewflow.web.pages.letters.room import room
from reviewflow.web.post import act, seen_version
from reviewflow.web.reads import log_read
from reviewflow.web.request import is_fragment, language, reader, viewer
from reviewflow.web.sessions import WebSession

ANSWERED = "acknowledged"


@room.page("/letters/<int:letter_id>", SIGNED_IN)
def show(letter_id: int) -> ResponseReturnValue:
    """The letter as a page, with the answers above which it says that they mean receipt, not agreement."""
    found = _found(letter_id)
    if is_fragment():
        return _printed_yet(found)
    log_read("letter", found.person_id, found.review_id)
    own = found.person_id == viewer().person_id
    stand_at("my_review" if own else "team" if "manager" in found.held else "cycles")
    offers = moves.offers(reader(), viewer(), found.review_id) if found.current else []
    return render_template(
        "web/letters/show.html",
        letter=found,
        own=own,
        rows=summary.rows(found),
        scores=summary.scores(found),
        total=summary.total(found.values),
        actions=summary.actions(found.values),
        buttons=_buttons(found, offers),
        may_print="hr" in found.held and found.state == "failed",
    )


@room.page("/reviews/<int:review_id>/letter", SIGNED_IN)
def of_review(review_id: int) -> ResponseReturnValue:
    """The newest letter of a review."""
    newest = letter_page.newest(reader(), viewer(), review_id) or abort(404)
    return redirect(url_for("letters.show", letter_id=newest), 303)


@room.page("/letters/<int:letter_id>.pdf", SIGNED_IN)
def pdf(letter_id: int) -> ResponseReturnValue:
    """The letter as it was printed."""
    found = letter_page.pdf(reader(), viewer(), letter_id) or abort(404)
    log_read("letter", found.person_id, found.review_id)
    name = f"{found.ref}.pdf".encode("ascii", "replace").decode().replace("?", "_")
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(found.body, mimetype="application/pdf", headers=headers)


@room.action("/letters/<int:letter_id>/answer", SIGNED_IN)
def answer(letter_id: int) -> ResponseReturnValue:
    """Acknowledge, acknowledge with disagreement, or record a refusal: moves of the review."""
    found, version = _found(letter_id), seen_version()
    with naming(found.workflow):
        done = act(
            moves.move,
            found.review_id,
            request.form.get("move", ""),
            seen_version=version,
            note=request.form.get("note") or None,
            then=url_for("letters.show", letter_id=letter_id),
            said=_("Your answer is recorded."),
        )
    advance(found.review_id)
    return done


@room.action("/letters/<int:letter_id>/print", SIGNED_IN)
def print_again(letter_id: int) -> ResponseReturnValue:
    """Promise a failed letter once more."""
    _found(letter_id)
    return act(
        printing.print_again,
        letter_id,
        then=url_for("letters.show", letter_id=letter_id),
        said=_("The letter is being printed again."),
    )


def _found(letter_id: int) -> LetterPage:
    return letter_page.letter(reader(), viewer(), letter_id) or abort(404)


def _printed_yet(found: LetterPage) -> Response:
    """Asked every two seconds by a page whose letter is being printed; does not keep its reader signed in."""
    current = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(current, WebSession)
    current.kept = False
    return Response(status=204, headers={} if found.state == "due" else {"HX-Refresh": "true"})


def _buttons(found: LetterPage, offers: Sequence[Offer]) -> list[Button]:
    """The moves that answer the letter, the plain acknowledgement first."""
    stages = found.workflow.stages
    answers = [one for one in offers if any(ANSWERED in stages[to.stage].marks for to in one.move.to)]
    return [
        Button(
            key=offer.move.key,
            title=offer.move.title[language()],
            reasons=in_words(offer.reasons, found.workflow),
            note=offer.move.note,
            primary=offer.move.asks,
            icon="check" if offer.move.asks else "",
        )
        for offer in sorted(answers, key=lambda one: not one.move.asks)
    ]
