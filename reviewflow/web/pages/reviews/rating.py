"""The rating set by hand: asked once more with what it changes, then done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.reasons import Reason, Refused
from reviewflow.services import rate as rating
from reviewflow.store import review_page
from reviewflow.store.review_page import Record
from reviewflow.web.filters import number, sentence
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.onward import advance
from reviewflow.web.pages.reviews.room import room
from reviewflow.web.pages.reviews.show import context, may_set_rating, opened, view_now, views_of
from reviewflow.web.post import act, seen_version
from reviewflow.web.request import language, reader, viewer

_ABOUT_REASON = frozenset({"rating.reason_required", "rating.reason_too_long", "rating.reason_unprintable"})


@dataclass(frozen=True)
class Chosen:
    """What was filled in on a page of this version.

    `mistakes` stand at the reason; `changes` are (what, now, afterwards), to be asked.
    """

    rating: str
    reason: str
    version: int
    mistakes: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()


@room.action("/reviews/<int:review_id>/rating", SIGNED_IN)
def rate(review_id: int) -> ResponseReturnValue:
    """Set the rating against the rule, or take that back; the computed one is kept beside it."""
    record: Record = review_page.record(reader(), viewer(), review_id) or abort(404)
    wanted, reason = request.form.get("rating", ""), request.form.get("reason", "")
    known = {band.letter for band in record.pins.plan.bands}
    if "sure" not in request.form and may_set_rating(record) and wanted in known:
        mistakes = _against_reason(record, wanted, reason)
        if mistakes:
            return _page(Chosen(wanted, reason, seen_version(), mistakes), review_id), 422
        return _page(Chosen(wanted, reason, seen_version(), changes=_changes(record, wanted)), review_id)
    try:
        done = act(
            rating.override,
            review_id,
            wanted,
            reason,
            seen_version=seen_version(),
            then=url_for("reviews.show", review_id=review_id),
            said=_("The rating is %(rating)s now.", rating=wanted),
        )
    except Refused as refused:
        if not {one.key for one in refused.reasons} <= _ABOUT_REASON:
            raise
        return _page(
            Chosen(wanted, reason, seen_version(), tuple(map(sentence, refused.reasons))), review_id
        ), 422
    advance(review_id)
    return done


def _against_reason(record: Record, wanted: str, reason: str) -> tuple[str, ...]:
    """What the service will say of the reason."""
    found = []
    if record.result and wanted != record.result.computed and not reason.strip():
        found.append(Reason("rating.reason_required"))
    if len(reason) > rating.LONGEST_REASON:
        most = {"most": rating.LONGEST_REASON, "length": len(reason)}
        found.append(Reason("rating.reason_too_long", most))
    return tuple(map(sentence, found))


def _changes(record: Record, wanted: str) -> tuple[tuple[str, str, str], ...]:
    """The rating before and after, and the coefficient where the plan pays by it."""
    plan = record.pins.plan
    before = plan.band(record.result.rating) if record.result and record.result.rating else None
    after = plan.band(wanted)
    shown = [f"{band.letter} · {band.title[language()]}" if band else "–" for band in (before, after)]
    found = [(_("Rating"), shown[0], shown[1])]
    if plan.components:
        factors = [number(band.coefficient, 2) if band else "–" for band in (before, after)]
        found.append((_("Coefficient"), factors[0], factors[1]))
    return tuple(found)


def _page(chosen: Chosen, review_id: int) -> str:
    record = opened(review_id)
    views = views_of(record)
    values = context(record, view_now(record, views), True, views)
    return render_template("web/reviews/show.html", **values, chosen=chosen)
