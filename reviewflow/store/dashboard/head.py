"""What a cycle is: its process, period and people, as it was launched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Person
from reviewflow.store.pinned import Pinned
from reviewflow.store.scopes import CYCLE_ROLES, Scope, scope
from reviewflow.store.subjects import Subject


@dataclass(frozen=True)
class Head:
    """A cycle. `launching`: chunks of its launch are not done. `looked_up_on` is the day of its people."""

    id: int
    key: str
    period: Period
    currency: str
    calibration: bool
    launched_at: datetime | None
    launched_by: str | None
    expected: int
    looked_up_on: date
    units: tuple[int, ...]
    positions: tuple[str, ...]
    hired_before: date | None
    launching: bool
    pins: Pinned


def head(session: Session, viewer: Viewer, cycle_id: int) -> Head | None:
    """A cycle, or None if it does not exist for the viewer. Two queries, and one for pins not read before."""
    mine = scope(session, viewer, CYCLE_ROLES)
    row = session.execute(
        select(Cycle, Person.name, _open_chunks(cycle_id))
        .outerjoin(Person, Person.id == Cycle.launched_by)
        .where(Cycle.id == cycle_id, there_for(viewer, mine))
    ).one_or_none()
    if row is None:
        return None
    cycle, launched_by, launching = row
    rule = json.loads(cycle.population)
    hired = rule["hired_before"]
    return Head(
        id=cycle.id,
        key=cycle.key,
        period=Period(cycle.starts_on, cycle.ends_on),
        currency=cycle.currency,
        calibration=cycle.calibration,
        launched_at=cycle.launched_at,
        launched_by=launched_by,
        expected=cycle.expected,
        looked_up_on=date.fromisoformat(rule["day"]),
        units=tuple(rule["units"]),
        positions=tuple(rule["positions"]),
        hired_before=date.fromisoformat(hired) if hired else None,
        launching=launching,
        pins=pinned.of_cycle(session, cycle_id),
    )


def there_for(viewer: Viewer, mine: Scope) -> ColumnElement[bool]:
    """A condition on `Cycle`: it has a record of the viewer's units, or the viewer launched it."""
    if mine.whole:
        return Cycle.id.is_not(None)
    inside = exists().where(Subject.cycle_id == Cycle.id, *mine.over(Subject.unit_id))
    return or_(inside, Cycle.launched_by == viewer.person_id) if mine.tops else Cycle.id.is_(None)


def _open_chunks(cycle_id: int) -> ColumnElement[bool]:
    """Whether chunks of the launch are neither done nor given up: by the prefix of their keys."""
    first, after = f"launch:{cycle_id}:", f"launch:{cycle_id};"
    return exists().where(
        Outbox.key >= first, Outbox.key < after, Outbox.done_at.is_(None), Outbox.parked_reason.is_(None)
    )
