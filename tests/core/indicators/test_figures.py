"""When a figure can be computed, what it is, and how it goes on to the end of the period."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from reviewflow.core.indicators import (
    Coverage,
    Ratio,
    begin_of_history,
    computable,
    evaluate,
    is_history,
    pace,
)
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from tests.core.shipped import CATALOGUE

QUARTER = Period(date(2017, 4, 1), date(2017, 6, 30))
ORDERS = {"order": frozenset({"amount", "customer"})}


def source(
    delivers: dict[str, frozenset[str]] = ORDERS,
    covers_from: date | None = date(2017, 1, 1),
    until: date | None = date(2017, 6, 30),
) -> Coverage:
    return Coverage("crm", delivers, covers_from, until)


@pytest.mark.parametrize(
    ("indicator", "coverage", "key"),
    [
        ("sales_amount", [source()], None),
        ("sales_amount", [], "measure.no_source"),
        ("sales_amount", [source({"visit": frozenset()})], "measure.no_source"),
        ("gross_margin", [source()], "measure.no_source"),  # nobody maps the cost
        ("sales_amount", [source(until=date(2017, 6, 29))], "measure.import_too_old"),
        ("sales_amount", [source(until=None)], "measure.import_too_old"),
        ("sales_amount", [source(until=date(2017, 6, 29)), source()], None),
        ("sales_amount", [source(covers_from=date(2017, 4, 9))], None),  # no history, no condition on it
        ("new_customers", [source()], None),
        ("new_customers", [source(covers_from=date(2017, 1, 2))], "measure.history_too_short"),
        ("new_customers", [source(covers_from=None)], "measure.history_too_short"),
        ("complaint_rate", [source()], "measure.no_source"),
        ("complaint_rate", [source(), source({"complaint": frozenset()})], None),  # two systems, one figure
    ],
)
def test_three_reasons_why_a_figure_cannot_be_computed(
    indicator: str, coverage: list[Coverage], key: str | None
) -> None:
    reason = computable(CATALOGUE[indicator], QUARTER, coverage)
    assert (reason and reason.key) == key


def test_the_reason_names_what_is_needed() -> None:
    reason = computable(CATALOGUE["retention"], QUARTER, [source(covers_from=date(2017, 3, 1))])
    params = {"kind": "order", "begins": "2017-03-01", "needed": "2017-01-01"}
    assert reason == Reason("measure.history_too_short", params)


@pytest.mark.parametrize(
    ("day", "history", "begin"),
    [
        (date(2017, 4, 1), "P3M", date(2017, 1, 1)),
        (date(2011, 5, 31), "P3M", date(2011, 2, 28)),
        (date(2024, 5, 31), "P3M", date(2024, 2, 29)),
        (date(2026, 1, 1), "P1Y", date(2025, 1, 1)),
        (date(2026, 1, 1), "P1Y6M", date(2024, 7, 1)),
        (date(2026, 3, 1), "P90D", date(2025, 12, 1)),
        (date(2026, 3, 1), "P2W", date(2026, 2, 15)),
    ],
)
def test_history_counts_back_from_the_period(day: date, history: str, begin: date) -> None:
    assert begin_of_history(day, history) == begin


@pytest.mark.parametrize("text", ["", "P", "3M", "P3", "PT3M", "P-3M", "P3M ", "p3m"])
def test_other_lengths_of_time_are_not_understood(text: str) -> None:
    assert not is_history(text)
    with pytest.raises(ValueError, match="is not a period"):
        begin_of_history(date(2026, 1, 1), text)


def test_amounts_come_scaled_and_stay_exact() -> None:
    assert evaluate(CATALOGUE["sales_amount"], {"sales": 3047556026}) == Ratio(
        Fraction("304755.6026"), Fraction(1)
    )


def test_no_rows_is_zero_for_a_sum_and_no_figure_for_a_rate() -> None:
    assert evaluate(CATALOGUE["visits"], {"visits": 0}) == Ratio(Fraction(0), Fraction(1))
    none = evaluate(CATALOGUE["gross_margin"], {"sales": 0, "cost": 0})
    assert none == Reason("measure.nothing_to_divide_by")


def test_a_rate_keeps_won_and_closed() -> None:
    """IND: 349 won of 553 closed are 63.1 %."""
    rate = evaluate(CATALOGUE["conversion_rate"], {"won": 349, "closed": 553})
    assert rate == Ratio(Fraction(34900), Fraction(553))


def test_too_few_replies_say_nothing() -> None:
    reason = evaluate(CATALOGUE["satisfaction"], {"points": 135000, "replies": 3})
    assert reason == Reason("measure.sample_too_small", {"count": 3, "minimum": 5})
    assert evaluate(CATALOGUE["satisfaction"], {"points": 225000, "replies": 5}) == Ratio(
        Fraction("22.5"), Fraction(5)
    )


def test_a_measure_without_rows_is_said() -> None:
    assert evaluate(CATALOGUE["sales_amount"], {"sales": None}) == Reason("measure.no_rows")


def test_a_measure_that_is_not_given_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError):
        evaluate(CATALOGUE["sales_amount"], {})


NINETY_DAYS = Period(date(2026, 1, 1), date(2026, 3, 31))


def test_run_rate_to_the_end_of_the_period() -> None:
    day_60 = date(2026, 3, 1)
    run = pace(CATALOGUE["sales_amount"], Fraction(400_000), Fraction(700_000), NINETY_DAYS, day_60)
    assert run is not None
    assert (run.days_gone, run.days_left) == (60, 30)
    assert run.projection == 600_000
    assert run.needed_per_day == 10_000
    assert run.expected == Fraction(700_000 * 2, 3)


def test_after_the_period_the_figure_is_its_own_projection() -> None:
    run = pace(CATALOGUE["visits"], Fraction(71), Fraction(60), NINETY_DAYS, date(2026, 5, 1))
    assert run is not None
    assert run.projection == 71
    assert run.days_left == 0
    assert run.needed_per_day is None


def test_a_target_that_is_reached_needs_nothing_more() -> None:
    run = pace(CATALOGUE["visits"], Fraction(71), Fraction(60), NINETY_DAYS, date(2026, 3, 1))
    assert run is not None
    assert run.needed_per_day == 0


def test_rates_have_no_run_rate_and_nothing_has_one_before_the_period() -> None:
    assert (
        pace(CATALOGUE["conversion_rate"], Fraction(40), Fraction(50), NINETY_DAYS, date(2026, 3, 1)) is None
    )
    assert pace(CATALOGUE["visits"], Fraction(0), Fraction(60), NINETY_DAYS, date(2025, 12, 31)) is None
