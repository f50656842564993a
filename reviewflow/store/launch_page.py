"""What HR chooses from when launching a cycle, and the report of a launch."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core import calendar, workflow
from reviewflow.core.calendar import Calendar
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.store.cycles import Cycle, CyclePin, Definition, LaunchItem
from reviewflow.store.people import Membership, Person, ReportingLine, Unit, UnitAbove
from reviewflow.store.scopes import CYCLE_ROLES, scope

_NOT_CREATED = LaunchItem.state != literal_column("'created'")
"""Spelt out, so that the partial index of these fits."""

_KINDS = ("workflow", "plan", "calendar", "indicators")


@dataclass(frozen=True)
class Named:
    """A definition that may be chosen, with its title in both languages."""

    name: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class LastCycle:
    """What the newest cycle was launched with."""

    key: str
    workflow: str
    period: Period
    currency: str
    calibration: bool
    units: tuple[int, ...]
    positions: tuple[str, ...]
    hired_before: date | None
    plan: str | None
    calendar: str | None


@dataclass(frozen=True)
class Choices:
    """The newest accepted processes of reviews, plans and calendars; titles of indicators; the last launch."""

    processes: tuple[Workflow, ...]
    plans: tuple[Named, ...]
    calendars: tuple[Calendar, ...]
    indicators: Mapping[str, Mapping[str, str]]
    last: LastCycle | None
    keys: frozenset[str]


@dataclass(frozen=True)
class UnitCount:
    """People of a launch in a unit with all below it, and how many managers they have."""

    name: str
    people: int
    managers: int


@dataclass(frozen=True)
class ReportLine:
    """What became of one person in a launch."""

    person_id: int
    external_id: str
    name: str
    state: str
    reason: Reason | None
    detail: str | None


@lru_cache(maxsize=64)
def _process(digest: str, text: str) -> Workflow:
    return workflow.load(text)


@lru_cache(maxsize=64)
def _calendar(digest: str, text: str) -> Calendar:
    return calendar.load(text)


def choices(session: Session, viewer: Viewer) -> Choices:
    """Everything that the launch page offers. Four queries; nothing for who does not look after cycles."""
    if not viewer.has(*CYCLE_ROLES):
        return Choices((), (), (), {}, None, frozenset())
    newest = _newest(session)
    processes = (_process(row.digest, row.text) for row in newest if row.kind == "workflow")
    plans = (Named(row.name, tomllib.loads(row.text)["title"]) for row in newest if row.kind == "plan")
    return Choices(
        processes=tuple(sorted((one for one in processes if one.kind == "review"), key=lambda one: one.name)),
        plans=tuple(plans),
        calendars=tuple(_calendar(row.digest, row.text) for row in newest if row.kind == "calendar"),
        indicators=_indicators(newest),
        last=_last(session),
        keys=frozenset(session.scalars(select(Cycle.key))),
    )


def _indicators(newest: Sequence[Definition]) -> dict[str, Mapping[str, str]]:
    texts = (row.text for row in newest if row.kind == "indicators")
    return {one["key"]: one["title"] for text in texts for one in tomllib.loads(text)["indicator"]}


def _newest(session: Session) -> list[Definition]:
    """The newest accepted of each kind and name, by name."""
    rows = session.scalars(
        select(Definition)
        .where(Definition.kind.in_(_KINDS))
        .order_by(Definition.name, Definition.accepted_at.desc(), Definition.id.desc())
    )
    found: dict[tuple[str, str], Definition] = {}
    for row in rows:
        found.setdefault((row.kind, row.name), row)
    return list(found.values())


def _last(session: Session) -> LastCycle | None:
    """The launch before, by the end of its period."""
    row = session.execute(
        select(Cycle, Definition.name)
        .join(Definition, Definition.id == Cycle.workflow_id)
        .order_by(Cycle.ends_on.desc(), Cycle.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    cycle, name = row
    pins = {
        kind: pin
        for kind, pin in session.execute(
            select(CyclePin.kind, CyclePin.name).where(CyclePin.cycle_id == cycle.id)
        )
    }
    rule = json.loads(cycle.population)
    hired = rule["hired_before"]
    return LastCycle(
        key=cycle.key,
        workflow=name,
        period=Period(cycle.starts_on, cycle.ends_on),
        currency=cycle.currency,
        calibration=cycle.calibration,
        units=tuple(rule["units"]),
        positions=tuple(rule["positions"]),
        hired_before=date.fromisoformat(hired) if hired else None,
        plan=pins.get("plan"),
        calendar=pins.get("calendar"),
    )


def people_by_unit(
    session: Session,
    viewer: Viewer,
    day: date,
    units: Collection[int],
    positions: Collection[str],
    hired_before: date | None,
) -> list[UnitCount]:
    """The population of a launch by the units right below the chosen ones, largest first. One query.

    Those who stand in a chosen unit itself are counted under it.
    """
    mine = scope(session, viewer, CYCLE_ROLES)
    group, above = aliased(Unit), aliased(UnitAbove)
    tops = group.parent_id.in_(units) if units else group.parent_id.in_(_roots())
    own = group.id.in_(units) if units else group.id.in_(_roots())
    line = aliased(ReportingLine)
    manager = and_(
        line.person_id == Person.id, line.kind == "effective", line.from_on <= day, line.until_on > day
    )
    query = (
        select(group.name, func.count(Person.id.distinct()), func.count(line.manager_id.distinct()))
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(above, above.unit_id == Membership.unit_id)
        .join(group, group.id == above.above_id)
        .outerjoin(line, manager)
        .where(or_(tops, and_(own, Membership.unit_id == group.id)))
        .where(*_population(day, units, positions, hired_before), *mine.over(Membership.unit_id))
        .group_by(group.id, group.name)
        .order_by(func.count(Person.id.distinct()).desc(), group.name)
    )
    return [UnitCount(*row) for row in session.execute(query)]


def _roots() -> Any:
    return select(Unit.id).where(Unit.parent_id.is_(None))


def _population(
    day: date, units: Collection[int], positions: Collection[str], hired_before: date | None
) -> list[ColumnElement[bool]]:
    """Conditions on membership and person, as `staff.population` has them."""
    where = [
        Membership.from_on <= day,
        Membership.until_on > day,
        or_(Person.left_on.is_(None), Person.left_on >= day),
    ]
    if units:
        below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(units))
        where.append(Membership.unit_id.in_(below))
    if positions:
        where.append(Membership.position.in_(positions))
    if hired_before is not None:
        where.append(or_(Person.hired_on.is_(None), Person.hired_on <= hired_before))
    return where


def report_counts(session: Session, viewer: Viewer, cycle_id: int) -> dict[tuple[str, str | None], int]:
    """People of a launch by (state, reason key). Two queries, after that of the scope."""
    mine = _mine(session, viewer, cycle_id)
    every = session.scalar(select(func.count()).select_from(LaunchItem).where(*mine)) or 0
    query = (
        select(LaunchItem.state, LaunchItem.reason, func.count())
        .where(*mine, _NOT_CREATED)
        .group_by(LaunchItem.state, LaunchItem.reason)
        .order_by(LaunchItem.state, LaunchItem.reason)
    )
    found: dict[tuple[str, str | None], int] = {
        (state, reason): count for state, reason, count in session.execute(query)
    }
    return {("created", None): every - sum(found.values()), **found}


def report_lines(
    session: Session,
    viewer: Viewer,
    cycle_id: int,
    *,
    created: bool,
    limit: int | None = None,
    offset: int = 0,
) -> list[ReportLine]:
    """People of a launch by reason and id: who was not taken in, with `created` everybody.

    One query, after that of the scope.
    """
    query = (
        select(
            Person.id, Person.external_id, Person.name, LaunchItem.state, LaunchItem.reason, LaunchItem.detail
        )
        .join(Person, Person.id == LaunchItem.person_id)
        .where(*_mine(session, viewer, cycle_id), *(() if created else (_NOT_CREATED,)))
        .order_by(LaunchItem.state, LaunchItem.reason, Person.external_id)
        .limit(limit)
        .offset(offset)
    )
    return [
        ReportLine(key, external_id, name, state, Reason(reason) if reason else None, detail)
        for key, external_id, name, state, reason, detail in session.execute(query)
    ]


def _mine(session: Session, viewer: Viewer, cycle_id: int) -> list[ColumnElement[bool]]:
    """The launch's people whose unit is, or was, one of the viewer's."""
    mine = scope(session, viewer, CYCLE_ROLES)
    inside = exists().where(Membership.person_id == LaunchItem.person_id, *mine.over(Membership.unit_id))
    return [LaunchItem.cycle_id == cycle_id] if mine.whole else [LaunchItem.cycle_id == cycle_id, inside]
