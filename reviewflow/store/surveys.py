"""Feedback on the rubric. A ticket says who was asked; an answer says what was said; nothing joins them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ForeignKey, String, insert, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

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
