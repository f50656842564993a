"""Which lines can be taken: everybody and every unit that they name must be known, or come with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewflow.connectors.rows import Entry, Reading, Value
from reviewflow.core.reasons import Reason

PERSON_FIELDS: Mapping[str, tuple[str, ...]] = {
    "people": ("manager", "dotted_manager"),
    "pay_base": ("person",),
    "target": ("person",),
}
UNIT_FIELDS: Mapping[str, tuple[str, ...]] = {"people": ("unit",), "unit": ("parent",)}

NEW, CHANGED, SAME = "new", "changed", "same"

Identity = tuple[str, ...]
"""What a line is about: its kind, its key, and what else tells pay bases and targets apart."""

_TOLD_APART = {"pay_base": ("person", "component", "from"), "target": ("person", "indicator", "starts")}

Refusals = Sequence[tuple[Entry, str, Reason]]
"""Lines that were read without fault, each with the field and the reason for which it is refused now."""


@dataclass
class Accepted:
    """The lines that can be taken, by reading; and people and units that exist because they are named."""

    readings: tuple[Reading, ...]
    entries: list[list[Entry]] = field(default_factory=list)
    named_people: set[str] = field(default_factory=set)
    named_units: set[str] = field(default_factory=set)

    def of_kind(self, kind: str) -> Iterator[Entry]:
        """Accepted lines of a kind, in the order of their files."""
        return (entry for entries in self.entries for entry in entries if entry.kind == kind)


def accept(readings: Sequence[Reading], people: Collection[str], units: Collection[str]) -> Accepted:
    """Refuse lines that name somebody or a unit that is unknown, until nothing more falls with them."""
    creates: set[str] = set().union(*(reading.creates for reading in readings))
    own = tuple(reading.copy() for reading in readings)
    found = Accepted(own, [list(reading.entries) for reading in own])
    while True:
        found.named_people = _named(found, PERSON_FIELDS["people"]) if "manager" in creates else set()
        found.named_units = _named(found, UNIT_FIELDS["people"]) if "unit" in creates else set()
        known_people = {*people, *found.named_people, *(entry.key for entry in found.of_kind("people"))}
        known_units = {*units, *found.named_units, *(entry.key for entry in found.of_kind("unit"))}
        fallen = 0
        for reading, entries in zip(own, found.entries, strict=True):
            refusals = [one for entry in entries for one in _strange(entry, known_people, known_units)]
            refuse(reading, entries, refusals)
            fallen += len(refusals)
        if not fallen:
            return found


def identity_of(entry: Entry) -> Identity:
    """What a line is about."""
    values = [str(entry.values.get(name)) for name in _TOLD_APART.get(entry.kind, ())]
    return (entry.kind, entry.key, *values) if entry.key else (entry.kind, *values)


def refuse(reading: Reading, entries: list[Entry], refusals: Refusals) -> None:
    """Take lines out of `entries` and put them among the refused ones."""
    cells = reading.cells_of({entry.line for entry, _, _ in refusals})
    for entry, name, reason in refusals:
        label = reading.labels[entry.kind, name]
        shown = _written(reading, cells[entry.line], label, entry.values.get(name))
        reading.refuse(entry.line, cells[entry.line], label, shown, reason)
        reading.refused_ids.add((entry.kind, entry.key))
    gone = {id(entry) for entry, _, _ in refusals}
    entries[:] = [entry for entry in entries if id(entry) not in gone]


def _written(reading: Reading, cells: Sequence[str], label: str, value: Value) -> str | None:
    """A value as it stands in the file, where it is one column."""
    if label in reading.header and len(cells) == len(reading.header):
        return cells[reading.header.index(label)]
    return None if value is None else str(value)


def _named(found: Accepted, fields: Sequence[str]) -> set[str]:
    values = (entry.values.get(name) for entry in found.of_kind("people") for name in fields)
    return {value for value in values if isinstance(value, str)}


def _strange(
    entry: Entry, people: Collection[str], units: Collection[str]
) -> Iterator[tuple[Entry, str, Reason]]:
    for name in PERSON_FIELDS.get(entry.kind, ()):
        if _is_unknown(entry.values.get(name), people):
            yield entry, name, Reason("row.unknown_person")
    for name in UNIT_FIELDS.get(entry.kind, ()):
        if _is_unknown(entry.values.get(name), units):
            yield entry, name, Reason("row.unknown_unit")


def _is_unknown(ref: Value, known: Collection[str]) -> bool:
    return ref is not None and ref not in known
