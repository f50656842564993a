"""Deadlines: end of day n in the person's zone, over clock changes, year ends and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from reviewflow.core import calendar
from reviewflow.core.due import Anchors, due_at, last_day, start_of_day
from reviewflow.core.workflow import Due
from tests.core.shipped import text

PLAIN = calendar.load(text("calendars/plain"))
CHINA = calendar.load(text("calendars/china_2026"))
PERIOD = (date(2026, 7, 1), date(2026, 9, 30))

Count = Literal["working", "calendar"]


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "entered_at", "days", "count", "expected"),
    [
        # entered on a Wednesday; day 1 is Thursday; the deadline is the midnight after day n
        ("Asia/Shanghai", "2026-03-11 02:00", 1, "calendar", "2026-03-12 16:00"),
        ("Asia/Shanghai", "2026-03-11 02:00", 5, "working", "2026-03-18 16:00"),
        ("Asia/Shanghai", "2026-03-11 02:00", 0, "calendar", "2026-03-11 16:00"),
        # 16:30 UTC is already the next day in Shanghai
        ("Asia/Shanghai", "2026-03-11 16:30", 1, "calendar", "2026-03-13 16:00"),
        ("Asia/Kathmandu", "2026-03-11 02:00", 1, "calendar", "2026-03-12 18:15"),
        # New York: clocks forward on 8 March and back on 1 November 2026
        ("America/New_York", "2026-03-06 15:00", 1, "calendar", "2026-03-08 05:00"),
        ("America/New_York", "2026-03-06 15:00", 2, "calendar", "2026-03-09 04:00"),
        ("America/New_York", "2026-10-30 15:00", 1, "calendar", "2026-11-01 04:00"),
        ("America/New_York", "2026-10-30 15:00", 2, "calendar", "2026-11-02 05:00"),
        ("America/New_York", "2026-10-30 15:00", 1, "working", "2026-11-03 05:00"),
        # year end and leap day
        ("Asia/Shanghai", "2025-12-30 02:00", 3, "calendar", "2026-01-02 16:00"),
        ("Asia/Shanghai", "2028-02-27 02:00", 2, "calendar", "2028-02-29 16:00"),
        ("Asia/Shanghai", "2027-02-27 02:00", 2, "calendar", "2027-03-01 16:00"),
        # midnight does not exist: Santiago goes from 24:00 to 1:00, Apia skipped 30 December 2011 whole
        ("America/Santiago", "2026-09-04 15:00", 1, "calendar", "2026-09-06 04:00"),
        ("Pacific/Apia", "2011-12-28 22:00", 1, "calendar", "2011-12-30 10:00"),
        ("Pacific/Apia", "2011-12-28 22:00", 2, "calendar", "2011-12-30 10:00"),
        ("Pacific/Apia", "2011-12-28 22:00", 3, "calendar", "2011-12-31 10:00"),
        # midnight comes twice in Havana: the first time counts
        ("America/Havana", "2026-10-30 15:00", 1, "calendar", "2026-11-01 04:00"),
    ],
)
def test_from_the_day_of_entry(zone: str, entered_at: str, days: int, count: Count, expected: str) -> None:
    due = Due("begin", days, count)
    assert due_at(due, Anchors(utc(entered_at), *PERIOD), zone, PLAIN) == utc(expected)


@pytest.mark.parametrize(
    ("due", "entered_at", "expected"),
    [
        (Due("period_end", 0, "calendar"), "2026-07-20 02:00", "2026-09-30 16:00"),
        (Due("period_end", 5, "working"), "2026-07-20 02:00", "2026-10-07 16:00"),
        (Due("period_start", 2, "calendar"), "2026-06-20 02:00", "2026-07-03 16:00"),
        # the anchor has passed: counted from entry
        (Due("period_end", 0, "calendar"), "2026-10-12 02:00", "2026-10-12 16:00"),
        (Due("period_end", 5, "working"), "2026-10-12 02:00", "2026-10-19 16:00"),
        (Due("period_start", 2, "calendar"), "2026-07-20 02:00", "2026-07-22 16:00"),
    ],
)
def test_from_the_period(due: Due, entered_at: str, expected: str) -> None:
    assert due_at(due, Anchors(utc(entered_at), *PERIOD), "Asia/Shanghai", PLAIN) == utc(expected)


def test_holidays_and_make_up_days_count_as_the_calendar_says() -> None:
    """Entered on 30 September 2026: the week of National Day is off, Saturday 10 October is at work."""
    anchors = Anchors(utc("2026-09-30 02:00"), *PERIOD)
    assert due_at(Due("begin", 1, "working"), anchors, "Asia/Shanghai", CHINA) == utc("2026-10-08 16:00")
    assert due_at(Due("begin", 3, "working"), anchors, "Asia/Shanghai", CHINA) == utc("2026-10-10 16:00")
    assert due_at(Due("begin", 4, "working"), anchors, "Asia/Shanghai", CHINA) == utc("2026-10-12 16:00")


@pytest.mark.parametrize(
    "zone",
    [
        "Asia/Shanghai",
        "America/New_York",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "America/Santiago",
        "Africa/Cairo",
    ],
)
def test_a_day_begins_with_its_first_instant(zone: str) -> None:
    """Every day of 2026: the instant is on that day, and a second earlier is not."""
    place = ZoneInfo(zone)
    for number in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(number)
        begin = start_of_day(day, place)
        assert begin.astimezone(place).date() == day
        earlier = datetime.fromtimestamp(begin.timestamp() - 1, UTC)
        assert earlier.astimezone(place).date() < day


def test_a_gap_that_only_touches_midnight_is_found_to_the_second() -> None:
    """Toronto, 30 March 1919: 23:30 became 0:30."""
    assert start_of_day(date(1919, 3, 31), ZoneInfo("America/Toronto")) == utc("1919-03-31 04:30")


@pytest.mark.parametrize(
    ("due", "zone", "expected"),
    [
        ("2026-03-12 16:00", "Asia/Shanghai", date(2026, 3, 12)),  # the midnight after it
        ("2026-03-12 16:01", "Asia/Shanghai", date(2026, 3, 13)),
        ("2026-03-12 16:00", "America/New_York", date(2026, 3, 12)),
        ("2026-03-13 04:00", "America/New_York", date(2026, 3, 12)),
    ],
)
def test_the_last_day_is_the_one_that_a_deadline_ends(due: str, zone: str, expected: date) -> None:
    assert last_day(utc(due), zone) == expected
