"""Figures from import to freeze: suggested, live, collected; what people enter stays."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from sqlalchemy import update

from reviewflow.core.indicators import Ratio
from reviewflow.core.reasons import Reason
from reviewflow.services.measure import answer, live
from reviewflow.store import db
from reviewflow.store.reviews import Goal, Measured
from tests.facts.company import APRIL, DEALS, FIRST_QUARTER, HEADER, MAPPING, Company


def test_targets_are_suggested_from_the_period_before(company: Company) -> None:
    company.bring("orders.csv", FIRST_QUARTER)
    company.story.begin()
    company.run()
    with db.read(company.engine) as session:
        goal = session.get_one(Goal, (company.story.review(), "sales_amount"))
        margin = session.get_one(Goal, (company.story.review(), "gross_margin"))
        visits = session.get_one(Goal, (company.story.review(), "visits"))
    assert (goal.last_e4, goal.target_e4) == (8_000_005_000, None)
    assert (goal.suggested_e4 or 0) >= 8_000_005_000
    assert margin.last_e4 == round(200_000.5 / 800_000.5 * 100 * 10**4)
    assert (visits.last_e4, visits.suggested_e4) == (None, None)


def test_suggestions_follow_late_data_until_goals_are_agreed(company: Company) -> None:
    company.story.begin()
    company.run()
    company.bring("orders.csv", FIRST_QUARTER)
    review = company.story.review()
    with db.read(company.engine) as session:
        assert session.get_one(Goal, (review, "sales_amount")).last_e4 == 8_000_005_000
    company.story.agreed()
    company.bring("orders2.csv", HEADER + "9,P003,2026-03-31,1,1,Acme\n")
    with db.read(company.engine) as session:
        assert session.get_one(Goal, (review, "sales_amount")).last_e4 == 8_000_005_000


def test_live_values_follow_each_import(tracking: Company) -> None:
    review = tracking.story.review()
    before = tracking.figures(review)["sales_amount"]
    assert (before.ratio, before.rows_used) == (Ratio(Fraction(0), Fraction(1)), 0)
    tracking.bring("orders.csv", APRIL)
    tracking.bring("deals.csv", DEALS)
    found = tracking.figures(review)
    sales, margin = found["sales_amount"], found["gross_margin"]
    assert sales.ratio is not None
    assert margin.ratio is not None
    assert (sales.ratio.value, sales.settled, sales.batch_no, sales.rows_used) == (
        Fraction(301_000),
        False,
        3,
        3,
    )
    assert margin.ratio.value == Fraction(100 * 90_999, 301_000)
    assert found["new_customers"].ratio is not None
    assert found["new_customers"].ratio.value == 1
    assert found["conversion_rate"].ratio is not None
    assert found["conversion_rate"].ratio.value == 60
    assert found["visits"].reason == Reason("measure.no_source", {"kind": "visit"})
    assert (found["visits"].state, found["collection_rate"].state) == ("left_out", "missing")
    assert found["retention"].reason == Reason("measure.sample_too_small", {"count": 2, "minimum": 5})
    tracking.bring("orders2.csv", APRIL.replace("250000", "350000") + "7,P003,2026-04-14,1,1,Acme\n")
    later = tracking.figures(review)["sales_amount"]
    assert later.ratio is not None
    assert (later.ratio.value, later.rows_used) == (Fraction(401_001), 4)


BILLS = (
    MAPPING.replace('name = "crm"', 'name = "bills"')
    + """
[[read]]
file = "invoices*.csv"
kind = "invoice"
key = "No"
columns = { person = "Rep", on = "Due", amount = "Amount" }

