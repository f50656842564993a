"""Suggested targets: the figure of the period before, and what it becomes with the plan's growth."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from reviewflow.core.goals import suggest
from reviewflow.core.moment import Moment
from reviewflow.core.values import half_up_scaled, to_scaled
from reviewflow.services.measure.answering import Answer
from reviewflow.services.measure.asking import About, Questions, questions
from reviewflow.store import outbox, pinned
from reviewflow.store.facts import last_batch
from reviewflow.store.reviews import Goal, Review


def load(session: Session, cycle_id: int, first: int, last: int) -> Questions:
    """Ask for the period before, for the reviews of a range whose goals are not agreed yet."""
    number = last_batch(session)
    chosen = select(Review).where(
        Review.cycle_id == cycle_id,
        Review.id.between(first, last),
        Review.goals_agreed_at.is_(None),
        Review.closed_at.is_(None),
    )
    return questions(session, [About.of(row, number) for row in session.scalars(chosen)], before=True)


def finish(session: Session, moment: Moment, answers: Sequence[Answer]) -> int:
    """Write last figures and suggestions to goals that nobody agreed meanwhile; returns how many goals.

    A target that was given or proposed is not touched, only the last figure beside it. Live values are
    promised, so that a new cycle has them without waiting for an import.
    """
    computed = [one for one in answers if one.figure.ratio is not None]
    for cycle_id in sorted({one.about.cycle_id for one in answers}):
        _write(session, cycle_id, [one for one in computed if one.about.cycle_id == cycle_id])
        mine = [one.about for one in answers if one.about.cycle_id == cycle_id]
        ids = [about.review_id for about in mine]
        span = {"cycle": cycle_id, "first": min(ids), "last": max(ids)}
        key = f"live_values:{cycle_id}:{min(ids)}:{mine[0].batch_no}"
        outbox.promise(session, "live_values", key, span, moment.wall)
    return len(computed)


def _write(session: Session, cycle_id: int, answers: Sequence[Answer]) -> None:
    pins = pinned.of_cycle(session, cycle_id)
    table = Goal.metadata.tables["goal"]
    open_ones = select(Review.id).where(Review.goals_agreed_at.is_(None))
    here = (
        table.c.review_id == bindparam("review"),
        table.c.indicator == bindparam("what"),
        table.c.review_id.in_(open_ones),
    )
    last, suggestions = [], []
    for one in answers:
        assert one.figure.ratio is not None
        value = one.figure.ratio.value
        place = {"review": one.about.review_id, "what": one.indicator}
        last.append(place | {"last": half_up_scaled(value, 4)})
        line = pins.plan.lines.get(one.indicator)
        target = suggest(value, line.growth, pins.catalogue[one.indicator].unit) if line else None
        if target is not None:
            suggestions.append(place | {"suggested": to_scaled(target, 4)})
    connection = session.connection()
    if last:
        connection.execute(update(table).where(*here).values(last_e4=bindparam("last")), last)
    if suggestions:
        without = update(table).where(*here, table.c.target_e4.is_(None))
        connection.execute(without.values(suggested_e4=bindparam("suggested")), suggestions)
