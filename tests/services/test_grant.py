"""Granted roles: dated, given by somebody else, gone with the next request."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Grant, Viewer
from reviewflow.services.grant import grant, revoke
from reviewflow.store import db, staff
from reviewflow.store.audit import Audit
from reviewflow.store.people import Person, RoleGrant
from tests.cast import Cast
from tests.flows.story import Story
from tests.services.at_once import meanwhile

TODAY = date(2026, 4, 1)
DAY = timedelta(days=1)


def reasons(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.key for reason in refused.value.reasons]


def test_a_role_holds_from_its_day_and_ends_at_once_when_revoked(
    engine: Engine, cast: Cast, moment: Moment
) -> None:
    with db.write(engine) as session:
        hu = staff.viewer(session, cast.hu, TODAY)
        made = grant(session, moment, hu, cast.zhao, "auditor", cast.company)
        later = grant(session, moment, hu, cast.zhao, "hrbp", cast.sales, from_on=TODAY + timedelta(days=1))
        assert staff.viewer(session, cast.zhao, TODAY).has("auditor")
        assert not staff.viewer(session, cast.zhao, TODAY).has("hrbp")
        assert staff.viewer(session, cast.zhao, TODAY + timedelta(days=1)).has("hrbp")
        revoke(session, moment, hu, made)
        revoke(session, moment, hu, later)
        assert staff.viewer(session, cast.zhao, TODAY + timedelta(days=1)).grants == ()
        kept = session.execute(
            select(Audit.action, Audit.detail).where(Audit.about_person_id == cast.zhao).order_by(Audit.id)
        ).all()
    assert [row.action for row in kept] == ["role.granted", "role.granted", "role.revoked", "role.revoked"]
    assert json.loads(kept[2].detail) == {"role": "auditor", "unit": "company"}
    assert json.loads(kept[1].detail)["unit"] == "sales"


@pytest.mark.parametrize(
    ("who", "to", "role", "why"),
    [
        ("wang", "lin", "finance", "grant.not_yours"),
        ("hu", "hu", "finance", "grant.to_oneself"),
        ("hu", "lin", "king", "grant.unknown_role"),
        ("hu", "fang", "finance", "grant.held_already"),
    ],
)
def test_what_is_refused_says_why(
    engine: Engine, cast: Cast, moment: Moment, who: str, to: str, role: str, why: str
) -> None:
    with db.write(engine) as session:
        viewer = staff.viewer(session, getattr(cast, who), TODAY)
        with pytest.raises(Refused) as refused:
            grant(session, moment, viewer, getattr(cast, to), role, cast.company)
        assert why in [reason.key for reason in refused.value.reasons]
        assert session.scalars(select(RoleGrant.role).where(RoleGrant.role == "king")).all() == []


def test_nobody_takes_back_their_own_role(engine: Engine, cast: Cast, moment: Moment) -> None:
    with db.write(engine) as session:
        mine = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == cast.hu)).one()
        with pytest.raises(Refused) as refused:
            revoke(session, moment, staff.viewer(session, cast.hu, TODAY), mine)
    assert [reason.key for reason in refused.value.reasons] == ["grant.own"]


@pytest.mark.parametrize("granting", ["hr", "system_admin"])
def test_roles_are_given_and_ended_only_at_or_below_one_s_own_unit(
    engine: Engine, cast: Cast, moment: Moment, granting: str
) -> None:
    with db.write(engine) as session:
        here = Viewer(cast.zhao, (Grant(granting, cast.sales), Grant("auditor", cast.company)), TODAY)
        made = grant(session, moment, here, cast.lin, "finance", cast.east)
        for unit in (cast.company, cast.office):
            with pytest.raises(Refused) as refused:
                grant(session, moment, here, cast.lin, "finance", unit)
            assert reasons(refused) == ["grant.not_your_unit"]
        director = session.scalars(select(RoleGrant.id).where(RoleGrant.role == "sales_director")).one()
        with pytest.raises(Refused) as refused:
            revoke(session, moment, here, director)
        assert reasons(refused) == ["grant.not_your_unit"]
        revoke(session, moment, here, made)


def test_no_role_begins_in_the_past(engine: Engine, cast: Cast, moment: Moment) -> None:
    with db.write(engine) as session:
        hu = staff.viewer(session, cast.hu, TODAY)
        with pytest.raises(Refused) as refused:
            grant(session, moment, hu, cast.zhao, "auditor", cast.company, from_on=TODAY - DAY)
    assert reasons(refused) == ["grant.in_the_past"]


def test_who_leaves_gets_a_role_for_their_last_days_at_most(
    engine: Engine, cast: Cast, moment: Moment
) -> None:
    with db.write(engine) as session:
        hu, last = staff.viewer(session, cast.hu, TODAY), TODAY + 5 * DAY
        session.execute(update(Person).where(Person.id == cast.zhao).values(left_on=last))
        with pytest.raises(Refused) as refused:
            grant(session, moment, hu, cast.zhao, "auditor", cast.company, from_on=last + DAY)
        assert reasons(refused) == ["grant.left"]
        made = grant(session, moment, hu, cast.zhao, "auditor", cast.company)
        assert session.get_one(RoleGrant, made).until_on == last + DAY
        staff.leave(session, cast.zhao, last + 9 * DAY)
        session.expire_all()
        assert session.get_one(RoleGrant, made).until_on == last + 10 * DAY


@pytest.mark.postgresql
def test_the_same_role_given_twice_at_the_same_moment_is_given_once(
    engine: Engine, cast: Cast, moment: Moment
) -> None:
    story = Story(engine, cast)
    hu = Viewer(cast.hu, (Grant("hr", cast.company),), TODAY)

    def give(session: Session) -> int:
        return grant(session, moment, hu, cast.zhao, "auditor", cast.company)

    second = meanwhile(story, give, give)
    assert isinstance(second, Refused)
    assert [reason.key for reason in second.reasons] == ["grant.held_already"]
