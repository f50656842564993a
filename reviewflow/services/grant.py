"""Granting a role for a unit and everything below it, and taking it back: dated, never erased."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit, managers
from reviewflow.store.model import FOREVER
from reviewflow.store.people import (
    GRANTED_ROLES,
    GRANTING_ROLES,
    Person,
    RoleGrant,
    Unit,
    UnitAbove,
)


def grant(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    person_id: int,
    role: str,
    unit_id: int,
    *,
    from_on: date | None = None,
    until_on: date | None = None,
) -> int:
    """Give a role from a day (today if not given) until a day (exclusive); returns the grant's id.

    A role ends with its person's last day at the latest. Raises `Refused`: not HR or system administrator
    of that unit, to oneself, unknown person, unit or role, a person who will have left, dates in the past or
    the wrong way round, or the role is held there already.
    """
    begins, ends = from_on or viewer.today, until_on or FOREVER
    person = _held(session, person_id)
    reasons = _against(session, viewer, person, role, unit_id, begins, ends)
    if person_id == viewer.person_id:
        reasons.append(Reason("grant.to_oneself"))
    if reasons:
        raise Refused(reasons)
    stays = person.left_on + timedelta(days=1) if person and person.left_on else FOREVER
    made = session.scalars(
        insert(RoleGrant)
        .values(
            person_id=person_id,
            role=role,
            unit_id=unit_id,
            from_on=begins,
            until_on=min(ends, stays),
            before_leaving=ends if stays < ends else None,
            granted_by=viewer.person_id,
        )
        .returning(RoleGrant.id)
    ).one()
    managers.rewrite_effective_lines(session)
    until = min(ends, stays).isoformat()
    unit = session.get_one(Unit, unit_id)
    detail = {"role": role, "unit": unit.code, "from": begins.isoformat(), "until": until}
    audit.record(session, moment, viewer.person_id, "role.granted", about_person_id=person_id, detail=detail)
    return made


def _held(session: Session, person_id: int) -> Person | None:
    """The person; nobody else gives them a role before this transaction ends."""
    return session.scalars(
        select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    ).one_or_none()


def _against(
    session: Session,
    viewer: Viewer,
    person: Person | None,
    role: str,
    unit_id: int,
    begins: date,
    ends: date,
) -> list[Reason]:
    reasons = []
    if session.get(Unit, unit_id) is None:
        reasons.append(Reason("grant.unknown_unit"))
    else:
        reasons += _not_theirs(session, viewer, unit_id)
    if role not in GRANTED_ROLES:
        reasons.append(Reason("grant.unknown_role", {"role": role}))
    if begins < viewer.today:
        reasons.append(Reason("grant.in_the_past"))
    if begins >= ends:
        reasons.append(Reason("grant.dates"))
    if person is None:
        return [*reasons, Reason("grant.unknown_person")]
    if person.left_on is not None and person.left_on < begins:
        reasons.append(Reason("grant.left"))
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.unit_id == unit_id,
        RoleGrant.from_on < ends,
        RoleGrant.until_on > begins,
    )
    if session.scalar(held):
        reasons.append(Reason("grant.held_already"))
    return reasons


def _not_theirs(session: Session, viewer: Viewer, unit_id: int) -> list[Reason]:
    """Why the viewer may not give or take roles there: they hold a granting role nowhere, or not above it."""
    tops = [grant.unit_id for grant in viewer.grants if grant.role in GRANTING_ROLES]
    if not tops:
        return [Reason("grant.not_yours")]
    above = exists().where(UnitAbove.unit_id == unit_id, UnitAbove.above_id.in_(tops))
    return [] if session.scalar(select(above)) else [Reason("grant.not_your_unit")]


def revoke(session: Session, moment: Moment, viewer: Viewer, grant_id: int) -> None:
    """End a granted role today; its next request is refused.

    Raises `Refused`: not HR or system administrator of the role's unit, one's own role, or over already.
    """
    row = session.get(RoleGrant, grant_id, with_for_update=True)
    reasons = _not_theirs(session, viewer, row.unit_id) if row else []
    if row is None or row.until_on <= viewer.today:
        reasons.append(Reason("grant.over"))
    elif row.person_id == viewer.person_id:
        reasons.append(Reason("grant.own"))
    if reasons or row is None:
        raise Refused(reasons)
    if row.from_on < viewer.today:
        ended = {"until_on": viewer.today, "before_leaving": None}
        session.execute(update(RoleGrant).where(RoleGrant.id == grant_id).values(ended))
    else:
        session.delete(row)
        session.flush()
    managers.rewrite_effective_lines(session)
    detail = {"role": row.role, "unit": session.get_one(Unit, row.unit_id).code}
    audit.record(
        session, moment, viewer.person_id, "role.revoked", about_person_id=row.person_id, detail=detail
    )
