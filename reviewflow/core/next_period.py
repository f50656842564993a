"""The period that follows one: whole months after whole months, else as many days; and its short name."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from reviewflow.core.values import Period

_QUARTER = 3


def following(last: Period) -> Period:
    """The period right after this one, of the same length.

    After whole months come as many whole months: 1 October to 31 December is followed by 1 January to
    31 March. Anything else is followed by as many days.
    """
    begins = last.ends_on + timedelta(days=1)
    months = _whole_months(last)
    if months:
        return months_from(begins, months)
    return Period(begins, begins + (last.ends_on - last.starts_on))


def quarter_of(day: date) -> Period:
    """The calendar quarter in which a day lies."""
    return span_of(day, _QUARTER)


def span_of(day: date, months: int) -> Period:
    """So many months, counted from January, in which a day lies: 12 are the calendar year, 3 the quarter."""
    first = (day.month - 1) // months * months + 1
    return months_from(date(day.year, first, 1), months)


def months_from(first: date, months: int) -> Period:
    """So many whole months from the first day of one."""
    last = first.month - 1 + months - 1
    year, month = first.year + last // 12, last % 12 + 1
    return Period(first, date(year, month, monthrange(year, month)[1]))


def short_name(period: Period) -> str:
    """``2026Q4``, ``2026-11``, ``2026`` for a quarter, a month, a year; else the first day."""
    first = period.starts_on
    months = _whole_months(period)
    if months == _QUARTER and first.month % _QUARTER == 1:
        return f"{first.year}Q{first.month // _QUARTER + 1}"
    if months == 1:
        return f"{first.year}-{first.month:02}"
    return str(first.year) if months == 12 and first.month == 1 else first.isoformat()


def _whole_months(period: Period) -> int:
    """How many calendar months the period consists of; 0 if it begins or ends within one."""
    first, after = period.starts_on, period.ends_on + timedelta(days=1)
    if first.day != 1 or after.day != 1:
        return 0
    return (after.year - first.year) * 12 + after.month - first.month
