"""What should be known of a launch as a whole, whoever takes part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from reviewflow.core import calendar
from reviewflow.core.plan import Plan
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period

FIT = re.compile(r"[A-Za-z0-9_-]*\Z")
"""The short name of a cycle: it becomes a part of the numbers of letters and of names of files."""


def fit_for_numbers(key: str) -> bool:
    """Whether a short name holds nothing but letters from A to Z, digits, ``-`` and ``_``."""
    return FIT.match(key) is not None


def notes(texts: Mapping[str, str], weighed: Plan, period: Period, today: date) -> tuple[Reason, ...]:
    """`texts` are the definitions that would be pinned, by kind."""
    found = []
    if "calendar" in texts:
        found += _without(calendar.load(texts["calendar"]), period)
    before = period.starts_on - timedelta(days=1)
    if before >= today and weighed.lines:
        found.append(Reason("launch.no_suggestions", {"day": before.isoformat()}))
    return tuple(found)


def _without(days: calendar.Calendar, period: Period) -> list[Reason]:
    """Years of the period of which a calendar with exceptions names none."""
    named = {day.year for day in days.holidays | days.make_up_days}
    years = range(period.starts_on.year, period.ends_on.year + 1)
    return [
        Reason("launch.calendar_without", {"calendar": days.name, "year": str(year)})
        for year in years
        if named and year not in named
    ]
