"""The company as people see it: units, who works where under whom, and who has an account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from reviewflow.core.viewer import Viewer
from reviewflow.store.accounts import Account
from reviewflow.store.people import Membership, Person, ReportingLine, Unit, UnitAbove
from reviewflow.store.scopes import Scope, scope

PEOPLE_ROLES = ("hr", "hrbp", "system_admin")
MOST_UNITS = 300


@dataclass(frozen=True)
class UnitLine:
    """A unit in the order of the tree; `depth` counts from 0 at the viewer's top."""

    id: int
    code: str
    name: str
    parent_id: int | None
    depth: int


@dataclass(frozen=True)
class Branch:
    """A unit that can be opened, with the people in it and below today."""

    id: int
    name: str
    people: int


@dataclass(frozen=True)
class Place:
    """Where in the tree one looks: the units above from the top, the unit itself, and those right below."""

    above: tuple[Branch, ...]
    unit: Branch
    below: tuple[Branch, ...]


@dataclass(frozen=True)
class PersonLine:
    """One person today. `account`: ``open``, ``off`` or None if there is none."""

    id: int
    external_id: str
    name: str
    position: str | None
    unit: str | None
    manager_id: int | None
    manager: str | None
    hired_on: date | None
    left_on: date | None
    account: str | None


def units(session: Session, viewer: Viewer, roles: Collection[str] = PEOPLE_ROLES) -> list[UnitLine]:
    """The viewer's units in the order of the tree, hidden ones apart; of very many the upper 300. Two queries."""
    mine = scope(session, viewer, roles)
    depth = select(UnitAbove.unit_id, func.count().label("n")).group_by(UnitAbove.unit_id).subquery()
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.name, Unit.parent_id)
        .join(depth, depth.c.unit_id == Unit.id)
        .where(Unit.hidden.is_(False), *mine.over(Unit.id))
        .order_by(depth.c.n, Unit.name, Unit.id)
        .limit(MOST_UNITS)
    ).all()
    return list(in_tree(rows))


def in_tree(rows: Sequence[Any]) -> tuple[UnitLine, ...]:
    """Rows (id, code, name, parent_id), upper ones first, in the order of their tree."""
    here = {row.id for row in rows}
    below: defaultdict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        below[row.parent_id if row.parent_id in here else None].append(row)
    found: list[UnitLine] = []
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, level = waiting.pop()
        found.append(UnitLine(row.id, row.code, row.name, row.parent_id, level))
        waiting += [(child, level + 1) for child in reversed(below[row.id])]
    return tuple(found)


def place(session: Session, viewer: Viewer, unit_id: int | None) -> Place | None:
    """The unit, or the viewer's own top one; None if it is not theirs. Five queries at most."""
    mine = scope(session, viewer, PEOPLE_ROLES)
    if not mine.tops:
        return None
    wanted = unit_id if unit_id is not None else mine.tops[0]
    inside = session.scalar(select(Unit.id).where(Unit.id == wanted, *mine.over(Unit.id)))
    if inside is None:
        return None
    above = session.execute(
        select(Unit.id, Unit.name)
        .join(UnitAbove, UnitAbove.above_id == Unit.id)
        .where(UnitAbove.unit_id == wanted, *mine.over(Unit.id))
    ).all()
    depth = _depths(session, [row.id for row in above])
    chain = sorted(above, key=lambda row: depth[row.id])
    below = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.parent_id == wanted, Unit.hidden.is_(False))
        .order_by(Unit.name)
        .limit(MOST_UNITS)
    ).all()
    people = _people_in(session, mine, [wanted, *(row.id for row in below)], viewer.today)
    branches = {row.id: Branch(row.id, row.name, people.get(row.id, 0)) for row in (*above, *below)}
    return Place(
        tuple(branches[row.id] for row in chain[:-1]),
        branches[wanted],
        tuple(branches[row.id] for row in below),
    )


def _depths(session: Session, unit_ids: Collection[int]) -> dict[int, int]:
    """How many units stand above each, itself counted."""
    query = select(UnitAbove.unit_id, func.count()).where(UnitAbove.unit_id.in_(unit_ids))
    return dict(session.execute(query.group_by(UnitAbove.unit_id)).all())


