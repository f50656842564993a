"""Running the measures: DuckDB over the files of the lake, or over a table in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import duckdb
import ibis
import ibis.expr.types as ir

from reviewflow.analytics.measures.expressions import EVENTS, aggregates, in_period, narrowed
from reviewflow.core.measuring import Rule, Slot, Taken, digest_of
from reviewflow.core.values import Period

Events = Sequence[str] | Any
"""Paths of Parquet files, or a table in memory that the engine can read, with the columns of the lake."""

Results = dict[tuple[Slot, Rule], Taken]

_LARGEST: Final = 2**63 - 1
_TYPES: Final = {"int64": "bigint", "string": "varchar", "date": "date"}
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
    results: Results = {(slot, rule): _nothing(rule, digests) for slot in wanted for rule in asked}
    if not results:
        return results
    with _opened(events, wanted, asked) as connection:
        for query in _queries(tuple(asked), currency, digests):
            for line in connection.execute(query.sql).fetchall():
                named = dict(zip(query.columns, line, strict=True))
                for key, rule in query.rules.items():
                    slot = wanted[named["slot"]]
                    results[slot, rule] = _taken(named, key, results[slot, rule])
    return results


@dataclass(frozen=True)
class _Query:
    """SQL with one line for each slot; rules by the beginning of their columns' names."""

    sql: str
    columns: tuple[str, ...]
    rules: Mapping[str, Rule]


@lru_cache(maxsize=64)
def _queries(rules: tuple[Rule, ...], currency: str | None, digests: bool) -> tuple[_Query, ...]:
    """What is run for these rules, about whomever; kept, because writing it takes longer than running it."""
    queries = []
    for rows, some in _sources(rules):
        names = {f"r{number}": rule for number, rule in enumerate(some)}
        found = {
            name: value
            for key, rule in names.items()
            for name, value in aggregates(rule, rows, key, currency, digests).items()
        }
        chosen = rows.group_by("slot").agg(**found)
        queries.append(_Query(str(ibis.to_sql(chosen, dialect="duckdb")), tuple(chosen.columns), names))
    return tuple(queries)


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
        columns = ", ".join(f"{name} {_TYPES[str(kind)]}" for name, kind in EVENTS.schema().items())
        connection.execute(f"create table events ({columns})")


def _write_slots(connection: duckdb.DuckDBPyConnection, slots: Sequence[Slot], rules: Sequence[Rule]) -> None:
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


def _taken(line: Mapping[str, Any], key: str, nothing: Taken) -> Taken:
    """What a line of the result says; the engine says NULL where no row counted."""
    value = nothing.value if line[f"{key}_value"] is None else line[f"{key}_value"]
    if value is not None and abs(value) > _LARGEST:
        raise TooLarge(str(value))
    digest = line.get(f"{key}_digest") or nothing.digest
    return Taken(value, line[f"{key}_rows"], line.get(f"{key}_foreign", 0), digest)


def _nothing(rule: Rule, digests: bool) -> Taken:
    """No rows: 0, but a smallest or largest of nothing is None."""
    return Taken(None if rule.operation in ("min", "max") else 0, 0, 0, digest_of([]) if digests else None)
