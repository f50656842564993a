"""Questions about people on a day: who acts with which roles, which positions there are, who has left."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from reviewflow.core.viewer import Grant, Viewer
from reviewflow.store.accounts import Account, LoginSession
from reviewflow.store.chunks import chunks
from reviewflow.store.people import Membership, Person, RoleGrant, Unit, UnitAbove

_holder = aliased(Person)


def holds(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """A condition on `RoleGrant`: it counts on a day. Its dates say so, and its person has not left before."""
    gone = exists().where(_holder.id == RoleGrant.person_id, _holder.left_on < today)
    return and_(RoleGrant.from_on <= today, RoleGrant.until_on > today, ~gone)


def grants_of(rows: Iterable[tuple[str, int]]) -> tuple[Grant, ...]:
    """Grants from rows (role, unit id), in order."""
    return tuple(Grant(role, unit_id) for role, unit_id in sorted(rows))


def viewer(session: Session, person_id: int, today: date) -> Viewer:
    """A person as actor on a business date, with the roles granted then. Who has left has none. Two queries.

    Raises `NoResultFound` for an unknown person.
    """
    language = session.scalars(select(Person.language).where(Person.id == person_id)).one()
    granted = select(RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.person_id == person_id, holds(today))
    return Viewer(
        person_id, grants_of((role, unit) for role, unit in session.execute(granted)), today, language
    )


def holders(session: Session, role: str, today: date) -> list[int]:
    """Ids of the people who hold a granted role anywhere on a day, in order. One query."""
    return list(
        session.scalars(
            select(RoleGrant.person_id)
            .where(RoleGrant.role == role, holds(today))
            .distinct()
            .order_by(RoleGrant.person_id)
        )
    )


def positions(day: date) -> Select[str]:
    """The positions that somebody has on `day`: from each to the next along their index, not person by person."""
    one = select(func.min(Membership.position).label("position")).cte("known_positions", recursive=True)
    later = aliased(Membership)
    following = select(func.min(later.position)).where(later.position > one.c.position).correlate(one)
    every = one.union_all(select(following.scalar_subquery()).where(one.c.position.is_not(None)))
    held = exists().where(
        Membership.position == every.c.position, Membership.from_on <= day, Membership.until_on > day
    )
    return select(every.c.position).where(every.c.position.is_not(None), held)


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

    One that ended with an earlier last day goes on until the new one, unless it was taken back meanwhile.
    The effective lines of their people change with the next `rewrite_effective_lines`; the account closes
    when the day is over (`close_accounts_of_leavers`). Solid lines and memberships stay, so that a running
    review keeps its manager.
    """
    away = last_day + timedelta(days=1)
    mine = RoleGrant.person_id == person_id
    before = session.scalar(select(Person.left_on).where(Person.id == person_id))
    if before is not None:
        cut = (mine, RoleGrant.before_leaving.is_not(None), RoleGrant.until_on == before + timedelta(days=1))
        whole = {"until_on": RoleGrant.before_leaving, "before_leaving": None}
        session.execute(update(RoleGrant).where(*cut).values(whole))
    session.execute(update(Person).where(Person.id == person_id).values(left_on=last_day))
    session.execute(delete(RoleGrant).where(mine, RoleGrant.from_on >= away))
    lasting = update(RoleGrant).where(mine, RoleGrant.until_on > away)
    session.execute(lasting.values(before_leaving=RoleGrant.until_on, until_on=away))


def ended_with_leaving(session: Session, person_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Roles that ended because these people left, with the unit's name. One query per 10,000 people."""
    found: dict[int, list[tuple[str, str]]] = {}
    for some in chunks(sorted(person_ids)):
        query = (
            select(RoleGrant.person_id, RoleGrant.role, Unit.name, RoleGrant.until_on, Person.left_on)
            .join(Person, Person.id == RoleGrant.person_id)
            .join(Unit, Unit.id == RoleGrant.unit_id)
            .where(RoleGrant.person_id.in_(some), RoleGrant.before_leaving.is_not(None))
            .order_by(RoleGrant.role, Unit.name)
        )
        for person_id, role, unit, until_on, left_on in session.execute(query):
            if left_on is not None and until_on == left_on + timedelta(days=1):
                found.setdefault(person_id, []).append((role, unit))
    return found


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
