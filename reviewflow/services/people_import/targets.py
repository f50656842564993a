"""Targets given from outside, such as quotas: one per person, indicator and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.connectors.rows import Entry
from reviewflow.core.reasons import Reason
from reviewflow.services.people_import.accepting import (
    CHANGED,
    NEW,
    SAME,
    Accepted,
    Identity,
    identity_of,
    refuse,
)
from reviewflow.services.people_import.people import PeoplePlan
from reviewflow.services.people_import.state import State
from reviewflow.store.chunks import chunks
from reviewflow.store.facts.rows import Target

Key = tuple[str, str, date]
"""Person, indicator, first day."""


@dataclass(frozen=True)
class Given:
    """A target to write: last day, value scaled by 10^4, and the file (by its place) that gives it."""

    ends_on: date
    value_e4: int
    reading: int


Targets = dict[Key, Given]


def plan(
    session: Session, made: Targets, found: Accepted, state: State, people: PeoplePlan
) -> dict[Identity, str]:
    """Fill `made` with targets that are new or different; returns what became of each line."""
    became: dict[Identity, str] = {}
    known = _known(session, found, state, people)
    for place, (reading, entries) in enumerate(zip(found.readings, found.entries, strict=True)):
        mine = [entry for entry in entries if entry.kind == "target"]
        negative = [entry for entry in mine if cast(int, entry.values["value"]) < 0]
        refuse(reading, entries, [(entry, "value", Reason("row.negative")) for entry in negative])
        for entry in mine:
            if entry in negative:
                continue
            key, given = (
                _key(entry),
                Given(cast(date, entry.values["ends"]), cast(int, entry.values["value"]), place),
            )
            before = known.get(key)
            same = before == (given.ends_on, given.value_e4)
            became[identity_of(entry)] = SAME if same else NEW if before is None else CHANGED
            if not same:
                made[key] = given
    return became


def _key(entry: Entry) -> Key:
    values = entry.values
    return str(values["person"]), str(values["indicator"]), cast(date, values["starts"])


def _known(
    session: Session, found: Accepted, state: State, people: PeoplePlan
) -> dict[Key, tuple[date, int]]:
    """Targets that are here already, of the people in the file. One query per 10,000 people."""
    named = {str(entry.values["person"]) for entry in found.of_kind("target")}
    rows = {key: state.people.get(people.renamed.get(key, key)) for key in named}
    who = {person.id: key for key, person in rows.items() if person is not None}
    known: dict[Key, tuple[date, int]] = {}
    for some in chunks(who):
        for row in session.scalars(select(Target).where(Target.person_id.in_(some))):
            known[who[row.person_id], row.indicator, row.starts_on] = (row.ends_on, row.target_e4)
    return known
