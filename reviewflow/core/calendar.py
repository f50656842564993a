"""The company's working calendar: Monday to Friday, and the dated exceptions that a file lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from reviewflow.core.toml_table import Table, Words, open_document

_SATURDAY = 5
_LONGEST_HOLIDAY = 60


@dataclass(frozen=True)
class Calendar:
    """`holidays` are days off that would be working days or not; `make_up_days` are weekend days at work."""

    name: str
    title: Words
    holidays: frozenset[date]
    make_up_days: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def working_days_after(self, day: date) -> Iterator[date]:
        """Working days after `day`, the day itself not among them."""
        while True:
            day += timedelta(days=1)
            if self.is_working_day(day):
                yield day


def load(text: str) -> Calendar:
    """Read a calendar file. Raises `Faulty` with all faults."""
    document = open_document(text, "calendar")
    name, title = document.name("name"), document.words("title")
    holidays = frozenset(day for table in document.tables("holiday") for day in _holiday(table))
    make_up_days = document.dates("make_up_days")
    for day in make_up_days:
        if day.weekday() < _SATURDAY:
            document.fault("make_up_days", "calendar.not_a_weekend", day=day.isoformat())
        if day in holidays:
            document.fault("make_up_days", "calendar.holiday_too", day=day.isoformat())
    document.close()
    return Calendar(name, title, holidays, frozenset(make_up_days))


def _holiday(table: Table) -> list[date]:
    table.words("title")
    first, last = table.day("from"), table.day("until")
    table.finish()
    if last < first or (last - first).days >= _LONGEST_HOLIDAY:
        table.fault("until", "calendar.bad_holiday", most=_LONGEST_HOLIDAY)
        return []
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