[[read]]
file = "payments*.csv"
kind = "payment"
key = "No"
columns = { person = "Rep", on = "Date", amount = "Amount" }
"""
)


def test_live_values_count_nothing_that_lies_ahead(tracking: Company) -> None:
    """On 15 April an invoice due in June is nobody's debt yet; the next day it counts what is due then."""
    review = tracking.story.review()
    invoices = "No,Rep,Due,Amount\n1,P003,2026-04-10,100\n2,P003,2026-04-16,100\n3,P003,2026-06-20,300\n"
    tracking.bring("invoices.csv", invoices, BILLS)
    tracking.bring("payments.csv", "No,Rep,Date,Amount\n1,P003,2026-04-12,80\n", BILLS)

    def rate() -> Fraction:
        found = tracking.figures(review)["collection_rate"]
        assert found.ratio is not None
        return found.ratio.value

    assert rate() == 80
    assert tracking.figures(review)["collection_rate"].trace["until"] == "2026-04-15"
    tracking.story.at += timedelta(days=1)
    with db.write(tracking.engine) as session:
        assert live.each_day(session, tracking.story.moment) == 1
        assert live.each_day(session, tracking.story.moment) == 0, "once a day"
    tracking.run()
    assert rate() == 40
    assert tracking.story.wait_for(review) == ["end_tracking"]
    tracking.bring("invoices2.csv", invoices + "4,P003,2026-07-20,900\n", BILLS)
    tracking.bring("payments2.csv", "No,Rep,Date,Amount\n2,P003,2026-06-12,420\n", BILLS)
    settled = tracking.measured()["collection_rate"]
    assert (settled.numerator_e4, settled.denominator_e4) == (500_000_000, 5_000_000), "the whole period"


def test_values_of_an_older_batch_never_replace_newer_ones(tracking: Company) -> None:
    with db.read(tracking.engine) as session:
        asked = live.load(session, tracking.story.moment)
    tracking.bring("orders.csv", APRIL)
    before = tracking.figures(tracking.story.review())["sales_amount"]
    old = answer(asked, tracking.engine, tracking.lake)
    with db.write(tracking.engine) as session:
        live.finish(session, tracking.story.moment, old)
    assert tracking.figures(tracking.story.review())["sales_amount"] == before


def test_figures_are_collected_and_wait_for_late_imports(tracking: Company) -> None:
    tracking.bring("orders.csv", APRIL)
    assert tracking.story.wait_for(tracking.story.review()) == ["end_tracking"]
    tracking.run()
    before = tracking.measured()["sales_amount"]
    assert (before.state, (before.reason or "").split()[0]) == ("missing", "measure.import_too_old")
    tracking.bring("orders2.csv", APRIL + "7,P003,2026-06-30,99000,1,Acme\n")
    after = tracking.measured()["sales_amount"]
    assert (after.state, after.numerator_e4, after.denominator_e4) == ("computed", 4_000_000_000, 10_000)


def test_what_people_entered_stays_until_the_freeze_and_after(collecting: Company) -> None:
    review = collecting.story.review()
    assert collecting.measured()["collection_rate"].state == "missing"
    with db.write(collecting.engine) as session:
        mine = (Measured.review_id == review,)
        session.execute(
            update(Measured)
            .where(*mine, Measured.indicator == "collection_rate")
            .values(
                state="by_hand",
                numerator_e4=925_000,
                denominator_e4=10_000,
                entered_by=1,
                reason="Bank statement.",
            )
        )
        session.execute(
            update(Measured)
            .where(*mine, Measured.indicator == "conversion_rate")
            .values(
                state="left_out",
                numerator_e4=None,
                denominator_e4=None,
                reason='measure.left_out_by_hand {"reason": "Wrong stage names."}',
            )
        )
    collecting.bring("orders3.csv", HEADER + "8,P003,2026-06-30,1000,1,Acme\n")
    assert collecting.story.wait_for(review) == ["cut_off"]
    collecting.run()
    found = collecting.figures(review)
    assert (found["collection_rate"].state, found["collection_rate"].reason) == (
        "by_hand",
        Reason("measure.by_hand", {"text": "Bank statement."}),
    )
    assert found["conversion_rate"].reason == Reason(
        "measure.left_out_by_hand", {"reason": "Wrong stage names."}
    )
    assert found["sales_amount"].ratio is not None
    assert found["sales_amount"].ratio.value == 401_000
