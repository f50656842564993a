"""Running the measures: DuckDB over the files of the lake, or over a table in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import duckdb
import ibis
import ibis.expr.types as ir

from reviewflow.analytics.measures.expressions import (
    NO_CURRENCY,
    TYPES,
    aggregates,
    in_period,
    in_period_view,
    narrowed,
)
from reviewflow.core.measuring import Rule, Slot, Taken, digest_of
from reviewflow.core.values import Period

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
    """Every rule for every slot. At most two queries, and one for each rule with a customer set.

    Amounts are exact integers scaled by 10^4, days and counts plain ones. With a `currency`, rows in another
    one are counted as `foreign`. `digests` costs about as much again. Raises `TooLarge`, `Unreadable`.
    """
    wanted, asked = list(dict.fromkeys(slots)), list(dict.fromkeys(rules))
    nothing = {rule: _nothing(rule, digests) for rule in asked}
    results: Results = {(slot, rule): nothing[rule] for slot in wanted for rule in asked}
    if not results:
        return results
    with _opened(events, wanted, asked) as connection:
        if currency is not None and not _has_foreign(connection, currency, asked):
            currency = None
        for query in _queries(tuple(asked), currency, digests):
            for line in connection.execute(query.sql).fetchall():
                slot = wanted[line[0]]
                for rule, places in query.places:
                    results[slot, rule] = _taken(line, places, nothing[rule])
    return results


def _has_foreign(connection: duckdb.DuckDBPyConnection, currency: str, rules: Iterable[Rule]) -> bool:
    """Whether any event of these days is in another currency; mostly none is, and nobody need count them."""
    views = {in_period_view(rule.on) for rule in rules if rule.is_money}
    strange = f"currency not in ('{NO_CURRENCY}', ?)"
    return any(
        connection.execute(f"select 1 from {view} where {strange} limit 1", [currency]).fetchall()
        for view in sorted(views)
    )


class _Places(NamedTuple):
    """Where in a line the columns of a rule stand."""

    value: int
    rows: int
    foreign: int | None
    digest: int | None


@dataclass(frozen=True)
class _Query:
    """SQL with one line for each slot, whose number comes first."""

    sql: str
    places: tuple[tuple[Rule, _Places], ...]


@lru_cache(maxsize=64)
def _queries(rules: tuple[Rule, ...], currency: str | None, digests: bool) -> tuple[_Query, ...]:
    """What is run for these rules, about whomever; kept, because writing it takes longer than running it."""
    return tuple(_query(rows, some, currency, digests) for rows, some in _sources(rules))


def _query(rows: ir.Table, rules: Sequence[Rule], currency: str | None, digests: bool) -> _Query:
    found = {
        name: value
        for number, rule in enumerate(rules)
        for name, value in aggregates(rule, rows, str(number), currency, digests).items()
    }
    chosen = rows.group_by("slot").agg(**found)
    at = {name: place for place, name in enumerate(chosen.columns)}
    places = tuple(
        (rule, _Places(at[f"{n}_value"], at[f"{n}_rows"], at.get(f"{n}_foreign"), at.get(f"{n}_digest")))
        for n, rule in enumerate(rules)
    )
    return _Query(str(ibis.to_sql(chosen, dialect="duckdb")), places)


def _sources(rules: Iterable[Rule]) -> Iterator[tuple[ir.Table, list[Rule]]]:
    """Rows by slot, with the rules that are taken from them."""
    plain: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.only is None:
            plain[rule.on].append(rule)
        else:
            yield narrowed(rule), [rule]
    for on, some in plain.items():
        rows = in_period(on)
        yield rows.filter(rows.kind.isin(sorted({rule.of for rule in some}))), some


@contextmanager
def _opened(
    events: Events, slots: Sequence[Slot], rules: Sequence[Rule]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the events, the slots and the histories that the rules look back on."""
    with duckdb.connect(":memory:", config=_NO_EXTENSIONS) as connection:
        try:
            _register(connection, events)
            _write_slots(connection, slots, rules)
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


def _write_slots(connection: duckdb.DuckDBPyConnection, slots: Sequence[Slot], rules: Sequence[Rule]) -> None:
    """Who is asked about, the histories, and the events of just those days."""
    periods = {period: number for number, period in enumerate(dict.fromkeys(slot.period for slot in slots))}
    _table(
        connection,
        "slots",
        {
            "slot": ("bigint", list(range(len(slots)))),
            "person_id": ("bigint", [slot.person_id for slot in slots]),
            "period": ("bigint", [periods[slot.period] for slot in slots]),
            "starts_on": ("date", [slot.period.starts_on for slot in slots]),
            "ends_on": ("date", [slot.period.ends_on for slot in slots]),
        },
    )
    pasts = _pasts(periods, rules)
    _table(
        connection,
        "pasts",
        {
            "period": ("bigint", [number for number, _, _ in pasts]),
            "history": ("varchar", [history for _, history, _ in pasts]),
            "begins_on": ("date", [days.starts_on for _, _, days in pasts]),
            "until_on": ("date", [days.ends_on for _, _, days in pasts]),
        },
    )
    _view(connection, "events_now", list(periods))
    _view(connection, "events_earlier", [days for _, _, days in pasts])


def _view(connection: duckdb.DuckDBPyConnection, name: str, spans: Sequence[Period]) -> None:
    """Events dated between the first and the last day of the spans."""
    within = "false"
    if spans:
        first, last = min(span.starts_on for span in spans), max(span.ends_on for span in spans)
        within = f"on_date between '{first.isoformat()}' and '{last.isoformat()}'"
    connection.execute(f"create view {name} as select * from events where {within}")


def _pasts(periods: Mapping[Period, int], rules: Iterable[Rule]) -> list[tuple[int, str, Period]]:
    looking_back = {rule.history: rule for rule in rules if rule.history is not None}
    return [
        (number, history, rule.past(period))
        for period, number in periods.items()
        for history, rule in looking_back.items()
        if history is not None
    ]


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, tuple[str, list[Any]]]
) -> None:
    chosen = ", ".join(f"unnest(?::{kind}[]) as {column}" for column, (kind, _) in columns.items())
    connection.execute(f"create table {name} as select {chosen}", [values for _, values in columns.values()])


def _taken(line: Sequence[Any], places: _Places, nothing: Taken) -> Taken:
    """What a line of the result says; the engine says NULL where no row counted."""
    value = line[places.value]
    if value is None:
        value = nothing.value
    elif not -_LARGEST <= value <= _LARGEST:
        raise TooLarge(str(value))
    foreign = 0 if places.foreign is None else line[places.foreign]
    digest = nothing.digest if places.digest is None else line[places.digest] or nothing.digest
    return Taken(value, line[places.rows], foreign, digest)


def _nothing(rule: Rule, digests: bool) -> Taken:
    """No rows: 0, but a smallest or largest of nothing is None."""
    return Taken(None if rule.operation in ("min", "max") else 0, 0, 0, digest_of([]) if digests else None)
