"""Live values: what stands behind every running review now. Computed after each import and after a launch."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.services.measure import collection
from reviewflow.services.measure.answering import Answer
from reviewflow.services.measure.asking import About, Questions, questions
from reviewflow.store import outbox
from reviewflow.store.facts import figures, last_batch
from reviewflow.store.locks import Alone, alone
from reviewflow.store.reviews import Goal, Review


def load(session: Session, span: tuple[int, int, int] | None = None) -> Questions:
    """Ask for all running reviews, or those of a span (cycle, first id, last id), as of the newest batch."""
    number = last_batch(session)
    running = select(Review).where(Review.frozen_at.is_(None), Review.closed_at.is_(None))
    if span is not None:
        cycle_id, first, last = span
        running = running.where(Review.cycle_id == cycle_id, Review.id.between(first, last))
    return questions(session, [About.of(row, number) for row in session.scalars(running)], live=True)


def finish(session: Session, moment: Moment, answers: Sequence[Answer], *, imported: bool = True) -> int:
    """Replace the live values of reviews that still run and have no newer ones; returns how many reviews.

    After an import the other figures that it may change are promised: those that are being collected, and
    targets suggested from the past.
    """
    alone(session, Alone.live_values)  # or an older batch, still being written, would replace a newer one
    ids = sorted({one.about.review_id for one in answers})
    running = collection.running(session, ids)
    newest = figures.newest_live(session, ids)
    rows = [
        {
            "review_id": one.about.review_id,
            "indicator": one.indicator,
            "batch_no": one.about.batch_no,
            "computed_at": moment.business,
            **figures.values_of(one.figure, one.rows_used, one.trace),
        }
        for one in answers
        if one.about.review_id in running and newest.get(one.about.review_id, 0) <= one.about.batch_no
    ]
    figures.put_live(session, rows)
    written = {row["review_id"] for row in rows}
    if imported:
        _promise(session, moment, answers)
    return len(written)


def _promise(session: Session, moment: Moment, answers: Sequence[Answer]) -> None:
    """Jobs over the cycles that an import touches, once for each batch."""
    for cycle_id in sorted({one.about.cycle_id for one in answers}):
        mine = [one.about for one in answers if one.about.cycle_id == cycle_id]
        ids, number = [about.review_id for about in mine], mine[0].batch_no
        span = {"cycle": cycle_id, "first": min(ids), "last": max(ids)}
        jobs = [collection.PREVIEW] + (["suggest_targets"] if _has_open_goals(session, cycle_id) else [])
        for job in jobs:
            outbox.promise(session, job, f"{job}:{cycle_id}:batch:{number}", span, moment.wall)


def _has_open_goals(session: Session, cycle_id: int) -> bool:
    found = select(Goal.review_id).join(Review, Review.id == Goal.review_id)
    open_goals = found.where(Review.cycle_id == cycle_id, Review.goals_agreed_at.is_(None)).limit(1)
    return session.scalar(open_goals) is not None
