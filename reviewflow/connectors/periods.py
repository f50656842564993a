"""Fixed lengths of time, as ISO 8601 writes them with one unit: ``P3M``, ``P1Y``, ``P2W``, ``P10D``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_LENGTH = re.compile(r"P(\d{1,3})([YMWD])")
_DAYS = {"D": 1, "W": 7}
_MONTHS = {"M": 1, "Y": 12}


def is_length(text: str) -> bool:
    """Whether `text` is a length of one unit that is not zero."""
    match = _LENGTH.fullmatch(text)
    return match is not None and int(match[1]) > 0


def last_day(begin: date, length: str) -> date:
    """The last day of a span that begins on `begin`: ``last_day(date(2017, 4, 1), "P3M")`` is 30 June."""
    match = _LENGTH.fullmatch(length)
    if match is None:
        raise ValueError(f"{length!r} is not a length")
    count, unit = int(match[1]), match[2]
    if unit in _DAYS:
        return begin + timedelta(days=count * _DAYS[unit] - 1)
    month = begin.year * 12 + begin.month - 1 + count * _MONTHS[unit]
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(begin.day, monthrange(year, month)[1])) - timedelta(days=1)
