"""Who acts with which roles, which positions there are, and what happens when somebody leaves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Grant
from reviewflow.store import sign_ins, staff
from reviewflow.store.accounts import Account, LoginSession
from reviewflow.store.people import Person, RoleGrant, Unit, UnitAbove
from tests.cast import HIRED, Cast, write_cast
from tests.store.rows import AT

TODAY = date(2026, 4, 1)


@pytest.fixture
def people(session: Session) -> Cast:
    return write_cast(session)


def test_a_viewer_has_the_grants_of_the_day(session: Session, people: Cast) -> None:
    hu = staff.viewer(session, people.hu, TODAY)
    assert hu.grants == (Grant("hr", people.company),)
    assert (hu.person_id, hu.today, hu.language) == (people.hu, TODAY, "zh")
    assert staff.viewer(session, people.hu, HIRED - timedelta(days=1)).grants == ()
    session.execute(update(RoleGrant).where(RoleGrant.person_id == people.hu).values(until_on=TODAY))
    assert staff.viewer(session, people.hu, TODAY).grants == ()
    assert staff.viewer(session, people.hu, TODAY - timedelta(days=1)).grants != ()


def test_an_unknown_person_is_no_viewer(session: Session, people: Cast) -> None:
    with pytest.raises(NoResultFound):
        staff.viewer(session, 77, TODAY)


def test_who_has_left_has_no_grants_even_if_nobody_ended_them(session: Session, people: Cast) -> None:
    session.execute(update(Person).where(Person.id == people.hu).values(left_on=TODAY - timedelta(days=1)))
    assert staff.viewer(session, people.hu, TODAY).grants == ()
    assert staff.viewer(session, people.hu, TODAY - timedelta(days=1)).grants != ()


def test_positions_of_a_day(session: Session, people: Cast) -> None:
    assert sorted(session.scalars(staff.positions(TODAY))) == [
        "HR", "clerk", "finance", "sales director", "sales manager", "sales rep",
    ]  # fmt: skip
    assert session.scalars(staff.positions(HIRED - timedelta(days=1))).all() == []


def test_leaving_ends_the_grants_with_the_last_day(session: Session, people: Cast) -> None:
    later = TODAY + timedelta(days=30)
    session.execute(
        insert(RoleGrant).values(
            person_id=people.hu,
            role="auditor",
            unit_id=people.company,
            from_on=later,
            granted_by=people.director,
        )
    )
    staff.leave(session, people.hu, last_day=TODAY)
    ends = session.execute(
        select(RoleGrant.role, RoleGrant.until_on).where(RoleGrant.person_id == people.hu)
    ).all()
    assert [tuple(row) for row in ends] == [("hr", TODAY + timedelta(days=1))]


def ends_of(session: Session, person_id: int) -> list[tuple[str, date]]:
    session.expire_all()
    rows = select(RoleGrant.role, RoleGrant.until_on).where(RoleGrant.person_id == person_id)
    return [
        (role, until) for role, until in session.execute(rows.order_by(RoleGrant.until_on, RoleGrant.role))
    ]


def test_a_role_goes_on_where_the_last_day_moves_later(session: Session, people: Cast) -> None:
    """It ended with the leaving; what had an earlier end, or was taken back, stays ended."""
    day = timedelta(days=1)
    made = {"person_id": people.hu, "unit_id": people.sales, "from_on": HIRED, "granted_by": people.director}
    session.execute(insert(RoleGrant).values(**made, role="auditor", until_on=TODAY + 3 * day))
    session.execute(insert(RoleGrant).values(**made, role="finance"))
    staff.leave(session, people.hu, last_day=TODAY)
    taken = update(RoleGrant).where(RoleGrant.role == "finance", RoleGrant.person_id == people.hu)
    session.execute(taken.values(until_on=TODAY, before_leaving=None))
    staff.leave(session, people.hu, last_day=TODAY + 9 * day)
    assert ends_of(session, people.hu) == [
        ("finance", TODAY), ("auditor", TODAY + 3 * day), ("hr", TODAY + 10 * day),
    ]  # fmt: skip
    staff.leave(session, people.hu, last_day=TODAY + day)
    assert ends_of(session, people.hu)[1:] == [("auditor", TODAY + 2 * day), ("hr", TODAY + 2 * day)]


def test_who_came_back_gets_no_old_role_by_leaving_again(session: Session, people: Cast) -> None:
    staff.leave(session, people.hu, last_day=TODAY)
    session.execute(update(Person).where(Person.id == people.hu).values(left_on=None))
    staff.leave(session, people.hu, last_day=TODAY + timedelta(days=90))
    assert ends_of(session, people.hu) == [("hr", TODAY + timedelta(days=1))]


def test_pages_and_services_read_the_same_roles(session: Session, people: Cast) -> None:
    """Also of who has left, though nobody ended their roles."""
    session.execute(update(Person).where(Person.id == people.hu).values(left_on=TODAY - timedelta(days=1)))
    for person_id in people.people():
        for day in (HIRED - timedelta(days=1), TODAY - timedelta(days=1), TODAY):
            by_service = staff.viewer(session, person_id, day).grants
            assert sign_ins.standing(session, person_id, day).grants == by_service
    assert staff.holders(session, "hr", TODAY) == []


def test_accounts_of_leavers_close_when_the_last_day_is_over(session: Session, people: Cast) -> None:
    for number, person_id in ((1, people.lin), (2, people.wang)):
        account = {"id": number, "person_id": person_id, "login": f"a{number}", "active": True}
        session.execute(insert(Account).values(account | {"fs_uniquifier": f"u{number}"}))
        session.execute(
            insert(LoginSession).values(
                token_hash=f"t{number}",
                account_id=number,
                data="{}",
                created_at=AT,
                seen_at=AT,
                expires_at=_far(AT),
            )
        )
    staff.leave(session, people.lin, last_day=TODAY)
    assert staff.close_accounts_of_leavers(session, TODAY) == []
    assert staff.close_accounts_of_leavers(session, TODAY + timedelta(days=1)) == [people.lin]
    assert staff.close_accounts_of_leavers(session, TODAY + timedelta(days=1)) == []
    lin, wang = session.execute(select(Account.active, Account.fs_uniquifier).order_by(Account.id)).all()
    assert (lin.active, wang.active) == (False, True)
    assert (lin.fs_uniquifier != "u1", wang.fs_uniquifier) == (True, "u2")
    assert session.scalars(select(LoginSession.account_id)).all() == [2]


def _far(at: datetime) -> datetime:
    return at + timedelta(hours=12)


def test_the_closure_of_the_tree(session: Session, people: Cast) -> None:
    before = set(session.execute(select(UnitAbove.unit_id, UnitAbove.above_id)))
    staff.rewrite_units_above(session)
    assert set(session.execute(select(UnitAbove.unit_id, UnitAbove.above_id))) == before
    session.execute(update(Unit).where(Unit.id == people.east).values(parent_id=people.office))
    staff.rewrite_units_above(session)
    above = session.scalars(select(UnitAbove.above_id).where(UnitAbove.unit_id == people.east))
    assert set(above) == {people.east, people.office, people.company}


def test_a_ring_of_units_is_refused_and_changes_nothing(session: Session, people: Cast) -> None:
    session.execute(update(Unit).where(Unit.id == people.company).values(parent_id=people.east))
    with pytest.raises(ValueError, match="above itself"):
        staff.rewrite_units_above(session)
    assert session.scalar(select(func.count()).select_from(UnitAbove)) == 8
