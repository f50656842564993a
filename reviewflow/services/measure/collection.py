"""Figures of the evaluation: previewed while they are collected, frozen as of the batch that a review names.

What people entered or left out by hand stays; everything else is computed again until it is frozen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, ScalarSelect, and_, delete, func, insert, not_, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.services.measure.answering import Answer
from reviewflow.services.measure.asking import About, Questions, questions
from reviewflow.store import again, holding, pinned
from reviewflow.store.chunks import chunks
from reviewflow.store.facts import figures, last_batch
from reviewflow.store.reviews import LEFT_OUT_BY_HAND, Measured, Review
from reviewflow.store.subjects import Subject

PREVIEW = "preview_measures"


def load_preview(session: Session, cycle_id: int, first: int, last: int) -> Questions:
    """Ask for the reviews of a range whose stage collects figures, as of the newest batch."""
    stages = [
        stage.key
        for stage in pinned.of_cycle(session, cycle_id).workflow.stages.values()
        if PREVIEW in stage.jobs
    ]
    number = last_batch(session)
    collecting = (
        select(Review)
        .join(Subject, Subject.id == Review.id)
        .where(*_span(cycle_id, first, last), Review.frozen_at.is_(None), Subject.stage.in_(stages))
    )
    return questions(session, [About.of(row, number) for row in session.scalars(collecting)])


def finish_preview(session: Session, moment: Moment, answers: Sequence[Answer]) -> list[int]:
    """Write the figures of reviews that are still being collected; returns their ids."""
    running = _unchanged(session, answers, frozen=False)
    done = _write(session, [one for one in answers if one.about in running])
    causes = [(about.review_id, f"preview:{about.collection}:{about.batch_no}") for about in done]
    again.look_again(session, moment, causes)
    return [about.review_id for about in done]


def load_freeze(session: Session, cycle_id: int, first: int, last: int) -> Questions:
    """Ask for the frozen reviews of a range that have no score yet, as of the batch that each names."""
    frozen = select(Review).where(
        *_span(cycle_id, first, last),
        Review.frozen_at.is_not(None),
        Review.released_at.is_(None),
        Review.voided_at.is_(None),
        Review.scored_collection.is_distinct_from(Review.collection),
    )
    rows = session.scalars(frozen)
    return questions(session, [About.of(row, row.frozen_batch or 0) for row in rows])


def finish_freeze(session: Session, moment: Moment, answers: Sequence[Answer]) -> list[int]:
    """Write the figures as of each review's frozen batch; returns the ids of those reviews, to be scored."""
    _lock_subjects(session, [one.about.review_id for one in answers if one.figure.state == "missing"])
    frozen = _unchanged(session, answers, frozen=True)
    done = _write(session, [one for one in answers if one.about in frozen])
    _hold_up_missing(session, moment, [about.review_id for about in done])
    return [about.review_id for about in done]


def _lock_subjects(session: Session, review_ids: Iterable[int]) -> None:
    """Before their reviews, as everybody who moves them does; in order of their ids."""
    for some in chunks(sorted(set(review_ids))):
        theirs = select(Subject.id).where(Subject.id.in_(some)).order_by(Subject.id)
        session.execute(theirs.with_for_update(key_share=True))


def _hold_up_missing(session: Session, moment: Moment, review_ids: Sequence[int]) -> None:
    """Tell HR at once of figures that went missing between the last preview and the freeze: no score comes."""
    missing: defaultdict[int, list[str]] = defaultdict(list)
    for some in chunks(review_ids):
        rows = session.execute(
            select(Measured.review_id, Measured.indicator)
            .where(
                Measured.review_id.in_(some),
                Measured.revision == _collection_now(),
                Measured.state == "missing",
            )
            .order_by(Measured.indicator)
        )
        for review_id, indicator in rows:
            missing[review_id].append(indicator)
    holding.hold_up(session, moment, [_held_up(session, key, names) for key, names in missing.items()])


def _held_up(session: Session, review_id: int, missing: Sequence[str]) -> tuple[int, str, list[Reason]]:
    subject = session.get_one(Subject, review_id)
    workflow = pinned.workflows(session, {subject.definition_id})[subject.definition_id]
    moves = workflow.moves_from(subject.stage)
    waiting = next((move for move in moves if "scores_ready" in move.needs), moves[0])
    reason = Reason("measure.missing_frozen", {"indicator": ", ".join(missing), "count": len(missing)})
    return review_id, waiting.key, [reason]


def running(session: Session, review_ids: Iterable[int]) -> set[int]:
    """Those of the reviews whose figures are not frozen. One query per 10,000."""
    found: set[int] = set()
    for some in chunks(review_ids):
        open_ones = select(Review.id).where(
            Review.id.in_(some), Review.frozen_at.is_(None), Review.closed_at.is_(None)
        )
        found |= set(session.scalars(open_ones))
    return found


def _span(cycle_id: int, first: int, last: int) -> tuple[ColumnElement[bool], ...]:
    return (Review.cycle_id == cycle_id, Review.id.between(first, last))


def _unchanged(session: Session, answers: Sequence[Answer], *, frozen: bool) -> set[About]:
    """What was asked and still stands: same collection, frozen at the same batch or not frozen at all.

    These reviews stay so until the commit: nobody freezes them or enters a figure meanwhile.
    """
    abouts = {one.about.review_id: one.about for one in answers}
    found: set[About] = set()
    for some in chunks(sorted(abouts)):
        rows = (
            select(Review)
            .where(Review.id.in_(some), Review.released_at.is_(None), Review.closed_at.is_(None))
            .order_by(Review.id)
            .with_for_update(key_share=True)
        )
        for row in session.scalars(rows.execution_options(populate_existing=True)):
            about = abouts[row.id]
            as_frozen = row.frozen_batch == about.batch_no if frozen else row.frozen_batch is None
            if row.collection == about.collection and as_frozen:
                found.add(about)
    return found


def _write(session: Session, answers: Sequence[Answer]) -> list[About]:
    """Replace what was computed before, whatever people entered stays; returns the reviews, in order."""
    abouts = {one.about.review_id: one.about for one in answers}
    by_hand: set[tuple[int, str]] = set()
    for some in chunks(abouts):
        mine = (Measured.review_id.in_(some), Measured.revision == _collection_now())
        kept = select(Measured.review_id, Measured.indicator).where(*mine, _is_by_hand())
        by_hand |= {(review_id, indicator) for review_id, indicator in session.execute(kept)}
        session.execute(delete(Measured).where(*mine, not_(_is_by_hand())))
    rows = [
        {
            "review_id": one.about.review_id,
            "indicator": one.indicator,
            "revision": one.about.collection,
            "batch_no": one.about.batch_no,
            **figures.values_of(one.figure, one.rows_used, one.trace),
        }
        for one in answers
        if (one.about.review_id, one.indicator) not in by_hand
    ]
    for part in chunks(rows, 5_000):
        session.execute(insert(Measured), part)
    return [abouts[review_id] for review_id in sorted(abouts)]


def _collection_now() -> ScalarSelect[int]:
    return select(Review.collection).where(Review.id == Measured.review_id).scalar_subquery()


def _is_by_hand() -> ColumnElement[bool]:
    left_out = func.coalesce(Measured.reason, "").startswith(LEFT_OUT_BY_HAND)
    return or_(Measured.state == "by_hand", and_(Measured.state == "left_out", left_out))
