"""What a new cycle is prefilled with."""

from __future__ import annotations

from datetime import date

import pytest

from reviewflow.core.next_period import following, quarter_of, short_name, span_of
from reviewflow.core.values import Period


@pytest.mark.parametrize(
    ("last", "next_one"),
    [
        ((date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 12, 31))),
        ((date(2026, 10, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 3, 31))),
        ((date(2027, 12, 1), date(2027, 12, 31)), (date(2028, 1, 1), date(2028, 1, 31))),
        ((date(2028, 1, 1), date(2028, 1, 31)), (date(2028, 2, 1), date(2028, 2, 29))),
        ((date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 12, 31))),
        ((date(2011, 5, 31), date(2011, 8, 30)), (date(2011, 8, 31), date(2011, 11, 30))),
        ((date(2026, 3, 5), date(2026, 3, 5)), (date(2026, 3, 6), date(2026, 3, 6))),
    ],
)
def test_the_period_after(last: tuple[date, date], next_one: tuple[date, date]) -> None:
    assert following(Period(*last)) == Period(*next_one)


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (date(2026, 10, 1), date(2026, 12, 31), "2026Q4"),
        (date(2026, 1, 1), date(2026, 3, 31), "2026Q1"),
        (date(2026, 2, 1), date(2026, 4, 30), "2026-02-01"),
        (date(2026, 2, 1), date(2026, 2, 28), "2026-02"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (date(2026, 4, 1), date(2027, 3, 31), "2026-04-01"),
        (date(2011, 5, 31), date(2011, 8, 30), "2011-05-31"),
    ],
)
def test_short_names(first: date, last: date, name: str) -> None:
    assert short_name(Period(first, last)) == name


def test_the_quarter_of_a_day() -> None:
    assert quarter_of(date(2026, 5, 15)) == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert quarter_of(date(2026, 12, 31)) == Period(date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (1, date(2026, 11, 1), date(2026, 11, 30)),
        (3, date(2026, 10, 1), date(2026, 12, 31)),
        (6, date(2026, 7, 1), date(2026, 12, 31)),
        (12, date(2026, 1, 1), date(2026, 12, 31)),
        (24, date(2026, 1, 1), date(2027, 12, 31)),
    ],
)
def test_the_span_in_which_a_day_lies(months: int, first: date, last: date) -> None:
    assert span_of(date(2026, 11, 25), months) == Period(first, last)
