"""Deadlines: every so often the clock looks for subjects whose time has come."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import the_clock
from reviewflow.services.move.door import advance
from reviewflow.store.subjects import Subject

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
    advance(session, moment, the_clock(moment.business.date()), ids)
    still_late = update(Subject).where(Subject.id.in_(ids), Subject.due_at <= moment.business)
    session.execute(still_late.values(tried_at=moment.business))
    return len(ids)