def _people_in(session: Session, mine: Scope, unit_ids: Collection[int], day: date) -> dict[int, int]:
    """People in each unit and below it; those of the one top of the company are not looked up in their units."""
    whole = mine.whole and len(mine.tops) == 1 and mine.tops[0] in unit_ids
    top = mine.tops[0] if whole else None
    query = (
        select(UnitAbove.above_id, func.count())
        .join(Membership, Membership.unit_id == UnitAbove.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(UnitAbove.above_id.in_([key for key in unit_ids if key != top]), *here_on(day))
        .group_by(UnitAbove.above_id)
    )
    found = query if top is None else union_all(query, select(literal(top), _everybody(day)))
    return {key: count for key, count in session.execute(found)}


def _everybody(day: date) -> ColumnElement[int]:
    """Memberships of the day, without those of the few who have left: from indexes alone."""
    now = (Membership.from_on <= day, Membership.until_on > day)
    members = select(func.count()).select_from(Membership).where(*now)
    gone = members.join(Person, Person.id == Membership.person_id).where(
        Person.left_on.is_not(None), Person.left_on < day
    )
    return members.scalar_subquery() - gone.scalar_subquery()


def here_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """Conditions on membership and person: there on this day."""
    return (
        Membership.from_on <= day,
        Membership.until_on > day,
        or_(Person.left_on.is_(None), Person.left_on >= day),
    )


def people(
    session: Session,
    viewer: Viewer,
    unit_id: int,
    *,
    words: str = "",
    gone: bool = False,
    limit: int,
    offset: int = 0,
) -> list[PersonLine]:
    """People of a unit and all below it, by id; those who left where `gone`. Two queries after the scope.

    `words` must be in the name or the id.
    """
    mine = scope(session, viewer, PEOPLE_ROLES)
    there = (*_then(viewer.today, gone), *mine.over(Membership.unit_id))
    if mine.whole and mine.tops == (unit_id,):
        # Everybody: by id until the page is full, so that nothing has to be sorted.
        chosen = select(Person.id).where(exists().where(Membership.person_id == Person.id, *there))
    else:
        below = select(UnitAbove.unit_id).where(UnitAbove.above_id == unit_id)
        chosen = (
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(*there, Membership.unit_id.in_(below))
        )
    if words:
        chosen = chosen.where(contains(words))
    ids = list(session.scalars(chosen.order_by(Person.external_id).limit(limit).offset(offset)))
    lines = _lines(viewer.today).where(*_then(viewer.today, gone), Person.id.in_(ids))
    return [PersonLine(*row) for row in session.execute(lines.order_by(Person.external_id))]


def _then(day: date, gone: bool) -> tuple[ColumnElement[bool], ...]:
    """Conditions on membership and person: there on this day, or on their last one if they are gone."""
    if not gone:
        return here_on(day)
    return (
        Person.left_on < day,
        Membership.until_on > Person.left_on,
        Membership.from_on <= Person.left_on,
    )


def _lines(day: date) -> Select[*tuple[Any, ...]]:
    line, manager = aliased(ReportingLine), aliased(Person)
    reports = and_(
        line.person_id == Person.id, line.kind == "effective", line.from_on <= day, line.until_on > day
    )
    return (
        select(
            Person.id,
            Person.external_id,
            Person.name,
            Membership.position,
            Unit.name,
            manager.id,
            manager.name,
            Person.hired_on,
            Person.left_on,
            account_state(),
        )
        .select_from(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(line, reports)
        .outerjoin(manager, manager.id == line.manager_id)
        .outerjoin(Account, Account.person_id == Person.id)
    )


def account_state() -> ColumnElement[str | None]:
    """``open``, ``off``, or nothing without an account."""
    return case((Account.active.is_(True), "open"), (Account.active.is_(False), "off"), else_=None)


def contains(words: str) -> ColumnElement[bool]:
    """The person's name or id holds these words, whatever the case; the name also without its blanks."""
    low = words.strip().lower()
    name = func.lower(Person.name)
    if " " not in low:  # whatever holds such a word with its blanks holds it without them
        name = func.replace(name, " ", "")
    return or_(
        name.contains(low, autoescape=True), func.lower(Person.external_id).contains(low, autoescape=True)
    )
