"""A working calendar by month: days off, weekend days at work, and how many working days there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reviewflow import formats
from reviewflow.core.calendar import Calendar
from reviewflow.web.filters import day
from reviewflow.web.language import gettext as _
from reviewflow.web.pages.scheme import reading
from reviewflow.web.request import language

MONTHS = 12
_SATURDAY = 5


@dataclass(frozen=True)
class Holiday:
    """Days off in one month: the first and the last of them there."""

    title: str
    days: str


@dataclass(frozen=True)
class Month:
    """One month. `weeks`: rows of (day of the month or 0, kind), Monday first.

    A kind is ``work``, ``off``, ``holiday`` or ``make_up``.
    """

    title: str
    working_days: int
    holidays: tuple[Holiday, ...]
    make_up_days: tuple[str, ...]
    weeks: tuple[tuple[tuple[int, str], ...], ...]


def context(text: str, catalogues: Sequence[str]) -> Mapping[str, Any]:
    """The months of every year that the file names a day of."""
    calendar, said = reading.working_days(text), reading.data(text).get("holiday", [])
    years = sorted({one.year for one in (*calendar.holidays, *calendar.make_up_days)})
    months = [
        _month(calendar, said, date(year, month, 1)) for year in years for month in range(1, MONTHS + 1)
    ]
    return {
        "months": months,
        "working_days": sum(month.working_days for month in months),
        "holidays": sum(one.weekday() < _SATURDAY for one in calendar.holidays),
        "make_up": len(calendar.make_up_days),
        "weekdays": [_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")],
    }


def _month(calendar: Calendar, said: Sequence[Mapping[str, Any]], first: date) -> Month:
    days = [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == first.month]
    blank = [(0, "off")] * first.weekday()
    cells = [*blank, *((one.day, _kind(calendar, one)) for one in days)]
    cells += [(0, "off")] * (-len(cells) % 7)
    return Month(
        title=formats.month(first, language()),
        working_days=sum(calendar.is_working_day(one) for one in days),
        holidays=tuple(_holidays(said, days)),
        make_up_days=tuple(day(one, weekday=True) for one in days if one in calendar.make_up_days),
        weeks=tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7)),
    )


def _kind(calendar: Calendar, one: date) -> str:
    if one in calendar.make_up_days:
        return "make_up"
    if one in calendar.holidays:
        return "holiday"
    return "work" if calendar.is_working_day(one) else "off"


def _holidays(said: Sequence[Mapping[str, Any]], days: Sequence[date]) -> list[Holiday]:
    found = []
    for one in said:
        inside = [on for on in days if one["from"] <= on <= one["until"]]
        if inside:
            words = day(inside[0]) if len(inside) == 1 else f"{day(inside[0])} – {day(inside[-1])}"
            found.append(Holiday(one["title"][language()], words))
    return found
