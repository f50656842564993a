"""Deadlines are computed once, on entry, in the zone of the person and by the cycle's pinned calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.due import Anchors, due_at
from reviewflow.core.moment import Moment
from reviewflow.core.workflow import Due
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle

if TYPE_CHECKING:
    from reviewflow.services.move.writing import Going


def entering(session: Session, moment: Moment, goings: Sequence[Going]) -> dict[int, datetime]:
    """Deadline (UTC) by subject id, for stages that have one. One query, and one calendar a cycle."""
    timed = [going for going in goings if going.step.to.due is not None]
    if not timed:
        return {}
    cycles = {cycle.id: cycle for cycle in _cycles(session, {going.case.cycle_id for going in timed})}
    calendars = {key: pinned.of_cycle(session, key).calendar for key in cycles}
    known: dict[tuple[Due, int, str], datetime] = {}
    found: dict[int, datetime] = {}
    for going in timed:
        cycle, zone = cycles[going.case.cycle_id], going.case.zone
        due = going.step.to.due
        assert due is not None
        key = (due, cycle.id, zone)
        if key not in known:
            anchors = Anchors(moment.business, cycle.starts_on, cycle.ends_on)
            known[key] = due_at(due, anchors, zone, calendars[cycle.id])
        found[going.case.id] = known[key]
    return found


def _cycles(session: Session, ids: set[int]) -> list[Cycle]:
    return list(session.scalars(select(Cycle).where(Cycle.id.in_(sorted(ids)))))
