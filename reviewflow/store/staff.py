"""Questions about people on a day: who acts with which roles, who belongs to a population, who has left."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Grant, Viewer
from reviewflow.store.accounts import Account, LoginSession
from reviewflow.store.people import Membership, Person, RoleGrant, Unit, UnitAbove


@dataclass(frozen=True)
class Member:
    """A person with unit and position on the day that was asked about."""

    person_id: int
    external_id: str
    name: str
    email: str | None
    language: str
    zone: str
    hired_on: date | None
    left_on: date | None
    unit_id: int
    position: str | None


def viewer(session: Session, person_id: int, today: date) -> Viewer:
    """A person as actor on a business date, with the roles granted then. Who has left has none. Two queries.

    Raises `NoResultFound` for an unknown person.
    """
    language, left_on = session.execute(
        select(Person.language, Person.left_on).where(Person.id == person_id)
    ).one()
    if left_on is not None and left_on < today:
        return Viewer(person_id, (), today, language)
    granted = session.execute(
        select(RoleGrant.role, RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.from_on <= today, RoleGrant.until_on > today)
        .order_by(RoleGrant.role, RoleGrant.unit_id)
    )
    return Viewer(person_id, tuple(Grant(role, unit_id) for role, unit_id in granted), today, language)


def population(
    session: Session,
    day: date,
    units: Collection[int] = (),
    positions: Collection[str] = (),
    hired_before: date | None = None,
) -> list[Member]:
    """People with a unit on `day` who have not left before it, by external id. One query.

    `units` count with everything below them; empty filters let all through. `hired_before` includes that day;
    who has no date of hire counts as hired long ago.
    """
    chosen: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.external_id,
            Person.name,
            Person.email,
            Person.language,
            Person.zone,
            Person.hired_on,
            Person.left_on,
            Membership.unit_id,
            Membership.position,
        )
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.from_on <= day, Membership.until_on > day)
        .where(or_(Person.left_on.is_(None), Person.left_on >= day))
        .order_by(Person.external_id)
    )
    if units:
        below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(units))
        chosen = chosen.where(Membership.unit_id.in_(below))
    if positions:
        chosen = chosen.where(Membership.position.in_(positions))
    if hired_before is not None:
        chosen = chosen.where(or_(Person.hired_on.is_(None), Person.hired_on <= hired_before))
    return [Member(*row) for row in session.execute(chosen)]


def holders(session: Session, role: str, today: date) -> list[int]:
    """Ids of the people who hold a granted role anywhere on a day, in order. One query."""
    now = (RoleGrant.from_on <= today, RoleGrant.until_on > today)
    return list(
        session.scalars(
            select(RoleGrant.person_id)
            .where(RoleGrant.role == role, *now)
            .distinct()
            .order_by(RoleGrant.person_id)
        )
    )


def positions_on(session: Session, day: date) -> list[str]:
    """The positions that somebody has on `day`, in order, for choosing a population. One query."""
    found = (
        select(Membership.position)
        .where(Membership.position.is_not(None), Membership.from_on <= day, Membership.until_on > day)
        .distinct()
        .order_by(Membership.position)
    )
    return [position for position in session.scalars(found) if position]


def rewrite_units_above(session: Session) -> None:
    """Derive the closure of the unit tree anew. Raises ValueError for a ring of units."""
    parents = dict(session.execute(select(Unit.id, Unit.parent_id)).all())
    rows = [
        {"unit_id": unit_id, "above_id": above_id}
        for unit_id in parents
        for above_id in _path_up(unit_id, parents)
    ]
    session.execute(delete(UnitAbove))
    if rows:
        session.execute(insert(UnitAbove), rows)


def _path_up(unit_id: int, parents: dict[int, int | None]) -> Iterable[int]:
    path: list[int] = []
    at: int | None = unit_id
    while at is not None:
        if at in path:
            raise ValueError(f"unit {at} stands above itself")
        path.append(at)
        at = parents[at]
    return path


def leave(session: Session, person_id: int, last_day: date) -> None:
    """Note a person's last day of work: granted roles end with it.

    The effective lines of their people change with the next `rewrite_effective_lines`; the account closes
    when the day is over (`close_accounts_of_leavers`). Solid lines and memberships stay, so that a running
    review keeps its manager.
    """
    away = last_day + timedelta(days=1)
    mine = RoleGrant.person_id == person_id
    session.execute(update(Person).where(Person.id == person_id).values(left_on=last_day))
    session.execute(delete(RoleGrant).where(mine, RoleGrant.from_on >= away))
    session.execute(update(RoleGrant).where(mine, RoleGrant.until_on > away).values(until_on=away))


def close_accounts_of_leavers(session: Session, today: date) -> list[int]:
    """Close the open accounts of people whose last day is over, with all their sessions; returns person ids.

    A new uniquifier goes with it: otherwise opening the account again would revive old cookies.
    """
    left = (
        select(Account.id, Account.person_id)
        .join(Person, Person.id == Account.person_id)
        .where(Account.active, Person.left_on < today)
    )
    found = session.execute(left).all()
    for account_id, _ in found:
        closed = {"active": False, "fs_uniquifier": secrets.token_hex(32)}
        session.execute(update(Account).where(Account.id == account_id).values(closed))
    session.execute(
        delete(LoginSession).where(LoginSession.account_id.in_([account_id for account_id, _ in found]))
    )
    return [person_id for _, person_id in found if person_id is not None]
