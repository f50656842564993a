"""Engine, SQL and plain Python give the same measures, whatever lands in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from reviewflow.analytics.measures import TooLarge, compute
from reviewflow.core.measuring import Rule, Slot
from reviewflow.core.values import Period
from reviewflow.store import db
from reviewflow.store.facts import counting, lake
from reviewflow.store.facts.rows import BatchCounter, Landing, LandingBatch, Source
from reviewflow.store.people import Person
from tests.facts import oracle
from tests.facts.world import Row, land, write_people

PEOPLE = (1, 2, 3)
BEGIN = date(2025, 12, 1)
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
PERIODS = (QUARTER, Period(date(2026, 2, 14), date(2026, 2, 14)))
WON = (("outcome", ("won",)),)

RULES = (
    Rule("order", "sum:amount"),
    Rule("order", "sum:amount2", unless=(("outcome", ("cancelled",)),)),
    Rule("order", "min:amount"),
    Rule("order", "max:amount2"),
    Rule("order", "count"),
    Rule("order", "count_distinct:customer"),
    Rule("order", "count", on="opened"),
    Rule("order", "sum:amount", on="opened", where=WON),
    Rule("visit", "count", unless=(("outcome", ("cancelled", "lost")),)),
    Rule("visit", "sum_days:opened..on", where=WON),
    *(
        Rule("order", "count_distinct:customer", only=only, history="P1M")
        for only in ("new", "before", "kept")
    ),
    *(
        Rule("order", "count_distinct:customer", where=WON, only=only, history="P45D")
        for only in ("new", "kept")
    ),
    Rule("visit", "count_distinct:customer", only="kept", history="P1M"),
    Rule("order", "count_distinct:customer", on="opened", only="new", history="P2W"),
)

days = st.integers(0, 140).map(lambda count: BEGIN + timedelta(days=count))
amounts = st.none() | st.integers(-(2**53), 2**53) | st.sampled_from([0, 1, -1, 123_456_7890])


@st.composite
def events(draw: st.DrawFn) -> Row:
    on = draw(days)
    opened = draw(st.none() | st.integers(0, 60).map(lambda count: on - timedelta(days=count)))
    return Row(
        external_id=draw(st.sampled_from("abcdefghijklmnop")),
        person=draw(st.sampled_from(PEOPLE)),
        on=on,
        kind=draw(st.sampled_from(["order", "order", "visit"])),
        opened=opened,
        amount=draw(amounts),
        amount2=draw(amounts),
        currency=draw(st.sampled_from(["CNY", "CNY", "USD", "XXX"])),
        customer=draw(st.none() | st.sampled_from(["Acme", "Bolt", "Cäsar", "东方"])),
        outcome=draw(st.none() | st.sampled_from(["won", "lost", "cancelled"])),
        voided=draw(st.sampled_from([False, False, False, True])),
    )


def in_batches(drawn: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Every event once in a batch, with the revision that it has by then."""
    seen: dict[tuple[str, str], int] = {}
    batches = []
    for some in drawn:
        batch = {(row.kind, row.external_id): row for row in some}
        for key, row in batch.items():
            seen[key] = seen.get(key, 0) + 1
            batch[key] = Row(**{**vars(row), "revision": seen[key]})
        batches.append(list(batch.values()))
    return batches


def forget(session: Session) -> None:
    for model in (Landing, LandingBatch, BatchCounter, Source, Person):
        session.execute(delete(model))


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.lists(events(), max_size=12), min_size=1, max_size=4), st.data())
def test_engine_sql_and_plain_python_agree(
    engine: Engine, drawn: list[list[Row]], data: st.DataObject
) -> None:
    batches = in_batches(drawn)
    with db.write(engine) as session:
        forget(session)
        write_people(session, PEOPLE)
        for batch in batches:
            land(session, batch)
    batch_no = data.draw(st.integers(1, len(batches)), "batch")
    # Whoever is not asked about still decides whose customers are new.
    asked = data.draw(st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True), "asked")
    slots = [Slot(person, period) for person in asked for period in PERIODS]
    by_sql = data.draw(st.sampled_from(asked), "person")
    with db.read(engine) as session:
        table = lake.landed(session, batch_no)
        by_engine = compute(table, slots, RULES, "CNY", digests=True)
        counted = oracle.newest(batches, batch_no)
        for slot in slots:
            for rule in RULES:
                wanted = oracle.taken(counted, slot, rule, "CNY")
                assert by_engine[slot, rule] == wanted, (slot, rule)
                if slot.person_id == by_sql:
                    assert counting.taken(session, batch_no, slot, rule, "CNY") == wanted, (slot, rule)


def test_a_sum_beyond_64_bits_is_refused(session: Session) -> None:
    write_people(session, [1])
    largest = 2**63 - 1
    rows = [Row("a", 1, QUARTER.starts_on, amount=largest), Row("b", 1, QUARTER.starts_on, amount=1)]
    land(session, rows)
    table = lake.landed(session, 1)
    slot, rule = Slot(1, QUARTER), Rule("order", "sum:amount")
    with pytest.raises(TooLarge):
        compute(table, [slot], [rule])
    assert compute(table.slice(0, 1), [slot], [rule])[slot, rule].value == largest


def test_no_rows_are_zero_and_the_smallest_of_nothing_is_none(session: Session) -> None:
    slot = Slot(1, QUARTER)
    found = compute(lake.landed(session, 0), [slot], [RULES[0], RULES[2]])
    assert (found[slot, RULES[0]].value, found[slot, RULES[2]].value) == (0, None)
    assert compute([], [slot], RULES)[slot, RULES[0]].rows == 0
    assert compute([], [], RULES) == {}


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    from reviewflow.analytics.measures import Unreadable

    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(b"not a table")
    for path in (tmp_path / "gone.parquet", damaged):
        with pytest.raises(Unreadable):
            compute([str(path)], [Slot(1, QUARTER)], RULES)
