"""What a dry run points at although it can be taken in: days to come, and periods that are frozen already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.connectors.rows import Event
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.services.collect.comparing import Comparison
from reviewflow.store.chunks import chunks
from reviewflow.store.cycles import Cycle
from reviewflow.store.reviews import Review

MOST_NAMED = 3
"""Lines and cycles that a sentence names."""


def doubts(session: Session, found: Comparison, today: date) -> tuple[Reason, ...]:
    """About events that are new or changed. One query per 500 people."""
    news = sorted([*found.new, *(event for event, _revision in found.changed)], key=lambda one: one.line)
    later = [event for event in news if event.on > today]
    frozen = _frozen(session, news, found)
    reasons = [Reason("import.dated_later", _named(later))] if later else []
    if frozen:
        cycles = sorted({cycle for _event, cycle in frozen})
        named = _named([event for event, _cycle in frozen])
        reasons.append(Reason("import.dated_frozen", {**named, "cycles": _first(cycles)}))
    return tuple(reasons)


def _frozen(session: Session, news: Sequence[Event], found: Comparison) -> list[tuple[Event, str]]:
    """Events of a cycle in which the figures of their person are frozen, with the cycle's key."""
    periods: defaultdict[int, list[tuple[Period, str]]] = defaultdict(list)
    for some in chunks(sorted({found.people[event.person_ref] for event in news}), 500):
        query = (
            select(Review.person_id, Cycle.starts_on, Cycle.ends_on, Cycle.key)
            .join(Cycle, Cycle.id == Review.cycle_id)
            .where(Review.person_id.in_(some), Review.frozen_at.is_not(None), Review.voided_at.is_(None))
        )
        for person_id, starts_on, ends_on, key in session.execute(query):
            periods[person_id].append((Period(starts_on, ends_on), key))
    return [
        (event, next(key for period, key in mine if event.on in period))
        for event in news
        if (mine := periods.get(found.people[event.person_ref]))
        and any(event.on in one for one, _key in mine)
    ]


def _named(events: Sequence[Event]) -> dict[str, str | int]:
    """How many, and the first of them by line and day."""
    return {"count": len(events), "lines": _first([f"{one.line} ({one.on.isoformat()})" for one in events])}


def _first(words: Sequence[str]) -> str:
    return ", ".join([*words[:MOST_NAMED], *(["…"] if len(words) > MOST_NAMED else [])])
