"""What is done to a review: its moves, and its deadline moved by hand."""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.services import move as moves
from reviewflow.services.move import Moved
from reviewflow.store import review_page
from reviewflow.store.review_page import Record
from reviewflow.web import extending
from reviewflow.web.errors import answer
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.naming import located
from reviewflow.web.onward import advance
from reviewflow.web.pages.reviews.next_step import reason_in_words
from reviewflow.web.pages.reviews.room import room
from reviewflow.web.post import act, seen_version
from reviewflow.web.request import language, reader, viewer


def _visible(review_id: int) -> Record:
    return review_page.record(reader(), viewer(), review_id) or abort(404)


@room.action("/reviews/<int:review_id>/moves", SIGNED_IN)
def move(review_id: int) -> ResponseReturnValue:
    """Make one move, then let the clock's own moves follow at once."""
    record = _visible(review_id)
    key = request.form.get("move", "")
    process = record.workflow

    def said(done: Moved) -> str:
        title = process.moves[done.move].title[language()]
        return _("Done: %(move)s. It stands at “%(stage)s” now.", move=title, stage=_stage(record, done))

    try:
        done = act(
            moves.move,
            review_id,
            key,
            seen_version=seen_version(),
            note=request.form.get("note") or None,
            then=url_for("reviews.show", review_id=review_id),
            said=said,
        )
    except Refused as refused:
        return _refused(record, refused)
    except Conflict as conflict:
        raise located(conflict, process) from conflict
    advance(review_id)
    return done


def _refused(record: Record, refused: Refused) -> ResponseReturnValue:
    """Every reason in words; somebody who may not do this at all learns who may (403)."""
    barred = any(reason.key.startswith("policy.") for reason in refused.reasons)
    reasons = tuple(reason_in_words(record, reason) for reason in refused.reasons)
    return answer("refused", 403 if barred else 409, reasons=reasons)


def _stage(record: Record, done: Moved) -> str:
    return record.workflow.stages[done.to_stage].title[language()]


@room.action("/reviews/<int:review_id>/deadline", SIGNED_IN)
def extend(review_id: int) -> ResponseReturnValue:
    """Move the deadline of the present stage to the end of another day."""
    _visible(review_id)
    return extending.extend(review_id, url_for("reviews.show", review_id=review_id))
