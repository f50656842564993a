"""The company as it stands on the day from which an import holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.store.people import Membership, PayBase, Person, ReportingLine, Unit


@dataclass(frozen=True)
class Dated:
    """A dated row: what it says, from when, until when (exclusive)."""

    says: tuple[object, ...]
    from_on: date
    until_on: date


@dataclass
class State:
    """People by external id, units by code, and dated rows, in order.

    Memberships say (unit code, position). `lines`, by (person, ``solid`` or ``dotted``), say (manager,).
    `pay`, by (person, component), says (amount, rate, currency).
    """

    day: date
    people: dict[str, Person] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    members: dict[str, list[Dated]] = field(default_factory=dict)
    lines: dict[tuple[str, str], list[Dated]] = field(default_factory=dict)
    pay: dict[tuple[str, str], list[Dated]] = field(default_factory=dict)

    @property
    def active(self) -> dict[str, Person]:
        """Who has not left before the day."""
        return {
            key: person
            for key, person in self.people.items()
            if person.left_on is None or person.left_on >= self.day
        }


def load(session: Session, day: date) -> State:
    """Five queries, whatever the size of the company."""
    state = State(day)
    state.people = {person.external_id: person for person in session.scalars(select(Person))}
    state.units = {unit.code: unit for unit in session.scalars(select(Unit))}
    who = {person.id: key for key, person in state.people.items()}
    codes = {unit.id: code for code, unit in state.units.items()}
    for row in session.scalars(select(Membership).order_by(Membership.from_on)):
        dated = Dated((codes[row.unit_id], row.position), row.from_on, row.until_on)
        state.members.setdefault(who[row.person_id], []).append(dated)
    lines = select(ReportingLine).where(ReportingLine.kind != "effective")
    for line in session.scalars(lines.order_by(ReportingLine.from_on)):
        dated = Dated((who[line.manager_id],), line.from_on, line.until_on)
        state.lines.setdefault((who[line.person_id], line.kind), []).append(dated)
    for pay in session.scalars(select(PayBase).order_by(PayBase.from_on)):
        dated = Dated((pay.amount_minor, pay.rate_e6, pay.currency), pay.from_on, pay.until_on)
        state.pay.setdefault((who[pay.person_id], pay.component), []).append(dated)
    return state
