"""How far back an indicator looks: ISO 8601 periods of years, months, weeks and days."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_HISTORY = re.compile(r"P(?=\d)(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?")


def is_history(text: str) -> bool:
    """Whether `text` is a period like ``P3M``, ``P1Y6M`` or ``P90D``."""
    return _HISTORY.fullmatch(text) is not None


def begin_of_history(starts_on: date, history: str) -> date:
    """The first day of the `history` that ends the day before `starts_on`.

    ``begin_of_history(date(2017, 4, 1), "P3M") == date(2017, 1, 1)``. A day that the earlier month does not
    have becomes its last day. Raises ValueError for a text that is not a period.
    """
    match = _HISTORY.fullmatch(history)
    if match is None:
        raise ValueError(f"{history!r} is not a period")
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    month = starts_on.year * 12 + starts_on.month - 1 - 12 * years - months
    year, month = month // 12, month % 12 + 1
    day = min(starts_on.day, monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=7 * weeks + days)
