"""Granting a role for a unit and everything below it, and taking it back: dated, never erased."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit, managers
from reviewflow.store.model import FOREVER
from reviewflow.store.people import GRANTED_ROLES, Person, RoleGrant, Unit

GRANTING_ROLES = ("hr", "system_admin")


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

    Raises `Refused`: not HR or system administrator, to oneself, unknown person, unit or role, dates the
    wrong way round, or the role is held there already.
    """
    begins, ends = from_on or viewer.today, until_on or FOREVER
    reasons = _against(session, viewer, person_id, role, unit_id, begins, ends)
    if reasons:
        raise Refused(reasons)
    made = session.scalars(
        insert(RoleGrant)
        .values(
            person_id=person_id,
            role=role,
            unit_id=unit_id,
            from_on=begins,
            until_on=ends,
            granted_by=viewer.person_id,
        )
        .returning(RoleGrant.id)
    ).one()
    managers.rewrite_effective_lines(session)
    detail = {"role": role, "unit": unit_id, "from": begins.isoformat(), "until": ends.isoformat()}
    audit.record(session, moment, viewer.person_id, "role.granted", about_person_id=person_id, detail=detail)
    return made


def _against(
    session: Session, viewer: Viewer, person_id: int, role: str, unit_id: int, begins: date, ends: date
) -> list[Reason]:
    reasons = []
    if not viewer.has(*GRANTING_ROLES):
        reasons.append(Reason("grant.not_yours"))
    if person_id == viewer.person_id:
        reasons.append(Reason("grant.to_oneself"))
    if role not in GRANTED_ROLES:
        reasons.append(Reason("grant.unknown_role", {"role": role}))
    if session.get(Person, person_id) is None:
        reasons.append(Reason("grant.unknown_person"))
    if session.get(Unit, unit_id) is None:
        reasons.append(Reason("grant.unknown_unit"))
    if begins >= ends:
        reasons.append(Reason("grant.dates"))
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        RoleGrant.unit_id == unit_id,
        RoleGrant.from_on < ends,
        RoleGrant.until_on > begins,
    )
    if session.scalar(held):
        reasons.append(Reason("grant.held_already"))
    return reasons


def revoke(session: Session, moment: Moment, viewer: Viewer, grant_id: int) -> None:
    """End a granted role today; its next request is refused. Raises `Refused`."""
    row = session.get(RoleGrant, grant_id)
    reasons = []
    if not viewer.has(*GRANTING_ROLES):
        reasons.append(Reason("grant.not_yours"))
    if row is None or row.until_on <= viewer.today:
        reasons.append(Reason("grant.over"))
    elif row.person_id == viewer.person_id:
        reasons.append(Reason("grant.own"))
    if reasons or row is None:
        raise Refused(reasons)
    if row.from_on < viewer.today:
        session.execute(update(RoleGrant).where(RoleGrant.id == grant_id).values(until_on=viewer.today))
    else:
        session.delete(row)
        session.flush()
    managers.rewrite_effective_lines(session)
    detail = {"role": row.role, "unit": row.unit_id}
    audit.record(
        session, moment, viewer.person_id, "role.revoked", about_person_id=row.person_id, detail=detail
    )
