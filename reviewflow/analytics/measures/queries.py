"""Which queries answer which rules, as SQL that is written once and kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from reviewflow.analytics.measures.expressions import customer_sets, plain
from reviewflow.core.measuring import Rule


class Places(NamedTuple):
    """Where in a line the columns of a rule stand."""

    value: int
    rows: int
    foreign: int | None
    digest: int | None


@dataclass(frozen=True)
class Query:
    """SQL with one line for each person of whom there are rows; the person comes first."""

    sql: str
    places: tuple[tuple[Rule, Places], ...]


@lru_cache(maxsize=64)
def queries(rules: tuple[Rule, ...], currency: str | None, digests: bool) -> tuple[Query, ...]:
    """What is run for these rules, about whomever and any days: writing it takes longer than running it.

    One query for each date that rules go by, and one for each set of events whose customers are compared.
    """
    simple: defaultdict[str, list[Rule]] = defaultdict(list)
    compared: defaultdict[object, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.only is None:
            simple[rule.on].append(rule)
        else:
            compared[rule.of, rule.where, rule.unless, rule.on, rule.history].append(rule)
    return tuple(
        [_query(plain(some, currency, digests), some) for some in simple.values()]
        + [_query(customer_sets(some, digests), some) for some in compared.values()]
    )


def warm() -> None:
    """Load what is loaded for the first query only, so that forked processes find it there."""
    queries(
        (Rule("order", "count"), Rule("order", "count_distinct:customer", only="new", history="P3M")),
        None,
        False,
    )


def _query(table: ir.Table, rules: Sequence[Rule]) -> Query:
    return Query(str(ibis.to_sql(table, dialect="duckdb")), tuple(_places(table.columns, rules)))


def _places(columns: Sequence[str], rules: Sequence[Rule]) -> Iterator[tuple[Rule, Places]]:
    at = {name: place for place, name in enumerate(columns)}
    for n, rule in enumerate(rules):
        value = at[f"{n}_value"]
        rows = at.get(f"{n}_rows", value)
        yield rule, Places(value, rows, at.get(f"{n}_foreign"), at.get(f"{n}_digest"))
