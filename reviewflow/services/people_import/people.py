"""Who comes, who changes, who leaves, and whose id changed: the people of an import against those here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from reviewflow.connectors.mapping import SourceMapping
from reviewflow.connectors.rows import Value
from reviewflow.services.people_import.accepting import Accepted
from reviewflow.services.people_import.state import State
from reviewflow.store.people import Person

COLUMNS: Mapping[str, str] = {
    "name": "name",
    "email": "email",
    "language": "language",
    "zone": "zone",
    "hired": "hired_on",
}
"""Fields that become a column as they are. Blank ones are not written over, an e-mail apart."""


@dataclass
class PeoplePlan:
    """What becomes of people. All by external id, the new one where it changes."""

    wanted: dict[str, dict[str, Value]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, Value]] = field(default_factory=dict)
    leaving: dict[str, date] = field(default_factory=dict)
    returning: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


def plan(mapping: SourceMapping, found: Accepted, state: State) -> PeoplePlan:
    """Compare the accepted people with those here."""
    made = PeoplePlan(wanted=_wanted(found))
    listed = set(made.wanted) | {
        key for reading in found.readings for kind, key in reading.refused_ids if kind == "people"
    }
    absent = {key: person for key, person in state.active.items() if key not in listed}
    complete = any("people" in reading.complete for reading in found.readings)
    made.renamed = _renamed(made.wanted, state, absent, complete)
    for key, values in made.wanted.items():
        person = state.people.get(made.renamed.get(key, key))
        if person is None:
            made.new.append(key)
            values |= {name: value for name, value in _defaults(mapping, key).items() if not values.get(name)}
        else:
            _compare(made, key, values, person)
    if complete:
        gone = set(absent) - set(made.renamed.values())
        made.leaving |= {key: _day_before(state.day, absent[key]) for key in gone}
    return made


def _wanted(found: Accepted) -> dict[str, dict[str, Value]]:
    """The fields of each person over all files: a later one wins, a blank does not write over a value."""
    wanted: dict[str, dict[str, Value]] = {key: {} for key in sorted(found.named_people)}
    for entry in found.of_kind("people"):
        mine = wanted.setdefault(entry.key, {})
        for name, value in entry.values.items():
            own = name in ("manager", "dotted_manager") and value == entry.key
            if value is not None and not own:
                mine[name] = value
            else:
                mine.setdefault(name, None)  # a person named as own manager has none
    return wanted


def _defaults(mapping: SourceMapping, key: str) -> dict[str, Value]:
    return {"name": key, "language": mapping.language, "zone": mapping.zone}


def _renamed(
    wanted: Mapping[str, Mapping[str, Value]], state: State, absent: Mapping[str, Person], complete: bool
) -> dict[str, str]:
    """Old ids by new one: not in the files any more, and the same e-mail.

    In a complete file the same name and first day will do for people without e-mail; in part of a company
    that may be somebody else.
    """
    by_sign: dict[tuple[Value, ...], list[str]] = {}
    for key, person in absent.items():
        by_sign.setdefault(_sign(person.email, person.name, person.hired_on), []).append(key)
    renamed = {}
    for key, values in wanted.items():
        sign = _sign(values.get("email"), values.get("name"), values.get("hired"))
        old = by_sign.get(sign, [])
        certain = None not in sign and (complete or len(sign) == 1)
        if key not in state.people and len(old) == 1 and certain:
            renamed[key] = old[0]
    return renamed


def _sign(email: Value, name: Value, hired: Value) -> tuple[Value, ...]:
    return (email.casefold(),) if isinstance(email, str) else (name, hired)


def _compare(made: PeoplePlan, key: str, values: Mapping[str, Value], person: Person) -> None:
    changes: dict[str, Value] = {}
    for name, column in COLUMNS.items():
        value = values.get(name)
        if name in values and (value is not None or name == "email") and value != getattr(person, column):
            changes[column] = value
    if key in made.renamed:
        changes["external_id"] = key
    if changes:
        made.changed[key] = changes
    left = values.get("left")
    if isinstance(left, date) and left != person.left_on:
        made.leaving[key] = left
    elif "left" in values and left is None and person.left_on is not None:
        made.returning.append(key)


def _day_before(day: date, person: Person) -> date:
    """The last day of somebody who is not there any more, never before the first."""
    return max(day - timedelta(days=1), person.hired_on or date.min)


def holds_from(made: PeoplePlan, key: str, state: State, known: bool) -> date:
    """From when a row about somebody holds: the first one from the first day of work, if that is known.

    Later ones (`known`) hold from the day of the import on, but not before somebody is there.
    """
    person = state.people.get(made.renamed.get(key, key))
    hired = made.wanted.get(key, {}).get("hired") or (person.hired_on if person else None)
    if not isinstance(hired, date):
        return state.day
    return max(hired, state.day) if known else hired
