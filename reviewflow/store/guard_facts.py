"""Facts for guards, fetched in bulk: one query per group of facts and 500 subjects, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.policy import AwardState, Facts, MeasureState, TaskState
from reviewflow.core.workflow import Workflow
from reviewflow.store.cycles import Cycle
from reviewflow.store.facts.batches import newest_facts
from reviewflow.store.letters import Letter
from reviewflow.store.pay import CORRECTED_TO_ZERO, Award
from reviewflow.store.reviews import LEFT_OUT_BY_HAND, Goal, Measured, Review
from reviewflow.store.subjects import Answer, ClosedTask, Subject

CHUNK = 500


@dataclass(frozen=True)
class About:
    """What a loader must know of a subject."""

    id: int
    kind: str
    workflow: Workflow
    stage: str
    round: int
    cycle_id: int


Values = dict[int, dict[str, Any]]


def load(session: Session, subjects: Sequence[About], groups: frozenset[str]) -> dict[int, Facts]:
    """Facts by subject id with just these groups loaded."""
    values: Values = {subject.id: {} for subject in subjects}
    loaders = {LOADERS[group] for group in groups}
    for start in range(0, len(subjects), CHUNK):
        chunk = subjects[start : start + CHUNK]
        for loader in sorted(loaders, key=lambda one: one.__name__):
            for subject_id, found in loader(session, chunk).items():
                values[subject_id] |= found
    return {key: Facts(**row) for key, row in values.items()}


def _ids(subjects: Sequence[About]) -> list[int]:
    return [subject.id for subject in subjects]


def _tasks(session: Session, subjects: Sequence[About]) -> Values:
    ids = _ids(subjects)
    answered = (
        select(Answer.subject_id, Answer.task)
        .join(Subject, Subject.id == Answer.subject_id)
        .where(Answer.subject_id.in_(ids), Answer.round == Subject.round, Answer.submitted_at.is_not(None))
    )
    submitted = {(key, task) for key, task in session.execute(answered)}
    shut = select(ClosedTask.subject_id, ClosedTask.task).where(ClosedTask.subject_id.in_(ids))
    closed = {(key, task) for key, task in session.execute(shut)}
    return {
        subject.id: {
            "tasks": tuple(
                TaskState(
                    task.key,
                    task.by,
                    (subject.id, task.key) not in closed,
                    (subject.id, task.key) in submitted,
                )
                for task in subject.workflow.tasks_in(subject.stage)
            )
        }
        for subject in subjects
    }


def _goals(session: Session, subjects: Sequence[About]) -> Values:
    weights: defaultdict[int, list[int]] = defaultdict(list)
    missing: defaultdict[int, int] = defaultdict(int)
    query = select(Goal.review_id, Goal.weight_e4, Goal.target_e4).where(Goal.review_id.in_(_ids(subjects)))
    for review_id, weight, target in session.execute(query):
        weights[review_id].append(weight)
        missing[review_id] += target is None
    return {
        key: {"weights_e4": tuple(weights[key]), "targets_missing": missing[key]} for key in _ids(subjects)
    }


def _measures(session: Session, subjects: Sequence[About]) -> Values:
    """One row for each state that a review's figures have: ten rows a review would cost three times as much."""
    measured, review = Measured.metadata.tables["measured"], Review.metadata.tables["review"]
    as_of = case(
        (measured.c.state == "computed", measured.c.batch_no),
        (measured.c.state == "by_hand", None),
        (measured.c.reason.startswith(LEFT_OUT_BY_HAND), None),
        else_=measured.c.batch_no,
    )
    query = (
        select(
            measured.c.review_id,
            measured.c.state,
            func.aggregate_strings(measured.c.indicator, ","),  # keys are words without commas
            func.max(as_of),
        )
        .join(review, (review.c.id == measured.c.review_id) & (review.c.collection == measured.c.revision))
        .where(measured.c.review_id.in_(_ids(subjects)))
        .group_by(measured.c.review_id, measured.c.state)
    )
    found: dict[int, tuple[MeasureState, ...]] = {}
    newest = newest_facts(session)
    older = set()
    for review_id, state, indicators, batch_no in session.connection().execute(query).all():
        states = _measure_states(indicators, state)
        found[review_id] = tuple(sorted(found[review_id] + states)) if review_id in found else states
        if batch_no is not None and batch_no < newest:
            older.add(review_id)
    return {key: {"measures": found.get(key, ()), "measures_older": key in older} for key in _ids(subjects)}


