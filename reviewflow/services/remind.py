"""Remind the late: one message a person, stage and day, however often the button is pressed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit, messages, turns
from reviewflow.store.subjects import Subject


def remind(
    session: Session, moment: Moment, viewer: Viewer, cycle_id: int, *, holder_id: int | None = None
) -> int:
    """Remind everybody whose turn it is on a late subject of the cycle; returns how many messages are new.

    With `holder_id` only that person. Raises `Refused` for anybody but HR. Four queries.
    """
    if not viewer.has("hr"):
        raise Refused([Reason("remind.hr_only")])
    late = (Subject.cycle_id == cycle_id, Subject.due_at <= moment.business)
    turn = turns.turns(viewer.today, *late)
    query = select(turn.c.subject_id, turn.c.stage, turn.c.holder_id).distinct()
    if holder_id is not None:
        query = query.where(turn.c.holder_id == holder_id)
    to = [
        (f"remind:{subject}:{stage}:{person}:{viewer.today}", person, subject)
        for subject, stage, person in session.execute(query)
    ]
    new = messages.post(session, moment, "reminder", to)
    audit.record(session, moment, viewer.person_id, "cycle.reminded", detail={"cycle": cycle_id, "messages": new})
    return new
