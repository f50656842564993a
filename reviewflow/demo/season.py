"""When business happens: working days, the quiet weeks around Chinese New Year, the rush at quarter ends."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from reviewflow.demo.company import quarter_of

# First day of the Chinese year, from the Hong Kong Observatory's Gregorian-lunar calendar conversion tables.
NEW_YEARS = {
    2020: date(2020, 1, 25),
    2021: date(2021, 2, 12),
    2022: date(2022, 2, 1),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 3),
    2031: date(2031, 1, 23),
    2032: date(2032, 2, 11),
    2033: date(2033, 1, 31),
    2034: date(2034, 2, 19),
    2035: date(2035, 2, 8),
}
QUIET_BEFORE, QUIET_AFTER = timedelta(days=4), timedelta(days=9)
RUSH_FROM = timedelta(days=20)
LOOK_AHEAD = timedelta(days=40)
"""No order is moved further back than this: who generates up to a day must look this far past it."""


def is_quiet(day: date) -> bool:
    """The holiday and the days in which offices empty and fill again."""
    new_year = NEW_YEARS.get(day.year, date(day.year, 2, 5))
    return new_year - QUIET_BEFORE <= day <= new_year + QUIET_AFTER


def working(day: date) -> date:
    """The day itself, the Friday before a Saturday, the Monday after a Sunday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def order_day(day: date, rng: Random) -> date | None:
    """When an order due on `day` is really placed; none if the holiday swallows it.

    Orders due early in a quarter are often drawn into the last week of the one before. Always draws the
    same number of times, so that one order's fate does not change the next one's.
    """
    draw, shift = rng.random(), rng.randrange(8)
    if is_quiet(day):
        if draw < 0.4:
            return None
        return working(NEW_YEARS.get(day.year, day) + QUIET_AFTER + timedelta(days=1 + shift))
    begin = quarter_of(day).starts_on
    if day < begin + RUSH_FROM and draw < 0.35:
        return working(begin - timedelta(days=1 + shift))
    return working(day)
