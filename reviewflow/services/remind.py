"""Remind the late: one message a person, cycle and day, however much waits and however often it is pressed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit, messages, relations, turns
from reviewflow.store.cycles import Cycle
from reviewflow.store.letters import awaits_letter
from reviewflow.store.subjects import Subject


def remind(
    session: Session, moment: Moment, viewer: Viewer, cycle_id: int, *, holder_id: int | None = None
) -> int:
    """Remind everybody whose turn it is on a late subject of the cycle; returns how many messages are new.

    HR reminds about the people of their own units; who has left is told nothing, nor who
    has no letter to answer yet. With `holder_id` only that
    person is told. Raises `Refused` for anybody but HR. Five queries.
    """
    units = viewer.units("hr")
    if not units:
        raise Refused([Reason("remind.hr_only")])
    # Two who press at once come one after the other, and the second finds the messages of the first.
    cycle = session.scalar(select(Cycle.key).where(Cycle.id == cycle_id).with_for_update(key_share=True))
    late = (Subject.cycle_id == cycle_id, Subject.due_at <= moment.business, ~awaits_letter(Subject.id))
    turn = turns.turns(viewer.today, *late, relations.in_units(units, Subject))
    query = select(turn.c.holder_id, turn.c.subject_id).order_by(turn.c.due_at, turn.c.subject_id)
    if holder_id is not None:
        query = query.where(turn.c.holder_id == holder_id)
    longest_late: dict[int, int] = {}
    for person_id, subject_id in session.execute(query):
        longest_late.setdefault(person_id, subject_id)
    to = [
        (f"remind:{cycle_id}:{person_id}:{viewer.today}", person_id, subject_id)
        for person_id, subject_id in longest_late.items()
    ]
    new = messages.post(session, moment, "reminder", to)
    audit.record(
        session, moment, viewer.person_id, "cycle.reminded", detail={"cycle": cycle, "messages": new}
    )
    return new
