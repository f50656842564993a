"""What a mapping says, as values: where each field of each kind of row comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from reviewflow.connectors.dates import DateFormat
from reviewflow.core.indicators import EVENT_KINDS

LAST_ROW: Final = "last_row"
IMPORT_DAY: Final = "import_day"


@dataclass(frozen=True)
class Column:
    """Where a field comes from: a column, several put together with `between`, or one text for all rows.

    `percent`: the column holds 1.2 where 0.012 is meant.
    """

    names: tuple[str, ...]
    const: str | None = None
    between: str = " "
    percent: bool = False


@dataclass(frozen=True)
class Condition:
    """A line counts if the column's value is among `values`, or, `negated`, if it is not."""

    values: frozenset[str]
    negated: bool = False


@dataclass(frozen=True)
class Ends:
    """The last day of targets that name only their first: the day before the next first day, or a length.

    `until_next` is ``file`` (the next first day of anybody in the file) or ``person``. The last one ends on
    `last`. `length` is an ISO 8601 period like ``P3M``.
    """

    until_next: str | None = None
    last: date | None = None
    length: str | None = None


@dataclass(frozen=True)
class Coverage:
    """The days that a file is complete for. No `starts_on`: from its first row on.

    `until` is a date, ``last_row`` (the newest date in the file) or ``import_day``.
    """

    starts_on: date | None = None
    until: date | str = LAST_ROW


@dataclass(frozen=True)
class Notation:
    """How dates and numbers are written. What is not said is found out from the columns themselves."""

    dates: tuple[DateFormat, ...] = ()
    decimal: str | None = None
    thousands: str | None = None


@dataclass(frozen=True)
class Read:
    """One way to read a file, or all files that fit a pattern with ``*``, as rows of one kind."""

    file: str
    kind: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    values: Mapping[str, Mapping[str, str]]
    where: Mapping[str, Condition]
    notation: Notation
    ends: Ends | None
    creates: frozenset[str]
    complete: bool
    coverage: Coverage

    @property
    def is_event(self) -> bool:
        return self.kind in EVENT_KINDS

    @property
    def needed(self) -> frozenset[str]:
        """Every column that the file must have."""
        mapped = {name for column in self.columns.values() for name in column.names}
        return frozenset(mapped | set(self.key) | set(self.where) | set(self.values))


@dataclass(frozen=True)
class SourceMapping:
    """The mapping of one source. `delivers`: the event kinds that it vouches for, rows or no rows."""

    name: str
    zone: str
    currency: str
    language: str
    company: str | None
    encoding: str | None
    separator: str | None
    blanks: frozenset[str]
    delivers: tuple[str, ...]
    reads: tuple[Read, ...]
