"""Deadlines: every so often the clock looks for subjects whose time has come."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import or_, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import the_clock
from reviewflow.services.move.door import advance
from reviewflow.services.move.writing import ChangedMeanwhile
from reviewflow.store import pinned
from reviewflow.store.holding import hold_up
from reviewflow.store.people import Person
from reviewflow.store.subjects import Subject

log = logging.getLogger("reviewflow.move")

BATCH = 500
TRY_AGAIN = timedelta(hours=1)
"""A refused move is tried again at the next change at once; this is for what no promise announces."""


def sweep(session: Session, moment: Moment) -> int:
    """Try the due moves of up to 500 subjects; returns how many were looked at.

    A move refused after its deadline is not tried at every sweep: a change of the subject asks for it.
    """
    untried = or_(
        Subject.tried_at.is_(None),
        Subject.tried_at < Subject.due_at,
        Subject.tried_at < moment.business - TRY_AGAIN,
    )
    late = (
        select(Subject.id)
        .where(Subject.due_at <= moment.business, Subject.closed_at.is_(None), untried)
        .order_by(Subject.due_at, Subject.id)
        .limit(BATCH)
    )
    ids = list(session.scalars(late))
    _advance(session, moment, ids)
    still_late = update(Subject).where(Subject.id.in_(ids), Subject.due_at <= moment.business)
    session.execute(still_late.values(tried_at=moment.business))
    return len(ids)


def _advance(session: Session, moment: Moment, ids: Sequence[int]) -> None:
    """All together, or in halves where that fails, so that one bad subject stops no deadline but its own.

    What is wrong with the database itself (a lock, a lost connection) is no subject's fault: it is raised, and
    the batch tried again.
    """
    if not ids:
        return
    try:
        with session.begin_nested():
            advance(session, moment, the_clock(moment.business.date()), ids)
    except (OperationalError, InterfaceError, ChangedMeanwhile):
        raise
    except Exception:  # whatever it is, it belongs to a subject, and HR sees it there
        if len(ids) > 1:
            middle = len(ids) // 2
            _advance(session, moment, ids[:middle])
            _advance(session, moment, ids[middle:])
            return
        log.exception("deadline of subject %s", ids[0])
        hold_up(session, moment, [(ids[0], _due_move(session, ids[0]), [_fault(session, ids[0])])])


def _fault(session: Session, subject_id: int) -> Reason:
    """What is wrong with a subject, in words."""
    mine = select(Person.zone).join(Subject, Subject.person_id == Person.id).where(Subject.id == subject_id)
    zone = session.scalars(mine).one()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return Reason("move.zone_unknown", {"zone": zone})
    return Reason("move.failed")


def _due_move(session: Session, subject_id: int) -> str:
    """The move that its deadline would have made; empty if its process has none there."""
    row = session.execute(select(Subject.definition_id, Subject.stage).where(Subject.id == subject_id)).one()
    workflow = pinned.workflows(session, {row.definition_id})[row.definition_id]
    timed = [move for move in workflow.moves_from(row.stage) if move.at is not None]
    return next((move.key for move in timed if move.at == "due"), timed[0].key if timed else "")
