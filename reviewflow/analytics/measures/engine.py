"""Running the measures: DuckDB over the files of the lake, or over a table in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, Final

import duckdb

from reviewflow.analytics.measures.expressions import COLUMNS, TYPES, now_view, since_view
from reviewflow.analytics.measures.queries import Places, Query, queries
from reviewflow.core.measuring import Rule, Slot, Taken, digest_of
from reviewflow.core.values import NO_CURRENCY, Period

Events = Sequence[str] | Any
"""Paths of Parquet files, or a table in memory that the engine can read, with the columns of the lake."""

Results = dict[tuple[Slot, Rule], Taken]

_LARGEST: Final = 2**63 - 1
_NAMES: Final = {"int64": "bigint", "string": "varchar", "date": "date"}
_NO_EXTENSIONS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class TooLarge(ArithmeticError):
    """A sum does not fit the 64 bits in which it is stored."""


class Unreadable(Exception):
    """A file of the lake is missing or damaged."""


def compute(
    events: Events,
    slots: Iterable[Slot],
    rules: Iterable[Rule],
    currency: str | None = None,
    *,
    digests: bool = False,
) -> Results:
    """Every rule for every slot. For each different period some two queries, however many people there are.

    Amounts are exact integers scaled by 10^4, days and counts plain ones. With a `currency`, rows in another
    one are counted as `foreign`. `digests` costs three times as much again. Raises `TooLarge`, `Unreadable`.
    """
    asked = tuple(dict.fromkeys(rules))
    people: defaultdict[Period, dict[int, Slot]] = defaultdict(dict)
    for slot in slots:
        people[slot.period][slot.person_id] = slot
    results: Results = {}
    if not people or not asked:
        return results
    nothing = {rule: _nothing(rule, digests) for rule in asked}
    with _opened(events) as connection:
        for period, slot_of in people.items():
            _show(connection, period, list(slot_of), asked)
            foreign = currency if currency and _has_foreign(connection, currency, asked) else None
            for query in queries(asked, foreign, digests):
                _collect(results, connection.execute(query.sql).fetchall(), query, slot_of, nothing)
    return results


@contextmanager
def _opened(events: Events) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the events."""
    with duckdb.connect(":memory:", config=_NO_EXTENSIONS) as connection:
        try:
            _register(connection, events)
            yield connection
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise Unreadable(str(error)) from error


def _register(connection: duckdb.DuckDBPyConnection, events: Events) -> None:
    if not isinstance(events, Sequence):
        connection.register("events", events)
    elif events:
        connection.read_parquet(list(events)).create_view("events")
    else:
        columns = ", ".join(f"{name} {_NAMES[kind]}" for name, kind in TYPES.items())
        connection.execute(f"create table events ({columns})")


def _show(
    connection: duckdb.DuckDBPyConnection, period: Period, people: list[int], rules: Iterable[Rule]
) -> None:
    """Let the queries see this period: who is asked about, and the events of just the days that matter."""
    connection.execute("create or replace table asked as select unnest(?::bigint[]) as asked_id", [people])
    for on in {rule.on for rule in rules if rule.only is None}:
        _view(connection, now_view(on), on, period)
    for (on, history), rule in {(rule.on, rule.history): rule for rule in rules if rule.only}.items():
        _view(connection, since_view(on, history or ""), on, rule.reach(period), period)


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, on: str, days: Period, now: Period | None = None
) -> None:
    """Events dated in these days, and where `now` is given whether they are earlier than it."""
    date = COLUMNS[on]
    earlier = f", {date} < '{now.starts_on}' as earlier" if now else ""
    within = f"{date} between '{days.starts_on}' and '{days.ends_on}'"
    connection.execute(f'create or replace view "{name}" as select *{earlier} from events where {within}')


def _has_foreign(connection: duckdb.DuckDBPyConnection, currency: str, rules: Iterable[Rule]) -> bool:
    """Whether any event of these days is in another currency; mostly none is, and nobody need count them."""
    strange = f"currency not in ('{NO_CURRENCY}', ?)"
    return any(
        connection.execute(f"select 1 from {now_view(on)} where {strange} limit 1", [currency]).fetchall()
        for on in sorted({rule.on for rule in rules if rule.is_money})
    )


def _collect(
    results: Results,
    lines: Sequence[Sequence[Any]],
    query: Query,
    slot_of: Mapping[int, Slot],
    nothing: Mapping[Rule, Taken],
) -> None:
    """Add what the lines say, and nothing for those of whom there is no line. By columns: that is faster."""
    columns = list(zip(*lines, strict=True))
    found = columns[0] if columns else ()
    slots = [slot_of[person_id] for person_id in found]
    others = [slot_of[person_id] for person_id in slot_of.keys() - set(found)]
    for rule, places in query.places:
        results.update(dict.fromkeys(zip(others, repeat(rule)), nothing[rule]))
        if columns:
            results.update(
                zip(zip(slots, repeat(rule)), _taken(columns, places, nothing[rule]), strict=False)
            )


def _taken(columns: Sequence[Sequence[Any]], places: Places, nothing: Taken) -> Iterable[Taken]:
    """What the columns of a rule say. The engine says NULL where no row counted."""
    values = _filled(columns[places.value], nothing.value)
    known = values if nothing.value is not None else [value for value in values if value is not None]
    for value in (min(known, default=0), max(known, default=0)):
        if abs(value) > _LARGEST:
            raise TooLarge(str(value))
    rows = _filled(columns[places.rows], 0)
    foreign = repeat(0) if places.foreign is None else columns[places.foreign]
    digests = repeat(None) if places.digest is None else _filled(columns[places.digest], nothing.digest)
    return map(Taken._make, zip(values, rows, foreign, digests, strict=False))


def _filled(column: Sequence[Any], instead: Any) -> Sequence[Any]:
    return [instead if value is None else value for value in column] if None in column else column


def _nothing(rule: Rule, digests: bool) -> Taken:
    """No rows: 0, but a smallest or largest of nothing is None."""
    return Taken(None if rule.operation in ("min", "max") else 0, 0, 0, digest_of([]) if digests else None)
