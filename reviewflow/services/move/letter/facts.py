"""Everything a letter is made of, read in bulk for many reviews of one cycle."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from reviewflow.store import managers, ratings
from reviewflow.store.audit import AuditSeal
from reviewflow.store.company import Company, company
from reviewflow.store.cycles import Cycle, Definition
from reviewflow.store.facts import Source
from reviewflow.store.letters import Letter
from reviewflow.store.people import Membership, Person, Unit
from reviewflow.store.pinned import Pinned, of_cycle
from reviewflow.store.reviews import Goal, Measured, Review, ScoreLine
from reviewflow.store.subjects import Answer, MoveLog, Subject


@dataclass(frozen=True)
class Past:
    """An earlier review of the same process: its cycle's key and last day, and its result if it was released."""

    cycle: str
    ends_on: date
    score_e6: int | None
    rating: str | None
    released: bool
    voided: bool


@dataclass
class About:
    """One review with all its parts. `due_at` is the deadline to answer, written by the move that releases."""

    review: Review
    person: Person
    position: str | None
    team: str | None
    manager: str | None
    round: int
    due_at: datetime | None = None
    goals: dict[str, Goal] = field(default_factory=dict)
    measured: dict[str, Measured] = field(default_factory=dict)
    lines: dict[str, ScoreLine] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)
    earlier: list[Letter] = field(default_factory=list)
    calibrated_by: tuple[str, datetime] | None = None
    overridden_by: str | None = None


@dataclass(frozen=True)
class Shared:
    """What all letters of one release have in common."""

    company: Company
    cycle: Cycle
    pins: Pinned
    hr: str
    sources: Mapping[str, str]
    seal: AuditSeal | None


def shared(session: Session, cycle_id: int, hr_id: int | None) -> Shared:
    """Five queries."""
    newest = select(func.max(AuditSeal.no)).scalar_subquery()
    return Shared(
        company=company(session),
        cycle=session.get_one(Cycle, cycle_id),
        pins=of_cycle(session, cycle_id),
        hr=session.scalar(select(Person.name).where(Person.id == hr_id)) or "",
        sources=_sources(session),
        seal=session.scalars(select(AuditSeal).where(AuditSeal.no == newest)).one_or_none(),
    )


def _sources(session: Session) -> dict[str, str]:
    """Names of the sources by the event kind they deliver, several joined."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, delivers in session.execute(select(Source.name, Source.delivers).order_by(Source.name)):
        for kind in json.loads(delivers):
            found[kind].append(name)
    return {kind: ", ".join(names) for kind, names in found.items()}


def read(session: Session, common: Shared, review_ids: Sequence[int], today: date) -> dict[int, About]:
    """All parts by review id; about a dozen queries for up to 500 reviews."""
    found = _reviews(session, review_ids, today)
    _details(session, found)
    _answers(session, found)
    _past(session, common, found)
    _decisions(session, common, found)
    for letter in session.scalars(
        select(Letter).where(Letter.review_id.in_(found)).order_by(Letter.revision)
    ):
        found[letter.review_id].earlier.append(letter)
    return found


def _reviews(session: Session, review_ids: Sequence[int], today: date) -> dict[int, About]:
    line = aliased(Membership)
    query = (
        select(Review, Person, line.position, Unit.name, Subject.round, Subject.due_at)
        .join(Subject, Subject.id == Review.id)
        .join(Person, Person.id == Review.person_id)
        .outerjoin(line, (line.person_id == Person.id) & (line.from_on <= today) & (today < line.until_on))
        .outerjoin(Unit, Unit.id == line.unit_id)
        .where(Review.id.in_(review_ids))
    )
    # The move has just been written in this transaction: rows read before it would be stale.
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    names = _manager_names(session, [person.id for _, person, *_ in rows], today)
    return {
        review.id: About(review, person, position, team, names.get(person.id), round_, due_at)
        for review, person, position, team, round_, due_at in rows
    }


def _manager_names(session: Session, person_ids: Sequence[int], today: date) -> dict[int, str]:
    lines = managers.managers_of(session, person_ids, today)
    names = _names(session, set(lines.values()))
    return {person: names[manager] for person, manager in lines.items()}


def _names(session: Session, person_ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {key: name for key, name in rows}


def _details(session: Session, found: Mapping[int, About]) -> None:
    for goal in session.scalars(select(Goal).where(Goal.review_id.in_(found))):
        found[goal.review_id].goals[goal.indicator] = goal
    for row in session.scalars(select(Measured).where(Measured.review_id.in_(found))):
        about = found[row.review_id]
        if row.revision == about.review.collection:
            about.measured[row.indicator] = row
    for line in session.scalars(select(ScoreLine).where(ScoreLine.review_id.in_(found))):
        about = found[line.review_id]
        if line.revision == about.review.revision:
            about.lines[line.line] = line


def _answers(session: Session, found: Mapping[int, About]) -> None:
    query = select(Answer.subject_id, Answer.task, Answer.round, Answer.body).where(
        Answer.subject_id.in_(found), Answer.submitted_at.is_not(None)
    )
    for review_id, task, round_, body in session.execute(query):
        if round_ == found[review_id].round:
            found[review_id].answers[task] = json.loads(body)


def _past(session: Session, common: Shared, found: Mapping[int, About]) -> None:
    by_person = {about.person.id: about for about in found.values()}
    query = (
        select(
            Review.person_id,
            Cycle.key,
            Cycle.ends_on,
            Review.score_e6,
            Review.rating,
            Review.released_at,
            Review.voided_at,
        )
        .join(Cycle, Cycle.id == Review.cycle_id)
        .join(Definition, Definition.id == Cycle.workflow_id)
        .where(
            Review.person_id.in_(by_person),
            Cycle.ends_on < common.cycle.starts_on,
            Definition.name == common.pins.workflow.name,
        )
        .order_by(Cycle.ends_on)
    )
    for person_id, key, ends_on, score, rating, released, voided in session.execute(query):
        by_person[person_id].past.append(
            Past(key, ends_on, score, rating, released is not None, voided is not None)
        )


def _decisions(session: Session, common: Shared, found: Mapping[int, About]) -> None:
    """Who calibrated and who set the rating against the rule."""
    stages = [stage.key for stage in common.pins.workflow.stages.values() if stage.part == "calibration"]
    query = (
        select(MoveLog.subject_id, Person.name, MoveLog.at)
        .join(Person, Person.id == MoveLog.actor_id)
        .where(MoveLog.subject_id.in_(found), MoveLog.from_stage.in_(stages))
        .order_by(MoveLog.version)
    )
    for review_id, name, at in session.execute(query):
        found[review_id].calibrated_by = (name, at)
    setters = {about.review.rating_by for about in found.values() if about.review.rating_by is not None}
    names = _names(session, setters)
    for about in found.values():
        about.overridden_by = names.get(about.review.rating_by or 0)


def deciding_answer(common: Shared, about: About) -> tuple[dict[str, Any], str] | None:
    """The manager's submitted answer and the key of its rubric field."""
    task = ratings.deciding_task(common.pins.workflow)
    if task is None or task[0] not in about.answers:
        return None
    return about.answers[task[0]], task[1]
