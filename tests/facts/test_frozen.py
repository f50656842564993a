"""Frozen figures: of their batch whatever lands later, explained by rows, the same without a lake."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import insert, update

from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer, the_clock
from reviewflow.services import collect
from reviewflow.services.measure import answer, collection
from reviewflow.store import db
from reviewflow.store.facts import evidence, figures, lake
from reviewflow.store.people import Person
from reviewflow.store.reviews import LiveValue, Review
from tests.counting import counted
from tests.facts.company import HEADER, MAPPING, Company


def test_frozen_figures_are_of_the_frozen_batch_whatever_lands_later(frozen: Company) -> None:
    review = frozen.story.review()
    before = frozen.figures(review)
    with db.read(frozen.engine) as session:
        row = session.get_one(Review, review)
        assert (row.frozen_batch, row.scored_collection) == (before["sales_amount"].batch_no, row.collection)
    frozen.bring("orders9.csv", HEADER + "10,P003,2026-06-30,5000000,1,Acme\n")
    assert frozen.figures(review) == before
    with db.read(frozen.engine) as session:
        live = session.get_one(LiveValue, (review, "sales_amount"))
        assert live.numerator_e4 == before["sales_amount"].trace["measures"]["sales"]["value"]


def test_a_dry_run_says_what_comes_too_late_for_frozen_figures_and_what_is_dated_later(
    frozen: Company,
) -> None:
    days = ("2026-06-30", "2026-03-31", "2026-04-01", "2026-05-01", "2026-06-01", "2027-01-01")
    lines = "".join(f"{90 + n},P003,{day},500,1,Acme\n" for n, day in enumerate(days))
    prepared = collect.prepare(
        MAPPING, "orders9.csv", (HEADER + lines + "99,P002,2026-06-30,5,1,A\n").encode()
    )
    assert prepared is not None
    viewer = the_clock(frozen.story.at.date())
    with db.read(frozen.engine) as session:
        report = collect.dry_run(session, frozen.story.moment, viewer, prepared)
    assert report.new == 7
    assert report.doubts == (
        Reason("import.dated_later", {"count": 1, "lines": "7 (2027-01-01)"}),
        Reason(
            "import.dated_frozen",
            {"count": 4, "lines": "2 (2026-06-30), 4 (2026-04-01), 5 (2026-05-01), …", "cycles": "2026Q2"},
        ),
    )


def doubts(frozen: Company, name: str, text: str, mapping: str = MAPPING) -> tuple[Reason, ...]:
    prepared = collect.prepare(mapping, name, text.encode())
    assert prepared is not None
    with db.read(frozen.engine) as session:
        viewer = the_clock(frozen.story.at.date())
        return collect.dry_run(session, frozen.story.moment, viewer, prepared).doubts


def test_a_dry_run_says_what_leaves_a_frozen_period(frozen: Company) -> None:
    """Orders 4 to 7 are Lin's of the frozen quarter: one moves, one gets another owner, two are missing."""
    text = HEADER + (
        "1,P003,2026-01-10,300000.00,200000,Acme\n2,P003,2026-02-10,500000.50,400000,Bolt\n"
        "3,P002,2026-03-10,90000,80000,Cobb\n"
        "4,P003,2026-07-01,250000,200000,Acme\n5,P002,2026-04-11,50000,10000,Cobb\n"
    )
    complete = MAPPING.replace('kind = "order"\nkey = "No"', 'kind = "order"\nkey = "No"\ncomplete = true')
    cycles = {"cycles": "2026Q2"}
    assert doubts(frozen, "orders9.csv", text, complete) == (
        Reason("import.dated_frozen", {"count": 2, "lines": "5 (2026-04-10), 6 (2026-04-11)", **cycles}),
        Reason("import.withdrawn_frozen", {"count": 2, "ids": "6 (2026-04-12), 7 (2026-06-30)", **cycles}),
    )
    frozen.bring("orders9.csv", HEADER + "4,P003,2026-07-01,250000,200000,Acme\n")
    moved = doubts(frozen, "orders9.csv", HEADER + "4,P003,2026-07-02,250000,200000,Acme\n")
    assert moved == (), "neither of its days is frozen any more"


@pytest.mark.sqlite
def test_looking_for_doubts_asks_once_however_many_people_there_are(frozen: Company) -> None:
    def asked(people: range) -> int:
        lines = "".join(f"N{n},P{n:06},2026-07-01,5,1,Acme\n" for n in people)
        with counted(frozen.engine) as queries:
            doubts(frozen, "orders9.csv", HEADER + lines)
        return len(queries)

    many = range(100_000, 101_200)
    rows = [{"external_id": f"P{n}", "name": str(n), "language": "en", "zone": "UTC"} for n in many]
    with db.write(frozen.engine) as session:
        session.execute(insert(Person), rows)
    assert asked(many) == asked(many[:1])


