"""Everything that happened to a review, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.store import review_page
from reviewflow.store.review_page import Event, Record
from reviewflow.web.extending import deadline_moved
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.pages.reviews.answers_shown import Part, read_parts
from reviewflow.web.pages.reviews.room import room
from reviewflow.web.pages.reviews.scores import why_fallen
from reviewflow.web.pages.reviews.show import opened
from reviewflow.web.pages.reviews.strip import ANSWERS
from reviewflow.web.request import language, reader, viewer

_ICONS = {
    "move": "arrow-right",
    "answer": "clipboard-text",
    "rating": "scale",
    "deadline": "calendar",
    "letter": "mail",
}


@dataclass(frozen=True)
class Told:
    """One event in words."""

    title: str
    by: str
    at: datetime
    icon: str
    chip: str
    note: str
    parts: Sequence[Part]


@room.page("/reviews/<int:review_id>/history", SIGNED_IN)
def history(review_id: int) -> ResponseReturnValue:
    """Moves with their notes, forms, set ratings and letters."""
    record = opened(review_id)
    events = [_told(record, event) for event in review_page.history(reader(), viewer(), record)]
    own = record.person_id == viewer().person_id
    return render_template("web/reviews/history.html", record=record, events=events, own=own)


def _told(record: Record, event: Event) -> Told:
    parts: Sequence[Part] = ()
    if event.what == "answer" and event.body is not None:
        parts = read_parts(record.workflow, event.key, event.body, record.pins, record.currency)
    return Told(
        title=_TITLES[event.what](record, event),
        by=_by(event),
        at=event.at,
        icon=_ICONS[event.what],
        chip=_chip(event),
        note=event.note or (why_fallen(event.cause) if event.cause else ""),
        parts=parts,
    )


def _by(event: Event) -> str:
    if event.by is None:
        return _("by itself")
    if not event.role:
        return event.by
    return _("%(name)s, %(role)s", name=event.by, role=role_title(event.role, language()))


def _chip(event: Event) -> str:
    answer = ANSWERS.get(event.outcome or "")
    if answer:
        return answer()
    return _("round %(number)s", number=event.round) if event.round > 1 else ""


def _move(record: Record, event: Event) -> str:
    stage = record.workflow.stages[event.to_stage].title[language()]
    move = record.workflow.moves.get(event.key)
    if move is None:
        return _("Begun, at “%(stage)s”", stage=stage)
    return _("%(move)s, to “%(stage)s”", move=move.title[language()], stage=stage)


def _answer(record: Record, event: Event) -> str:
    task = record.workflow.tasks.get(event.key)
    return _("%(form)s submitted", form=task.title[language()] if task else event.key)


def _rating(record: Record, event: Event) -> str:
    if event.cause:
        return _(
            "The rating %(before)s set by hand fell; by the rule it is %(after)s",
            before=event.before or "–",
            after=event.after or "–",
        )
    return _(
        "Rating changed by hand from %(before)s to %(after)s", before=event.before or "–", after=event.after
    )


def _deadline(record: Record, event: Event) -> str:
    before, after = (date.fromisoformat(text or "") for text in (event.before, event.after))
    return deadline_moved(record.workflow, event.to_stage, before, after)


def _letter(record: Record, event: Event) -> str:
    return _("Letter %(reference)s printed", reference=event.key)


_TITLES: Mapping[str, Callable[[Record, Event], str]] = {
    "move": _move,
    "answer": _answer,
    "rating": _rating,
    "deadline": _deadline,
    "letter": _letter,
}
