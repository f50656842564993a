"""Indicators: ten of them for 1,000 people over a million events, against SQL that somebody wrote by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb

from bench.measuring import Figure, cpu, scratch
from reviewflow.analytics.measures import compute
from reviewflow.core import indicators
from reviewflow.core.measuring import Rule, Slot, rules_of
from reviewflow.core.values import NO_CURRENCY, Period

LIMIT = 1.5
RUNS = 9  # a fifth of a second each
EVENTS = 1_000_000
PEOPLE = 1_000
QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))
ROOT = Path(__file__).resolve().parent.parent

# Two years of events in the columns of the lake, each kind in its share, customers drawn from 20,000.
_MADE = f"""
with drawn as (
  select i, hash(i) as a, hash(i + 7919) as b, hash(i + 104729) as c from range({EVENTS}) t(i)
)
select 1::bigint as source_id,
  case when a % 100 < 40 then 'order' when a % 100 < 52 then 'invoice' when a % 100 < 64 then 'payment'
       when a % 100 < 80 then 'visit' when a % 100 < 92 then 'opportunity' when a % 100 < 97 then 'satisfaction'
       else 'complaint' end as kind,
  'E' || i as external_id,
  1::bigint as revision,
  (1 + i % {PEOPLE})::bigint as person_id,
  (date '2024-07-01' + (b % 730)::int) as on_date,
  (date '2024-07-01' + (b % 730)::int - (c % 60)::int) as opened_on,
  (1 + c % 90000000)::bigint as amount_e4,
  (1 + c % 60000000)::bigint as amount2_e4,
  'CNY' as currency,
  'C' || (c % 20000) as customer_ref,
  case when a % 7 = 0 then 'lost' when a % 7 = 1 then 'cancelled' else 'won' end as outcome,
  null::varchar as product
from drawn
"""

# The same by hand, value and number of rows of each measure: one scan of the quarter for what is plain, one
# statement for each customer set, and one that looks for another currency.
_ORDERS = "kind = 'order'"
_PLAIN = (
    ("sum(amount_e4)", "count(amount_e4)", _ORDERS),
    ("sum(amount2_e4)", "count(amount2_e4)", _ORDERS),
    ("sum(amount_e4)", "count(amount_e4)", "kind = 'payment'"),
    ("sum(amount_e4)", "count(amount_e4)", "kind = 'invoice'"),
    ("count(*)", "count(*)", "kind = 'visit' and (outcome is null or outcome <> 'cancelled')"),
    ("sum(on_date - opened_on)", "count(opened_on)", "kind = 'opportunity' and outcome = 'won'"),
    ("count(*)", "count(*)", "kind = 'opportunity' and outcome = 'won'"),
    ("count(*)", "count(*)", "kind = 'opportunity' and outcome in ('won', 'lost')"),
    ("sum(amount_e4)", "count(amount_e4)", "kind = 'satisfaction'"),
    ("count(*)", "count(*)", "kind = 'satisfaction'"),
    ("count(*)", "count(*)", "kind = 'complaint' and (outcome is null or outcome <> 'rejected')"),
    ("count(*)", "count(*)", _ORDERS),
)
_NOW = "on_date between date '2026-04-01' and date '2026-06-30'"
_BEFORE = "on_date between date '2026-01-01' and date '2026-03-31'"
_CUSTOMERS = "select person_id, count(distinct customer_ref), count(customer_ref) from events"
_BY_HAND = (
    f"select 1 from events where {_NOW} and currency not in ('CNY', '{NO_CURRENCY}') limit 1",
    "select person_id, "
    + ", ".join(f"{value} filter ({which}), {rows} filter ({which})" for value, rows, which in _PLAIN)
    + f" from events where {_NOW} group by person_id",
    f"{_CUSTOMERS} where {_ORDERS} and {_NOW} and customer_ref not in ("
    f"select customer_ref from events where {_ORDERS} and {_BEFORE}) group by person_id",
    f"{_CUSTOMERS} where {_ORDERS} and {_NOW} and (person_id, customer_ref) in ("
    f"select (person_id, customer_ref) from events where {_ORDERS} and {_BEFORE}) group by person_id",
    f"{_CUSTOMERS} where {_ORDERS} and {_BEFORE} group by person_id",
)


def figures(*, full: bool) -> Iterator[Figure]:
    catalogue = indicators.load((ROOT / "workflows" / "indicators.toml").read_text(encoding="utf-8"))
    ten = list(catalogue.indicators.values())
    rules = list(dict.fromkeys(rule for one in ten for rule in rules_of(one).values()))
    slots = [Slot(person, QUARTER) for person in range(1, PEOPLE + 1)]
    with scratch() as folder:
        files = _lake(folder)
        _compare(files, slots, rules)
        ours = min(cpu(lambda: compute(files, slots, rules, "CNY")) for _ in range(RUNS))
        floor = min(cpu(lambda: _by_hand(files)) for _ in range(RUNS))
    yield Figure(
        name="indicators",
        value=ours,
        unit="s CPU",
        floor=floor,
        limit=LIMIT,
        about=f"{len(ten)} indicators, {PEOPLE:,} people, {EVENTS:,} events; the floor is SQL by hand",
        details=(f"{len(rules)} measures; both give the same numbers",),
    )


def _lake(folder: Path) -> list[str]:
    """A file for each month, as the lake has them; their paths."""
    with duckdb.connect() as connection:
        connection.execute(f"create table made as {_MADE}")
        months = connection.execute(
            "select distinct strftime(on_date, '%Y-%m') from made order by 1"
        ).fetchall()
        for (month,) in months:
            connection.execute(
                f"copy (select * from made where strftime(on_date, '%Y-%m') = '{month}' order by kind, person_id, "
                f"on_date, source_id, external_id) to '{folder}/{month}.parquet' (format parquet, compression zstd)"
            )
    return [f"{folder}/{month}.parquet" for (month,) in months]


def _by_hand(files: Sequence[str]) -> list[list[tuple[int, ...]]]:
    with duckdb.connect() as connection:
        connection.read_parquet(list(files)).create_view("events")
        return [connection.execute(sql).fetchall() for sql in _BY_HAND]


def _compare(files: Sequence[str], slots: Sequence[Slot], rules: Sequence[Rule]) -> None:
    """Both must have done the same work: sums and rows over all people agree, measure by measure."""
    taken = compute(files, slots, rules, "CNY")
    ours = [
        (sum(taken[slot, rule].value or 0 for slot in slots), sum(taken[slot, rule].rows for slot in slots))
        for rule in rules
    ]
    foreign, plain, *sets = _by_hand(files)
    totals = [sum(line[place] or 0 for line in plain) for place in range(1, len(plain[0]))]
    theirs = list(zip(totals[::2], totals[1::2], strict=True))
    theirs += [(sum(line[1] for line in lines), sum(line[2] for line in lines)) for lines in sets]
    assert not foreign
    assert sorted(ours) == sorted(theirs), "the measures and the SQL by hand differ"
