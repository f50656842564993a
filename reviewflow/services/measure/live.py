"""Live values: what stands behind every running review now, up to today: what lies ahead does not count yet.

Computed after each import, after a launch, and once on every day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.services.measure import collection
from reviewflow.services.measure.answering import Answer
from reviewflow.services.measure.asking import About, Questions, questions
from reviewflow.store import outbox
from reviewflow.store.company import Company
from reviewflow.store.facts import figures, last_batch
from reviewflow.store.locks import Alone, alone
from reviewflow.store.outbox import Outbox
from reviewflow.store.reviews import Goal, Review


def load(session: Session, moment: Moment, span: tuple[int, int, int] | None = None) -> Questions:
    """Ask for all running reviews, or those of a span (cycle, first id, last id): the newest batch, up to today."""
    number = last_batch(session)
    running = select(Review).where(Review.frozen_at.is_(None), Review.closed_at.is_(None))
    if span is not None:
        cycle_id, first, last = span
        running = running.where(Review.cycle_id == cycle_id, Review.id.between(first, last))
    abouts = [About.of(row, number) for row in session.scalars(running)]
    return questions(session, abouts, live_on=_today(session, moment))


def each_day(session: Session, moment: Moment) -> int:
    """Promise live values anew when a day has begun, while reviews run; returns how many promises are new.

    At most five queries.
    """
    key = f"live_values:{_today(session, moment)}"
    running = select(Review.id).where(Review.frozen_at.is_(None), Review.closed_at.is_(None)).limit(1)
    if session.scalar(select(Outbox.id).where(Outbox.key == key)) or session.scalar(running) is None:
        return 0
    outbox.promise(session, "live_values", key, {"batch": last_batch(session)}, moment.wall)
    return 1


def _today(session: Session, moment: Moment) -> date:
    """The business date where the company is."""
    return moment.today(session.scalar(select(Company.zone)) or "UTC")


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