@lru_cache(maxsize=256)
def _measure_states(indicators: str, state: str) -> tuple[MeasureState, ...]:
    """In order. The same for all reviews whose figures stand alike, which are most of a cycle."""
    return tuple(MeasureState(indicator, state) for indicator in sorted(indicators.split(",")))


def _results(session: Session, subjects: Sequence[About]) -> Values:
    columns = (Review.id, Review.frozen_at, Review.collection, Review.scored_collection, Review.rating)
    query = select(*columns, Review.revision, Review.proposed_revision).where(Review.id.in_(_ids(subjects)))
    return {
        row.id: {
            "scores_ready": row.frozen_at is not None and row.scored_collection == row.collection,
            "veto_open": False,
            "rating": row.rating,
            "awards_proposed": row.proposed_revision == row.revision,
        }
        for row in session.execute(query)
    }


def _cycles(session: Session, subjects: Sequence[About]) -> Values:
    ids = {subject.cycle_id for subject in subjects}
    rows = session.execute(select(Cycle.id, Cycle.calibration).where(Cycle.id.in_(ids)))
    wanted = {key: calibration for key, calibration in rows}
    return {subject.id: {"calibration_wanted": wanted[subject.cycle_id]} for subject in subjects}


def _letters(session: Session, subjects: Sequence[About]) -> Values:
    query = (
        select(Letter.review_id, Letter.state)
        .join(Review, (Review.id == Letter.review_id) & (Review.revision == Letter.revision))
        .where(Letter.review_id.in_(_ids(subjects)))
    )
    states = {key: state for key, state in session.execute(query)}
    return {key: {"letter_state": states.get(key)} for key in _ids(subjects)}


def _awards(session: Session, subjects: Sequence[About]) -> Values:
    found: defaultdict[int, list[AwardState]] = defaultdict(list)
    query = (
        select(Award.review_id, Award.component, Subject.part, Award.approved_at, Award.closed_at)
        .join(Subject, Subject.id == Award.id)
        .join(Review, (Review.id == Award.review_id) & (Review.revision == Award.revision))
        .where(Award.review_id.in_(_ids(subjects)))
        .order_by(Award.id)
    )
    for review_id, component, part, approved, closed in session.execute(query):
        found[review_id].append(AwardState(component, part, approved is not None, closed is not None))
    return {key: {"awards": tuple(found[key])} for key in _ids(subjects)}


def _amounts(session: Session, subjects: Sequence[About]) -> Values:
    """An award is superseded when its review has a newer revision, or the same one is no longer released."""
    query = (
        select(
            Award.id,
            Award.amount_minor,
            and_(
                Award.amount_minor == 0,
                or_(Award.proposed_minor != 0, Award.zero_reason == CORRECTED_TO_ZERO),
            ),
            Award.currency,
            Award.revision,
            Review.revision,
            Review.released_at,
        )
        .join(Review, Review.id == Award.review_id)
        .where(Award.id.in_(_ids(subjects)))
    )
    return {
        key: {
            "amount_minor": amount,
            "zero_by_hand": bool(by_hand),
            "currency": currency,
            "superseded": revision != newest or released is None,
        }
        for key, amount, by_hand, currency, revision, newest, released in session.execute(query)
    }


def _limits(session: Session, subjects: Sequence[About]) -> Values:
    return {subject.id: {"limits": subject.workflow.limits} for subject in subjects}


Loader = Callable[[Session, Sequence[About]], Values]
LOADERS: Mapping[str, Loader] = {
    "tasks": _tasks,
    "weights_e4": _goals,
    "targets_missing": _goals,
    "measures": _measures,
    "measures_older": _measures,
    "scores_ready": _results,
    "veto_open": _results,
    "rating": _results,
    "awards_proposed": _results,
    "calibration_wanted": _cycles,
    "letter_state": _letters,
    "awards": _awards,
    "amount_minor": _amounts,
    "zero_by_hand": _amounts,
    "currency": _amounts,
    "superseded": _amounts,
    "limits": _limits,
}