@pytest.mark.sqlite
def test_a_lake_that_is_deleted_and_rebuilt_gives_the_same_figures(frozen: Company) -> None:
    review = frozen.story.review()
    with db.write(frozen.engine) as session:
        session.execute(update(Review).where(Review.id == review).values(scored_collection=None))
    with db.read(frozen.engine) as session:
        asked = collection.load_freeze(session, frozen.story.cycle, review, review)
    with_lake = answer(asked, frozen.engine, frozen.lake, digests=True)
    shutil.rmtree(frozen.lake)
    without = answer(asked, frozen.engine, frozen.lake, digests=True)
    lake.rebuild(frozen.engine, frozen.lake, "doctor")
    rebuilt = answer(asked, frozen.engine, frozen.lake, digests=True)
    next(frozen.lake.glob("*.parquet")).write_bytes(b"damaged")
    damaged = answer(asked, frozen.engine, frozen.lake, digests=True)
    assert with_lake == without == rebuilt == damaged
    assert len(with_lake) == 10


def test_a_trace_leads_to_the_rows(frozen: Company) -> None:
    review = frozen.story.review()
    with db.read(frozen.engine) as session:
        found = evidence.evidence(session, frozen.hu(), review, "gross_margin")
    assert found is not None
    assert [(line.name, line.value, line.rows, line.unchanged) for line in found.measures] == [
        ("cost", Fraction(210_002), 4, True),
        ("sales", Fraction(400_000), 4, True),
    ]
    assert [row.external_id for row in found.rows] == ["7", "6", "5", "4"]
    assert found.rows[0].measures == ("cost", "sales")
    assert found.rows[0].source == "crm"
    by_customer = evidence.subtotals(found, "customer")
    assert [(line.label, line.rows, line.amount) for line in by_customer] == [
        ("Acme", 2, Decimal(349_000)),
        ("Cobb", 1, Decimal(50_000)),
        ("New", 1, Decimal(1_000)),
    ]
    assert [line.label for line in evidence.subtotals(found, "month")] == ["2026-04", "2026-06"]
    points = evidence.series(found)
    assert [point.day for point in points] == [
        date(2026, 4, 10),
        date(2026, 4, 11),
        date(2026, 4, 12),
        date(2026, 6, 30),
    ]
    assert found.figure.ratio is not None
    assert points[-1].value == found.figure.ratio.value
    assert points[0].value == 20
    lines = evidence.as_csv(found).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("cost sales,order,crm,7,1,")
    assert len(lines) == 5


def test_a_corrected_row_shows_in_the_trace_of_no_frozen_figure(frozen: Company) -> None:
    review = frozen.story.review()
    frozen.bring("orders9.csv", HEADER + "7,P003,2026-06-30,1,1,Acme\n")
    with db.read(frozen.engine) as session:
        found = evidence.evidence(session, frozen.hu(), review, "sales_amount")
    assert found is not None
    assert found.measures[0].unchanged
    assert found.rows[0].amount == 99_000


def test_sets_of_customers_have_rows_and_a_history_too(frozen: Company) -> None:
    review = frozen.story.review()
    with db.read(frozen.engine) as session:
        new = evidence.evidence(session, frozen.hu(), review, "new_customers")
        kept = evidence.evidence(session, frozen.hu(), review, "retention")
    assert new is not None
    assert kept is not None
    assert [row.customer for row in new.rows] == ["New"]
    assert [(line.name, line.value) for line in kept.measures] == [
        ("before", Fraction(2)),
        ("kept", Fraction(1)),
    ]
    assert {row.measures for row in kept.rows} == {("before",), ("kept",)}
    assert evidence.series(new)[-1].value == 1


def test_who_sees_no_figures_sees_no_rows(frozen: Company) -> None:
    cast = frozen.cast
    review, today = frozen.story.review(), frozen.story.at.date()
    stranger = Viewer(cast.zhao, (), today)
    with db.read(frozen.engine) as session:
        assert evidence.evidence(session, stranger, review, "sales_amount") is None
        assert figures.figures(session, stranger, [review]) == {}
        for person in (cast.lin, cast.wang):
            assert evidence.evidence(session, Viewer(person, (), today), review, "sales_amount") is not None


def test_amounts_in_another_currency_are_not_added(tracking: Company) -> None:
    with_currency = MAPPING.replace('customer = "Customer"', 'customer = "Customer", currency = "Currency"')
    text = "No,Rep,Date,Amount,Cost,Customer,Currency\n1,P003,2026-04-10,5,1,Acme,USD\n2,P003,2026-04-10,5,1,Acme,\n"
    tracking.bring("orders.csv", text, with_currency)
    sales = tracking.figures(tracking.story.review())["sales_amount"]
    assert (sales.state, sales.reason) == (
        "missing",
        Reason("measure.other_currency", {"rows": 1, "currency": "CNY"}),
    )


def test_a_trace_is_plain_json_with_the_rule_and_no_rows(frozen: Company) -> None:
    row = frozen.measured()["sales_amount"]
    trace = json.loads(row.trace)
    assert (trace["from"], trace["until"], trace["batch"]) == ("2026-04-01", "2026-06-30", row.batch_no)
    assert trace["measures"]["sales"]["rule"]["take"] == "sum:amount"
    assert len(trace["measures"]["sales"]["digest"]) == 64
    assert "Acme" not in row.trace
