"""Working calendars: what ships, and faults of a file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reviewflow.core import calendar
from reviewflow.core.reasons import Faulty
from tests.core.shipped import text

CHINA = calendar.load(text("calendars/china_2026"))


def test_days_off_of_2026_as_announced() -> None:
    """33 days off and 6 weekend days at work, per the notice of 4 November 2025."""
    assert len(CHINA.holidays) == 33
    assert len(CHINA.make_up_days) == 6
    assert not CHINA.is_working_day(date(2026, 2, 23))
    assert CHINA.is_working_day(date(2026, 2, 24))
    assert CHINA.is_working_day(date(2026, 2, 28))  # a Saturday at work
    assert not CHINA.is_working_day(date(2026, 3, 1))


def test_a_year_has_248_working_days() -> None:
    first = date(2026, 1, 1)
    assert sum(CHINA.is_working_day(first + timedelta(days=n)) for n in range(365)) == 248


def test_other_years_are_monday_to_friday() -> None:
    assert CHINA.is_working_day(date(2027, 1, 1))


def faults(old: str, new: str) -> list[str]:
    with pytest.raises(Faulty) as caught:
        calendar.load(text("calendars/china_2026").replace(old, new, 1))
    return [fault.key for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2026-01-04,", "2026-01-05,", "calendar.not_a_weekend"),
        ("2026-01-04,", "2026-01-03,", "calendar.holiday_too"),
        ("2026-01-04,", "4,", "file.not_dates"),
        ("until = 2026-01-03", "until = 2025-12-31", "calendar.bad_holiday"),
        ("until = 2026-01-03", "until = 2026-12-31", "calendar.bad_holiday"),
        ("until = 2026-01-03", 'until = "3 January"', "file.not_date"),
        ("until = 2026-01-03", "to = 2026-01-03", "file.unknown_key"),
    ],
)
def test_a_slip_is_reported(old: str, new: str, expected: str) -> None:
    assert expected in faults(old, new)
