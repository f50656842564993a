"""Feedback on the rubric. A ticket says who was asked; an answer says what was said; nothing joins them.

Not even what the database keeps of itself: each new answer writes all answers and all used tickets of its cycle
anew, in the order of their keys. So they all bear the mark of one transaction, and lie in an order that says
nothing. On SQLite the tables have no hidden row number.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, delete, insert, or_, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import Cycle
from reviewflow.store.model import Flag, Json, Model


class SurveyTicket(Model):
    """A person was asked once for a cycle. Carries no time, so that it cannot be matched to an answer."""

    __tablename__ = "survey_ticket"
    __table_args__ = ({"sqlite_with_rowid": False},)

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    used: Mapped[Flag] = mapped_column(default=False)


class SurveyAnswer(Model):
    """One anonymous answer: random key, no author, no unit, no time.

    It counts for nothing while `step` is 0; answers that came together have the same step, from 1 on.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (CheckConstraint("step>=0", name="step"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    step: Mapped[int] = mapped_column(Integer, default=0)
    body: Mapped[Json]


@dataclass(frozen=True)
class Ticket:
    """The viewer was asked about a cycle; `used`: they have answered."""

    cycle_id: int
    cycle: str
    period: Period
    used: bool


def tickets(session: Session, viewer: Viewer) -> list[Ticket]:
    """Everything that the viewer was asked, newest cycle first. One query."""
    query = (
        select(Cycle.id, Cycle.key, Cycle.starts_on, Cycle.ends_on, SurveyTicket.used)
        .join(SurveyTicket, SurveyTicket.cycle_id == Cycle.id)
        .where(SurveyTicket.person_id == viewer.person_id)
        .order_by(Cycle.ends_on.desc(), Cycle.id.desc())
    )
    return [
        Ticket(key, name, Period(start, end), used) for key, name, start, end, used in session.execute(query)
    ]


def open_tickets(session: Session, viewer: Viewer) -> list[Ticket]:
    """What the viewer was asked and has not answered yet. One query."""
    return [ticket for ticket in tickets(session, viewer) if not ticket.used]


def ask(session: Session, people: Iterable[tuple[int, int]]) -> None:
    """Write a ticket for each (cycle id, person id) that has none: a reopened result asks nobody twice."""
    wanted = sorted(set(people))
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        columns = (SurveyTicket.cycle_id, SurveyTicket.person_id)
        asked = session.execute(select(*columns).where(tuple_(*columns).in_(chunk)))
        known = {(cycle_id, person_id) for cycle_id, person_id in asked}
        rows = [{"cycle_id": c, "person_id": p, "used": False} for c, p in chunk if (c, p) not in known]
        if rows:
            session.execute(insert(SurveyTicket), rows)


def claim(session: Session, viewer: Viewer, cycle_id: int) -> bool:
    """Whether the viewer still has something to answer; holds back other answers of the cycle until the end."""
    session.execute(select(Cycle.id).where(Cycle.id == cycle_id).with_for_update(key_share=True))
    used = select(SurveyTicket.used).where(
        SurveyTicket.cycle_id == cycle_id, SurveyTicket.person_id == viewer.person_id
    )
    return session.scalar(used) is False


def take_in(session: Session, viewer: Viewer, cycle_id: int, body: str, floor: int) -> None:
    """Use the viewer's ticket and add an answer; with it show all that wait, if they are `floor` or more.

    Writes all answers and used tickets of the cycle anew; after `claim`.
    """
    mine, ours = SurveyTicket.cycle_id == cycle_id, SurveyAnswer.cycle_id == cycle_id
    query = select(SurveyAnswer.id, SurveyAnswer.step, SurveyAnswer.body).where(ours)
    answers = [(key, step, said) for key, step, said in session.execute(query)]
    answers.append((secrets.token_hex(16), 0, body))
    waiting = sum(step == 0 for _key, step, _body in answers)
    next_step = 1 + max(step for _key, step, _body in answers) if waiting >= floor else 0
    gone = or_(SurveyTicket.used, SurveyTicket.person_id == viewer.person_id)
    people = session.scalars(select(SurveyTicket.person_id).where(mine, gone)).all()
    session.execute(delete(SurveyAnswer).where(ours))
    session.execute(delete(SurveyTicket).where(mine, gone))
    session.execute(
        insert(SurveyAnswer),
        [
            {"id": key, "cycle_id": cycle_id, "step": step or next_step, "body": said}
            for key, step, said in sorted(answers)
        ],
    )
    session.execute(
        insert(SurveyTicket),
        [{"cycle_id": cycle_id, "person_id": person_id, "used": True} for person_id in sorted(people)],
    )
