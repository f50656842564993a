"""Feedback on the rubric. A ticket says who was asked; an answer says what was said; nothing joins them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, insert, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import Cycle
from reviewflow.store.model import Flag, Json, Model


class SurveyTicket(Model):
    """A person was asked once for a cycle. Carries no time, so that it cannot be matched to an answer."""

    __tablename__ = "survey_ticket"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    used: Mapped[Flag] = mapped_column(default=False)


class SurveyAnswer(Model):
    """One anonymous answer; random key, no author, no time; unit only where enough people were asked there."""

    __tablename__ = "survey_answer"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
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
