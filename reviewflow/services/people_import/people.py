"""Who comes, who changes, who leaves, and whose id changed: the people of an import against those here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from reviewflow.connectors.mapping import SourceMapping
from reviewflow.connectors.rows import Value
from reviewflow.core.reasons import Reason
from reviewflow.services.people_import import identities
from reviewflow.services.people_import.accepting import Accepted, refuse
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
    namesakes: dict[str, str] = field(default_factory=dict)
    """New ids under a name that somebody who is not in the file has here, by the old id."""


def plan(mapping: SourceMapping, found: Accepted, state: State) -> PeoplePlan:
    """Compare the accepted people with those here. Lines after which somebody left before they came are refused."""
    complete = any("people" in reading.complete for reading in found.readings)
    made = PeoplePlan()
    made.renamed = identities.renamed(_wanted(found), state, _absent(found, state)) if complete else {}
    _refuse_backwards(made, found, state)
    made.wanted = _wanted(found)
    made.renamed = {key: old for key, old in made.renamed.items() if key in made.wanted}
    if complete:
        made.namesakes = identities.namesakes(made.wanted, state, made.renamed)
    listed = _listed(found)
    for key, values in made.wanted.items():
        person = state.people.get(made.renamed.get(key, key))
        if person is None:
            made.new.append(key)
            values |= {name: value for name, value in _defaults(mapping, key).items() if not values.get(name)}
        else:
            _compare(made, key, values, person)
            if _returns(values, person, key in listed, state.day):
                made.returning.append(key)
    if complete:
        absent = _absent(found, state)
        gone = set(absent) - set(made.renamed.values())
        made.leaving |= {key: _day_before(state.day, absent[key]) for key in gone}
    return made


def _absent(found: Accepted, state: State) -> dict[str, Person]:
    """Who is here and in no line, not even in one that was refused."""
    refused = {key for one in found.readings for kind, key in one.refused_ids if kind == "people"}
    listed = {entry.key for entry in found.of_kind("people")} | found.named_people | refused
    return {key: person for key, person in state.active.items() if key not in listed}


def _listed(found: Accepted) -> set[str]:
    """Who has a line in a file that holds everybody."""
    return {
        entry.key
        for reading, entries in zip(found.readings, found.entries, strict=True)
        if "people" in reading.complete
        for entry in entries
        if entry.kind == "people"
    }


def _returns(values: Mapping[str, Value], person: Person, listed: bool, day: date) -> bool:
    """Whether somebody who left is here again: the last day is blank now, or a complete file lists them later."""
    if person.left_on is None or values.get("left") is not None:
        return False
    return "left" in values or (listed and person.left_on < day)


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


def _refuse_backwards(made: PeoplePlan, found: Accepted, state: State) -> None:
    """Refuse lines by which somebody would have left before the first day, which another file or we know."""
    listed, against = _listed(found), {}
    for key, values in _wanted(found).items():
        person = state.people.get(made.renamed.get(key, key))
        hired, left = values.get("hired"), values.get("left")
        if person is not None:
            hired = hired or person.hired_on
            left = left or (None if _returns(values, person, key in listed, state.day) else person.left_on)
        if isinstance(hired, date) and isinstance(left, date) and left < hired:
            against[key] = _backwards(values, hired, left)
    for reading, entries in zip(found.readings, found.entries, strict=True):
        mine = [entry for entry in entries if entry.kind == "people" and entry.key in against]
        told = [(entry, *against[entry.key]) for entry in mine]
        refuse(reading, entries, [one for one in told if one[0].values.get(one[1]) is not None])


def _backwards(values: Mapping[str, Value], hired: date, left: date) -> tuple[str, Reason]:
    """The field that is wrong beside what is known: the last day if the files say it, else the first."""
    if values.get("left") is not None:
        return "left", Reason("row.ends_before", {"begins": hired.isoformat()})
    return "hired", Reason("row.begins_after", {"ends": left.isoformat()})


def _defaults(mapping: SourceMapping, key: str) -> dict[str, Value]:
    return {"name": key, "language": mapping.language, "zone": mapping.zone}


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


def _day_before(day: date, person: Person) -> date:
    """The last day of somebody who is not there any more, never before the first."""
    return max(day - timedelta(days=1), person.hired_on or date.min)


def holds_from(made: PeoplePlan, key: str, state: State, known: bool, otherwise: date | None = None) -> date:
    """From when a row about somebody holds: the first one from the first day of work, if that is known.

    Later ones (`known`) hold from the day of the import on, but not before somebody is there. `otherwise` the
    first one of somebody without a first day holds; without it, from the day of the import.
    """
    person = state.people.get(made.renamed.get(key, key))
    hired = made.wanted.get(key, {}).get("hired") or (person.hired_on if person else None)
    if not isinstance(hired, date):
        return state.day if known else otherwise or state.day
    return max(hired, state.day) if known else hired
