"""Granted roles: dated, given by somebody else, gone with the next request."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.services.grant import grant, revoke
from reviewflow.store import db, staff
from reviewflow.store.audit import Audit
from reviewflow.store.people import RoleGrant
from tests.cast import Cast

TODAY = date(2026, 4, 1)


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
        actions = session.scalars(select(Audit.action).where(Audit.about_person_id == cast.zhao)).all()
    assert actions == ["role.granted", "role.granted", "role.revoked", "role.revoked"]


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
