"""Reviews of a cycle that wait for HR to let them go on: one by one or all together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.store.dashboard.head import Head
from reviewflow.store.people import Person, Unit
from reviewflow.store.reviews import Review
from reviewflow.store.scopes import scope
from reviewflow.store.subjects import Subject


@dataclass(frozen=True)
class Waiting:
    """One review that waits. `computed` is the rating by the rule where somebody set another one.

    Of the viewer's own review both are None.
    """

    id: int
    version: int
    person_id: int
    person: str
    unit: str
    score_e6: int | None
    rating: str | None
    computed: str | None
    entered_at: datetime


def waiting_count(session: Session, viewer: Viewer, cycle: Head, stages: Collection[str], most: int) -> int:
    """How many wait in these stages, counted up to `most`. One query, after that of the scope."""
    some = _inside(session, viewer, cycle, stages).with_only_columns(Subject.id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def waiting(
    session: Session, viewer: Viewer, cycle: Head, stages: Collection[str], limit: int, offset: int
) -> list[Waiting]:
    """Those that wait in these stages, the longest first. One query, after that of the scope."""
    order = (Subject.entered_at, Subject.id)
    first = _inside(session, viewer, cycle, stages).with_only_columns(Subject.id).order_by(*order)
    query = (
        select(
            Subject.id,
            Subject.version,
            Subject.person_id,
            Person.name,
            Unit.name,
            Review.score_e6,
            Review.rating,
            Review.rating_computed,
            Subject.entered_at,
        )
        .join(Review, Review.id == Subject.id)
        .join(Person, Person.id == Subject.person_id)
        .join(Unit, Unit.id == Subject.unit_id)
        .where(Subject.id.in_(select(first.limit(limit).offset(offset).subquery().c.id)))
        .order_by(*order)
    )
    found = [Waiting(*row) for row in session.execute(query)]
    return [
        replace(one, rating=None, computed=None) if one.person_id == viewer.person_id else one
        for one in found
    ]


def waiting_ids(
    session: Session, viewer: Viewer, cycle: Head, stages: Collection[str], since: datetime, limit: int
) -> list[tuple[int, int]]:
    """(id, version) of those that wait since then or longer, the longest first. One query after the scope."""
    query = (
        _inside(session, viewer, cycle, stages)
        .with_only_columns(Subject.id, Subject.version)
        .where(Subject.entered_at <= since)
        .order_by(Subject.entered_at, Subject.id)
        .limit(limit)
    )
    return [(key, version) for key, version in session.execute(query)]


def _inside(
    session: Session, viewer: Viewer, cycle: Head, stages: Collection[str]
) -> Select[*tuple[Any, ...]]:
    """Reviews in these stages in units for which the viewer is HR: theirs to release."""
    mine = scope(session, viewer, ("hr",))
    return (
        select(Subject)
        .where(Subject.definition_id == cycle.pins.workflow_id, Subject.stage.in_(stages))
        .where(Subject.cycle_id == cycle.id, *mine.over(Subject.unit_id))
    )
