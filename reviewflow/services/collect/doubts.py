"""What a dry run points at although it can be taken in: days to come, and periods that are frozen already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.connectors.rows import Event
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.services.collect.comparing import Comparison
from reviewflow.store.chunks import chunks
from reviewflow.store.cycles import Cycle
from reviewflow.store.facts import landing
from reviewflow.store.facts.rows import Landing
from reviewflow.store.reviews import Review

MOST_NAMED = 3
"""Rows and cycles that a sentence names."""

Frozen = Mapping[int, Sequence[tuple[Period, str]]]
"""The periods, with their cycles' keys, in which the figures of a person are frozen."""


@dataclass(frozen=True)
class _Row:
    """A row by its line or its id, and whom and which day it counts or counted for."""

    name: str
    person_id: int
    on: date

    def cycle(self, frozen: Frozen) -> str | None:
        return next((key for period, key in frozen.get(self.person_id, ()) if self.on in period), None)


def doubts(session: Session, source_id: int, found: Comparison, today: date) -> tuple[Reason, ...]:
    """About events that are new, changed or withdrawn; a changed one counts for its old day, too.

    One query per 10,000 people, and one for each kind and 10,000 changed events.
    """
    news = sorted([*found.new, *(event for event, _revision in found.changed)], key=lambda one: one.line)
    before = _before(session, source_id, [event for event, _revision in found.changed])
    coming = [
        [
            _Row(str(one.line), found.people[one.person_ref], one.on),
            *before.get((one.kind, one.external_id), ()),
        ]
        for one in news
    ]
    going = [
        [_Row(row.external_id, row.person_id, row.on_date)]
        for row in found.voided
        if row.person_id is not None
    ]
    frozen = _frozen(session, {row.person_id for rows in (*coming, *going) for row in rows})
    later = [rows[0] for rows in coming if rows[0].on > today]
    return (
        *([Reason("import.dated_later", _named("lines", later))] if later else []),
        *_late("import.dated_frozen", "lines", coming, frozen),
        *_late("import.withdrawn_frozen", "ids", going, frozen),
    )


def _before(
    session: Session, source_id: int, changed: Sequence[Event]
) -> dict[tuple[str, str], tuple[_Row, ...]]:
    """What counted until now of these events, by kind and id, under the line that changes it."""
    by_kind: defaultdict[str, dict[str, Event]] = defaultdict(dict)
    for event in changed:
        by_kind[event.kind][event.external_id] = event
    found: dict[tuple[str, str], tuple[_Row, ...]] = {}
    for kind, events in by_kind.items():
        for some in chunks(events):
            query = select(Landing.external_id, Landing.person_id, Landing.on_date).where(
                Landing.source_id == source_id,
                Landing.kind == kind,
                Landing.external_id.in_(some),
                Landing.voided.is_(False),
                landing.newest_of(Landing, None),
            )
            for key, person_id, on in session.execute(query):
                if person_id is not None:
                    found[kind, key] = (_Row(str(events[key].line), person_id, on),)
    return found


def _frozen(session: Session, people: Iterable[int]) -> Frozen:
    periods: defaultdict[int, list[tuple[Period, str]]] = defaultdict(list)
    for some in chunks(sorted(people)):
        query = (
            select(Review.person_id, Cycle.starts_on, Cycle.ends_on, Cycle.key)
            .join(Cycle, Cycle.id == Review.cycle_id)
            .where(Review.person_id.in_(some), Review.frozen_at.is_not(None), Review.voided_at.is_(None))
        )
        for person_id, starts_on, ends_on, key in session.execute(query):
            periods[person_id].append((Period(starts_on, ends_on), key))
    return periods


def _late(reason: str, what: str, every: Sequence[Sequence[_Row]], frozen: Frozen) -> list[Reason]:
    """The reason, if some of these come too late: each is named once, by the first day that is frozen."""
    late = [pair for rows in every if (pair := _first_frozen(rows, frozen))]
    if not late:
        return []
    cycles = sorted({cycle for _row, cycle in late})
    return [Reason(reason, {**_named(what, [row for row, _cycle in late]), "cycles": _first(cycles)})]


def _first_frozen(rows: Sequence[_Row], frozen: Frozen) -> tuple[_Row, str] | None:
    return next(((row, cycle) for row in rows if (cycle := row.cycle(frozen))), None)


def _named(what: str, rows: Sequence[_Row]) -> dict[str, str | int]:
    """How many, and the first of them with their days."""
    return {"count": len(rows), what: _first([f"{row.name} ({row.on.isoformat()})" for row in rows])}


def _first(words: Sequence[str]) -> str:
    return ", ".join([*words[:MOST_NAMED], *(["…"] if len(words) > MOST_NAMED else [])])
