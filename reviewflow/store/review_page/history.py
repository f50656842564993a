"""Everything that happened to a review, newest first, as one viewer may see it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from reviewflow.core.policy import sees
from reviewflow.core.viewer import Viewer
from reviewflow.store.audit import Audit
from reviewflow.store.changes import EXTENDED, RATED
from reviewflow.store.letters import Letter
from reviewflow.store.people import Person
from reviewflow.store.review_page.forms import answer_group
from reviewflow.store.review_page.record import Record, readable_note
from reviewflow.store.subjects import Answer, MoveLog

MOST = 200


@dataclass(frozen=True)
class Event:
    """One thing that happened. `what`: ``move``, ``answer``, ``rating``, ``deadline`` or ``letter``; `key` names it.

    `by` is None for the clock and for jobs. `to_stage` and `outcome` belong to moves, `round` to moves and
    answers, `body` to answers that the viewer may read; `before` and `after` are ratings, the days of a
    deadline, or the revision of a letter. `cause`: what made a rating fall that was set by hand.
    """

    what: str
    key: str
    at: datetime
    by: str | None
    role: str = ""
    to_stage: str = ""
    outcome: str | None = None
    note: str | None = None
    round: int = 0
    before: str | None = None
    after: str | None = None
    body: Mapping[str, Any] | None = None
    cause: str = ""


@dataclass(frozen=True)
class Fallen:
    """A rating set by hand, by whom and why, that fell to the computed one `after`, and the `cause`."""

    rating: str
    by: str | None
    reason: str
    after: str | None
    cause: str


def history(session: Session, viewer: Viewer, review: Record) -> list[Event]:
    """Moves, submitted forms, moved deadlines, set ratings and letters: at most 200 each. Three or four queries."""
    events = [*_moves(session, review), *_answers(session, review), *_noted(session, review)]
    if review.sees("letter"):
        events += _letters(session, review)
    return sorted(events, key=lambda event: (event.at, event.round), reverse=True)


def _moves(session: Session, review: Record) -> list[Event]:
    query = (
        select(MoveLog, Person.name)
        .outerjoin(Person, Person.id == MoveLog.actor_id)
        .where(MoveLog.subject_id == review.id)
        .order_by(MoveLog.version.desc())
        .limit(MOST)
    )
    return [
        Event(
            "move",
            log.move,
            log.at,
            name,
            role=log.role,
            to_stage=log.to_stage,
            outcome=log.outcome,
            note=readable_note(review.workflow, log, review.seen),
            round=log.round,
        )
        for log, name in session.execute(query)
    ]


def _answers(session: Session, review: Record) -> list[Event]:
    """A form carried into a new round as it stood is one event, told once."""
    query = (
        select(Answer, Person.name)
        .outerjoin(Person, Person.id == Answer.author_id)
        .where(Answer.subject_id == review.id, Answer.submitted_at.is_not(None))
        .order_by(Answer.round)
        .limit(MOST)
    )
    told: dict[tuple[str, datetime, str], Event] = {}
    for answer, name in session.execute(query):
        if answer.submitted_at is not None:
            body = json.loads(answer.body) if _readable(review, answer) else None
            event = Event("answer", answer.task, answer.submitted_at, name, round=answer.round, body=body)
            told.setdefault((answer.task, answer.submitted_at, answer.body), event)
    return list(reversed(told.values()))


def _readable(review: Record, answer: Answer) -> bool:
    """What was sent back before its release stays with those who may always read it."""
    task = review.workflow.tasks.get(answer.task)
    if task is None:
        return False
    group = answer_group(review.workflow, task)
    return sees(group, review.held, frozenset()) or (group in review.seen and answer.round == review.round)


def _noted(session: Session, review: Record) -> list[Event]:
    """Deadlines moved by hand, and for who may see ratings those set and fallen."""
    query = _audited(review, (EXTENDED, *(RATED if review.sees("rating") else ())))
    return [
        _deadline(row, name) if row.action == EXTENDED else _rating(row, name)
        for row, name in session.execute(query.limit(MOST))
    ]


def _audited(review: Record, actions: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """These rows, newest first, with the name of who did it."""
    return (
        select(Audit, Person.name)
        .outerjoin(Person, Person.id == Audit.actor_id)
        .where(Audit.subject_id == review.id, Audit.action.in_(actions))
        .order_by(Audit.id.desc())
    )


def _deadline(row: Audit, by: str | None) -> Event:
    said = json.loads(row.detail)
    at = datetime.fromisoformat(said["at"])
    return Event(
        "deadline", row.action, at, by, to_stage=said["stage"], before=said["from"], after=said["to"],
        note=said["reason"],
    )  # fmt: skip


def _rating(row: Audit, by: str | None) -> Event:
    said = json.loads(row.detail)
    at = datetime.fromisoformat(said["at"]) if "at" in said else row.at
    reason, cause = said.get("reason"), said.get("cause", "")
    return Event(
        "rating", row.action, at, by, before=said["from"], after=said["to"], note=reason, cause=cause
    )


def fallen(session: Session, viewer: Viewer, review: Record) -> Fallen | None:
    """For HR, until the release: the last rating set by hand if it fell and no other was set. One query."""
    result = review.result
    if "hr" not in review.held or review.reached("released") or result is None or result.overridden:
        return None
    query = _audited(review, RATED).limit(2)
    events = [_rating(row, name) for row, name in session.execute(query)]
    if len(events) < 2 or not events[0].cause:
        return None
    last, before = events
    return Fallen(last.before or "", before.by, before.note or "", last.after, last.cause)


def _letters(session: Session, review: Record) -> list[Event]:
    query = (
        select(Letter.ref, Letter.revision, Letter.printed_at)
        .where(Letter.review_id == review.id, Letter.printed_at.is_not(None))
        .order_by(Letter.revision.desc())
        .limit(MOST)
    )
    rows = session.execute(query)
    return [
        Event("letter", ref, at, None, after=str(revision)) for ref, revision, at in rows if at is not None
    ]
