"""The viewer's own reviews in the order in which they look at them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import Cycle
from reviewflow.store.relations import TODAY
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject


def newest(
    session: Session, viewer: Viewer, most: int = 50
) -> list[tuple[int, str, Period, str, str | None]]:
    """The viewer's own reviews: (id, cycle, period, part, rating once released). One query.

    First those whose period holds today, then those that began before, the newest first; what begins later
    comes last, the next one first.
    """
    query = (
        select(Review.id, Cycle.key, Cycle.starts_on, Cycle.ends_on, Subject.part, Review.rating)
        .add_columns(Review.released_at)
        .join(Subject, Subject.id == Review.id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Subject.person_id == viewer.person_id, Subject.kind == "review", Review.voided_at.is_(None))
        .order_by(*today_first())
        .limit(most)
    )
    return [
        (key, cycle, Period(begins, ends), part, rating if released else None)
        for key, cycle, begins, ends, part, rating, released in session.execute(
            query, {"today": viewer.today}
        )
    ]


def today_first() -> tuple[ColumnElement[Any], ...]:
    """Binds today."""
    later = Cycle.starts_on > TODAY
    holds = case((later, 2), (Cycle.ends_on < TODAY, 1), else_=0)
    return holds, case((later, Cycle.starts_on)), Cycle.ends_on.desc(), Review.id.desc()
