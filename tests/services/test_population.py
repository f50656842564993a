"""Whom the rule of a launch means: by unit, position and date of hire, on its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from reviewflow.services.launch.people import population
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.store import staff
from reviewflow.store.people import Membership, Person
from tests.cast import Cast, write_cast

TODAY = date(2026, 4, 1)


@pytest.fixture
def people(session: Session) -> Cast:
    return write_cast(session)


def names(session: Session, **changes: Any) -> list[str]:
    values = {"day": TODAY, "units": (), "positions": (), "hired_before": None, "left_out": frozenset[str]()}
    return [member.external_id for member in population(session, PeopleRule(**(values | changes)))]


def test_it_is_chosen_by_unit_and_position(session: Session, people: Cast) -> None:
    assert names(session) == ["P001", "P002", "P003", "P004", "P005", "P006"]
    assert names(session, units=(people.sales,)) == ["P002", "P003"]
    assert names(session, units=(people.east, people.office)) == ["P003", "P004", "P005", "P006"]
    assert names(session, units=(people.sales,), positions=("sales rep",)) == ["P003"]
    assert names(session, positions=("HR", "clerk")) == ["P004", "P006"]


def test_hired_before_includes_the_day(session: Session, people: Cast) -> None:
    session.execute(update(Person).where(Person.id == people.lin).values(hired_on=TODAY))
    assert names(session, units=(people.sales,), hired_before=TODAY) == ["P002", "P003"]
    assert names(session, units=(people.sales,), hired_before=TODAY - timedelta(days=1)) == ["P002"]


def test_it_has_the_unit_and_position_of_its_day(session: Session, people: Cast) -> None:
    moved = TODAY - timedelta(days=10)
    session.execute(update(Membership).where(Membership.person_id == people.lin).values(until_on=moved))
    place = {"person_id": people.lin, "unit_id": people.office, "position": "clerk", "from_on": moved}
    session.execute(insert(Membership).values(**place))
    assert names(session, units=(people.office,), positions=("clerk",)) == ["P003", "P006"]
    before = PeopleRule(moved - timedelta(days=1), (people.east,), (), None, frozenset())
    found = [(member.external_id, member.position) for member in population(session, before)]
    assert found == [("P003", "sales rep")]


def test_who_left_before_the_day_is_not_in_it(session: Session, people: Cast) -> None:
    staff.leave(session, people.lin, last_day=TODAY)
    assert "P003" in names(session)
    assert "P003" not in names(session, day=TODAY + timedelta(days=1))
