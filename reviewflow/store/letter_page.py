"""One feedback letter as one viewer may see it, its PDF, and what the public may ask by its code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from reviewflow.core import policy
from reviewflow.core.policy.visibility import OWN, note_group
from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import pinned, relations
from reviewflow.store.cycles import Cycle
from reviewflow.store.letters import Letter
from reviewflow.store.people import Person
from reviewflow.store.reviews import ACKNOWLEDGEMENTS, Review
from reviewflow.store.subjects import MoveLog, Subject

HR = frozenset({"hr", "hrbp"})


@dataclass(frozen=True)
class LetterPage:
    """A letter with the answer to it. `values` are the frozen merge fields, texts in the letter's language.

    `current`: its result stands. `newest`: the letter of the newest revision, itself or another. `problem`:
    why printing failed, for HR alone. `version`: of the review, as a move names it.
    """

    id: int
    review_id: int
    person_id: int
    person: str
    cycle_id: int
    cycle: str
    ref: str
    revision: int
    language: str
    code: str
    state: str
    problem: tuple[Reason, ...]
    released_at: datetime
    printed_at: datetime | None
    values: Mapping[str, Any]
    current: bool
    newest: int
    version: int
    due_at: datetime | None
    workflow: Workflow
    acknowledgement: str | None
    acknowledged_at: datetime | None
    comment: str | None
    held: frozenset[str]


@dataclass(frozen=True)
class Pdf:
    """The printed letter and whose it is."""

    ref: str
    body: bytes
    person_id: int
    review_id: int


@dataclass(frozen=True)
class Proof:
    """All that a code tells anybody: number, revision, date, whether it stands, and whether a newer one does."""

    ref: str
    revision: int
    released_on: date
    current: bool
    replaced: bool


def letter(session: Session, viewer: Viewer, letter_id: int) -> LetterPage | None:
    """The letter, or None if it does not exist for the viewer. At most six queries."""
    row = session.execute(
        select(Letter, Review, Subject, Person.name, Cycle.key)
        .join(Review, Review.id == Letter.review_id)
        .join(Subject, Subject.id == Review.id)
        .join(Person, Person.id == Review.person_id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Letter.id == letter_id)
    ).one_or_none()
    held = _held(session, viewer, row.Review) if row else None
    if row is None or held is None:
        return None
    found, review, subject = row.Letter, row.Review, row.Subject
    workflow = pinned.workflows(session, {subject.definition_id})[subject.definition_id]
    answered = policy.sees("acknowledgement", held, _marks(review)) and found.revision == review.revision
    return LetterPage(
        id=found.id,
        review_id=review.id,
        person_id=review.person_id,
        person=row.name,
        cycle_id=review.cycle_id,
        cycle=row.key,
        ref=found.ref,
        revision=found.revision,
        language=found.language,
        code=found.code,
        state=found.state,
        problem=_problem(found) if held & HR and not held & OWN else (),
        released_at=found.released_at,
        printed_at=found.printed_at,
        values=json.loads(found.inputs),
        current=_stands(found, review),
        newest=newest(session, viewer, review.id) or found.id,
        version=subject.version,
        due_at=subject.due_at if subject.part == "feedback" else None,
        workflow=workflow,
        acknowledgement=review.acknowledgement if answered else None,
        acknowledged_at=review.acknowledged_at if answered else None,
        comment=_comment(session, workflow, review, held) if answered and review.acknowledgement else None,
        held=held,
    )


def newest(session: Session, viewer: Viewer, review_id: int) -> int | None:
    """The newest feedback letter of a review, if the viewer may see it. At most three queries."""
    review = session.get(Review, review_id)
    if review is None or _held(session, viewer, review) is None:
        return None
    of_review = (Letter.review_id == review_id) & (Letter.kind == "feedback")
    return session.scalar(select(Letter.id).where(of_review).order_by(Letter.revision.desc()).limit(1))


def pdf(session: Session, viewer: Viewer, letter_id: int) -> Pdf | None:
    """The printed PDF, or None if there is none for the viewer. Three queries."""
    row = session.execute(
        select(Letter, Review)
        .join(Review, Review.id == Letter.review_id)
        .where(Letter.id == letter_id, Letter.pdf.is_not(None))
        .options(undefer(Letter.pdf))
    ).one_or_none()
    if row is None or _held(session, viewer, row.Review) is None:
        return None
    return Pdf(row.Letter.ref, row.Letter.pdf, row.Review.person_id, row.Review.id)


def proof(session: Session, code: str) -> Proof | None:
    """What the public may know of a code. None for one that no printed letter has. One query."""
    later = (
        select(func.max(Letter.revision))
        .where(Letter.review_id == Review.id, Letter.state == "printed")
        .correlate(Review)
        .scalar_subquery()
    )
    row = session.execute(
        select(Letter, Review, later.label("latest"))
        .join(Review, Review.id == Letter.review_id)
        .where(Letter.code == code, Letter.state == "printed")
    ).one_or_none()
    if row is None:
        return None
    found = row.Letter
    released_on = date.fromisoformat(json.loads(found.inputs)["released_on"])
    current = _stands(found, row.Review)
    return Proof(found.ref, found.revision, released_on, current, row.latest > found.revision)


def _stands(letter: Letter, review: Review) -> bool:
    return letter.revision == review.revision and review.released_at is not None


def _marks(review: Review) -> frozenset[str]:
    return frozenset(name for name in MARKS["review"] if getattr(review, f"{name}_at") is not None)


def _held(session: Session, viewer: Viewer, review: Review) -> frozenset[str] | None:
    """The viewer's roles on the review, or None if its letters are not for them.

    A letter is written with the release, so each was released once. It stays with whoever got it when the result
    is opened again: its page says that it no longer holds.
    """
    held = relations.held_on(session, viewer, [review.id])[review.id]
    return held if policy.sees("letter", held, _marks(review) | {"released"}) else None


def _problem(letter: Letter) -> tuple[Reason, ...]:
    """Why printing failed; a stored reason that was cut short becomes a general one."""
    try:
        return tuple(Reason(key, params) for key, params in json.loads(letter.problem or "[]"))
    except ValueError:
        return (Reason("letter.failed"),)


def _comment(session: Session, workflow: Workflow, review: Review, held: frozenset[str]) -> str | None:
    """What was written with the newest answer to the letter, if the viewer may read it."""
    log = session.scalars(
        select(MoveLog)
        .where(MoveLog.subject_id == review.id, MoveLog.outcome.in_(ACKNOWLEDGEMENTS))
        .order_by(MoveLog.version.desc())
        .limit(1)
    ).one_or_none()
    move = workflow.moves.get(log.move) if log else None
    if log is None or move is None:
        return None
    group = note_group(move, workflow.stages[log.to_stage])
    return log.note if policy.sees(group, held, _marks(review)) else None
