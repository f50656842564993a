"""What connectors hand over: events, entries about people, and the lines that were refused, with reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from reviewflow.connectors.csv_files import Table
from reviewflow.core.reasons import Reason


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the outside world. Amounts are scaled by 10^4; `person_ref` is still the source's word."""

    line: int
    kind: str
    external_id: str
    person_ref: str
    on: date
    opened: date | None = None
    amount_e4: int | None = None
    amount2_e4: int | None = None
    currency: str | None = None
    customer_ref: str | None = None
    outcome: str | None = None
    product: str | None = None


Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line about a person, unit, pay base or target: only the fields that its mapping fills.

    `key` is the id of a person or unit, empty for the others. Numbers are scaled by 10^4, rates by 10^6.
    """

    line: int
    kind: str
    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class BadValue:
    """Why a line was refused: one of its columns, the value as it stands there, and the reason."""

    line: int
    column: str
    value: str | None
    reason: Reason


@dataclass(frozen=True)
class Span:
    """The first and last day of the good rows of a kind, and what its mapping vouches for."""

    first: date | None
    last: date | None
    fields: frozenset[str]
    starts_on: date | None
    until: date | str


@dataclass
class Reading:
    """A file, read. Good rows in the order of their lines; refused lines with all their cells.

    `lines` counts the records below the header, `skipped` those that no read wanted. `refused_ids`: kind and
    id of refused rows. `complete`: kinds of which the file holds every row. `labels`: the columns of fields.
    """

    file_name: str
    file_digest: str
    header: tuple[str, ...]
    separator: str
    encoding: str
    table: Table
    events: list[Event] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    bad: list[BadValue] = field(default_factory=list)
    bad_lines: dict[int, Sequence[str]] = field(default_factory=dict)
    refused_ids: set[tuple[str, str]] = field(default_factory=set)
    spans: dict[str, Span] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)
    creates: set[str] = field(default_factory=set)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    lines: int = 0
    skipped: int = 0
    _noted: set[tuple[int, str]] = field(default_factory=set)

    def refuse(self, line: int, cells: Sequence[str], column: str, value: str | None, reason: Reason) -> None:
        """Refuse a line because of this value. The same column of a line is noted once."""
        if (line, column) not in self._noted:
            self._noted.add((line, column))
            self.bad_lines.setdefault(line, cells)
            self.bad.append(BadValue(line, column, value, reason))

    def copy(self) -> Reading:
        """The same reading, to refuse more lines of without touching this one."""
        return replace(
            self,
            bad=list(self.bad),
            bad_lines=dict(self.bad_lines),
            refused_ids=set(self.refused_ids),
            _noted=set(self._noted),
        )

    def cells_of(self, lines: Collection[int]) -> dict[int, Sequence[str]]:
        """All cells of these lines, for lines that turn out to be wrong later."""
        if not lines:
            return {}
        return {record.line: record.cells for record in self.table.records() if record.line in lines}
