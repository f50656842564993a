"""What HR chooses from when launching a cycle, and the report of a launch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from reviewflow.core.calendar import Calendar
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.store import definitions, pinned, staff
from reviewflow.store.cycles import Cycle, CyclePin, Definition, LaunchItem
from reviewflow.store.people import Membership, Person, Unit, UnitAbove
from reviewflow.store.people_page import MOST_UNITS, UnitLine, in_tree
from reviewflow.store.scopes import CYCLE_ROLES, scope

_NOT_CREATED = LaunchItem.state != literal_column("'created'")
"""Spelt out, so that the partial index of these fits."""


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
    """Processes, plans, calendars and titles of indicators as accepted; units and positions; the last launch.

    `lasts` are the last periods by the name of their process.
    """

    processes: tuple[Workflow, ...]
    plans: tuple[Named, ...]
    calendars: tuple[Calendar, ...]
    indicators: Mapping[str, Mapping[str, str]]
    units: tuple[UnitLine, ...]
    positions: tuple[str, ...]
    last: LastCycle | None
    lasts: Mapping[str, Period]
    keys: frozenset[str]


@dataclass(frozen=True)
class ReportLine:
    """What became of one person in a launch."""

    person_id: int
    external_id: str
    name: str
    state: str
    reason: Reason | None
    detail: str | None


def choices(session: Session, viewer: Viewer) -> Choices:
    """Everything that the launch page offers. Three queries; nothing for who does not look after cycles."""
    if not viewer.has(*CYCLE_ROLES):
        return Choices((), (), (), {}, (), (), None, {}, frozenset())
    newest = list(definitions.all_newest(session).values())
    processes = (pinned.parsed(row) for row in newest if row.kind == "workflow")
    plans = (Named(row.name, pinned.title(row.text)) for row in newest if row.kind == "plan")
    keys, last, lasts = _cycles(session)
    units, positions = _places(session, viewer)
    return Choices(
        processes=tuple(one for one in processes if one.kind == "review"),
        plans=tuple(plans),
        calendars=tuple(pinned.parsed(row) for row in newest if row.kind == "calendar"),
        indicators=_indicators(newest),
        units=units,
        positions=positions,
        last=last,
        lasts=lasts,
        keys=keys,
    )


def _places(session: Session, viewer: Viewer) -> tuple[tuple[UnitLine, ...], tuple[str, ...]]:
    """The units of HR as a tree, the upper 300 of very many, and the positions of today. One query."""
    below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(viewer.units("hr")))
    depth = select(UnitAbove.unit_id, func.count().label("n")).group_by(UnitAbove.unit_id).subquery()
    units = (
        select(literal(0).label("sort"), Unit.id, Unit.code, Unit.name, Unit.parent_id, depth.c.n)
        .join(depth, depth.c.unit_id == Unit.id)
        .where(Unit.hidden.is_(False), Unit.id.in_(below))
        .order_by(depth.c.n, Unit.name, Unit.id)
        .limit(MOST_UNITS)
        .subquery()
    )
    nothing = cast(null(), Integer)
    held = staff.positions(viewer.today).subquery()
    positions = select(literal(1), nothing, cast(null(), String), held.c.position, nothing, nothing)
    rows = session.execute(union_all(select(units), positions)).all()
    found = sorted((row for row in rows if row.sort == 0), key=lambda row: (row.n, row.name, row.id))
    names = sorted(row.name for row in rows if row.sort == 1)
    return in_tree(found), tuple(names)


def _indicators(newest: Sequence[Definition]) -> dict[str, Mapping[str, str]]:
    catalogues = [pinned.parsed(row) for row in newest if row.kind == "indicators"]
    return {key: one.title for catalogue in catalogues for key, one in catalogue.indicators.items()}


def _cycles(session: Session) -> tuple[frozenset[str], LastCycle | None, dict[str, Period]]:
    """The keys of all cycles, what the last one, by the end of its period, was launched with, and the last period
    of each process. One query."""
    rows = session.execute(
        select(Cycle, Definition.name, _pin("plan"), _pin("calendar"))
        .join(Definition, Definition.id == Cycle.workflow_id)
        .order_by(Cycle.ends_on.desc(), Cycle.id.desc())
    ).all()
    lasts = {name: Period(cycle.starts_on, cycle.ends_on) for cycle, name, *_ in reversed(rows)}
    return frozenset(row[0].key for row in rows), _last(*rows[0]) if rows else None, lasts


def _pin(kind: str) -> ColumnElement[str | None]:
    """The name that a cycle pinned of a kind."""
    found = select(CyclePin.name).where(CyclePin.cycle_id == Cycle.id, CyclePin.kind == kind).limit(1)
    return found.scalar_subquery()


def _last(cycle: Cycle, workflow_name: str, plan: str | None, calendar_name: str | None) -> LastCycle:
    rule = json.loads(cycle.population)
    hired = rule["hired_before"]
    return LastCycle(
        key=cycle.key,
        workflow=workflow_name,
        period=Period(cycle.starts_on, cycle.ends_on),
        currency=cycle.currency,
        calibration=cycle.calibration,
        units=tuple(rule["units"]),
        positions=tuple(rule["positions"]),
        hired_before=date.fromisoformat(hired) if hired else None,
        plan=plan,
        calendar=calendar_name,
    )


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
