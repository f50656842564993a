"""What should be known of a launch as a whole, whoever takes part."""

from __future__ import annotations

import re
from datetime import date, timedelta

from reviewflow.core.calendar import Calendar
from reviewflow.core.plan import Plan
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period

FIT = re.compile(r"[A-Za-z0-9_-]*\Z")
"""The short name of a cycle: it becomes a part of the numbers of letters and of names of files."""


def fit_for_numbers(key: str) -> bool:
    """Whether a short name holds nothing but letters from A to Z, digits, ``-`` and ``_``."""
    return FIT.match(key) is not None


def notes(days: Calendar | None, weighed: Plan, period: Period, today: date) -> tuple[Reason, ...]:
    """`days` and `weighed` are the calendar and the plan that would be pinned."""
    found = []
    if days is not None:
        found += _without(days, period)
    before = period.starts_on - timedelta(days=1)
    if before >= today and weighed.lines:
        found.append(Reason("launch.no_suggestions", {"day": before.isoformat()}))
    return tuple(found)


def _without(days: Calendar, period: Period) -> list[Reason]:
    """Years of the period of which a calendar with exceptions names none."""
    named = {day.year for day in days.holidays | days.make_up_days}
    years = range(period.starts_on.year, period.ends_on.year + 1)
    return [
        Reason("launch.calendar_without", {"calendar": days.name, "year": str(year)})
        for year in years
        if named and year not in named
    ]
