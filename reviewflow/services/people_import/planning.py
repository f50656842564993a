"""Everything that an import would change, compared with the company of its day. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy.orm import Session

from reviewflow.connectors.rows import Value
from reviewflow.core.reasons import Reason
from reviewflow.services.people_import import guard, pay_bases, people, targets, units
from reviewflow.services.people_import.accepting import CHANGED, NEW, SAME, Accepted, Identity, accept
from reviewflow.services.people_import.dated import Changes
from reviewflow.services.people_import.guard import Alarm
from reviewflow.services.people_import.people import PeoplePlan, holds_from
from reviewflow.services.people_import.preparing import PreparedPeople
from reviewflow.services.people_import.state import State
from reviewflow.services.people_import.targets import Targets
from reviewflow.services.people_import.units import UnitPlan
from reviewflow.store import staff

LINES: Mapping[str, str] = {"manager": "solid", "dotted_manager": "dotted"}


@dataclass
class Plan:
    """What would change. `became` says of each unit, person, pay base and target: new, changed or same.

    `ended_roles`: what those who return had until they left, as (role, unit's name).
    """

    units: UnitPlan
    people: PeoplePlan
    members: Changes[str] = field(default_factory=Changes)
    lines: Changes[tuple[str, str]] = field(default_factory=Changes)
    pay: Changes[tuple[str, str]] = field(default_factory=Changes)
    targets: Targets = field(default_factory=dict)
    became: dict[Identity, str] = field(default_factory=dict)
    ended_roles: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)
    refusals: list[Reason] = field(default_factory=list)


def plan(session: Session, prepared: PreparedPeople, state: State) -> tuple[Plan, Accepted]:
    """Compare. Rings among managers or units are in `refusals`, what needs a word of HR in `alarms`."""
    found = accept(prepared.readings, state.people, state.units)
    made = Plan(units.plan(prepared.mapping, found, state), people.plan(prepared.mapping, found, state))
    _note_units_and_people(made)
    for key, values in made.people.wanted.items():
        _member(made, key, values, state)
        _lines(made, key, values, state)
    made.became |= pay_bases.plan(made.pay, prepared, found, state, made.people)
    made.became |= targets.plan(session, made.targets, found, state, made.people)
    made.ended_roles = _ended_roles(session, made.people, state)
    made.alarms = guard.alarms(made.people, state)
    made.refusals = guard.rings(_managers(made, state)) + guard.rings_of_units(made.units.parents(state))
    return made, found


def _ended_roles(session: Session, made: PeoplePlan, state: State) -> dict[str, list[tuple[str, str]]]:
    ids = {key: state.people[made.renamed.get(key, key)].id for key in made.returning}
    found = staff.ended_with_leaving(session, ids.values())
    return {key: found.get(person_id, []) for key, person_id in ids.items()}


def _note_units_and_people(made: Plan) -> None:
    for code in made.units.wanted:
        became = NEW if code in made.units.new else CHANGED if code in made.units.changed else SAME
        made.became["unit", code] = became
    touched = {*made.people.changed, *made.people.leaving, *made.people.returning}
    for key in made.people.wanted:
        became = NEW if key in made.people.new else CHANGED if key in touched else SAME
        made.became["people", key] = became


def _touch(made: Plan, key: str) -> None:
    if made.became["people", key] == SAME:
        made.became["people", key] = CHANGED


def _member(made: Plan, key: str, values: Mapping[str, Value], state: State) -> None:
    """Unit and position; who is new belongs somewhere, to the top at least."""
    rows = state.members.get(made.people.renamed.get(key, key), [])
    if not {"unit", "position"} & set(values) and rows:
        return
    now = next((row for row in rows if row.from_on <= state.day < row.until_on), None)
    unit, position = cast("tuple[str, str | None]", now.says) if now else (made.units.top, None)
    if "unit" in values:
        unit = str(values["unit"] or made.units.top)
    if "position" in values:
        position = cast("str | None", values["position"])
    if made.members.hold(key, (unit, position), holds_from(made.people, key, state, bool(rows)), rows):
        _touch(made, key)


def _lines(made: Plan, key: str, values: Mapping[str, Value], state: State) -> None:
    for name, kind in LINES.items():
        if name not in values:
            continue
        rows = state.lines.get((made.people.renamed.get(key, key), kind), [])
        boss = str(values[name])
        says = None if values[name] is None else (made.people.renamed.get(boss, boss),)
        day = holds_from(made.people, key, state, bool(rows))
        if made.lines.hold((key, kind), says, day, rows):
            _touch(made, key)


def _managers(made: Plan, state: State) -> dict[str, str | None]:
    """Solid lines on the day after the import, by external id."""
    now = {old: new for new, old in made.people.renamed.items()}
    managers: dict[str, str | None] = {}
    for (person, kind), rows in state.lines.items():
        holds = next((str(row.says[0]) for row in rows if row.from_on <= state.day < row.until_on), None)
        if kind == LINES["manager"] and holds is not None:
            managers[now.get(person, person)] = now.get(holds, holds)
    for key, values in made.people.wanted.items():
        if "manager" in values:
            managers[key] = cast("str | None", values["manager"])
    return managers
