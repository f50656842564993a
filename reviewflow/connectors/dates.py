"""Dates as people write them: 2024-03-31, 31.03.2024, 3/31/2024, 2024年3月31日, 20240331, with a time or not.

Year first is never in doubt. With the year last, dots mean day first; with slashes or dashes a column decides
as a whole (a 25 can only be a day), and what nothing decides is refused instead of guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from reviewflow.connectors.cells import BadCell, majority, narrow

EARLIEST_YEAR: Final = 1900
LATEST_YEAR: Final = 2200
OPEN_END_YEAR: Final = 9999
"""Databases write 9999-12-31 where there is no end."""

_TIME = (
    r"(?:(?:[T ]| at )\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/.]|年)(?P<month>\d{{1,2}})(?:[-/.]|月)(?P<day>\d{{1,2}})日?{_TIME}"
)
_COMPACT = re.compile(rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}}){_TIME}")
_YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<sign>[-/.])(?P<next>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_TIME}"
)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}")

_TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MM": r"(?P<month>\d{1,2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
}
_TOKEN = re.compile(r"YYYY|YY|MM|M|DD|D|%Y|%y|%m|%d|[^YMD%]+")
_SHORTHAND = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD"}

DAY_FIRST, MONTH_FIRST = "day first", "month first"


@dataclass(frozen=True)
class DateFormat:
    """One way to write a date, such as ``DD.MM.YYYY``."""

    written: str
    pattern: re.Pattern[str]


def read_format(written: str) -> DateFormat:
    """From ``DD.MM.YYYY``, ``M/D/YY`` or ``%d.%m.%Y``. Raises ValueError without one day, month and year."""
    found = _TOKEN.findall(written)
    tokens = [_SHORTHAND.get(token, token) for token in found]
    parts = sorted(token[0] for token in tokens if token in _TOKENS)
    if parts != ["D", "M", "Y"] or "".join(found) != written:
        raise ValueError(written)
    body = "".join(_TOKENS.get(token) or re.escape(token) for token in tokens)
    return DateFormat(written, re.compile(body + _TIME))


def order_of(texts: Iterable[str]) -> str | None:
    """`DAY_FIRST` or `MONTH_FIRST` for the slashed and dashed dates of a column; None if nothing decides."""
    return majority(_vote(narrow(text)) for text in texts)


def _vote(text: str) -> str | None:
    match = _YEAR_LAST.fullmatch(text)
    if match is None or match["sign"] == ".":
        return None
    first, second = int(match["first"]), int(match["next"])
    return DAY_FIRST if first > 12 >= second else MONTH_FIRST if second > 12 >= first else None


@dataclass
class DateReader:
    """Reads the dates of one column; equal texts are read once.

    `order` is asked when the first date comes along that is in doubt.
    """

    zone: ZoneInfo
    formats: Sequence[DateFormat] = ()
    order: Callable[[], str | None] = lambda: None

    def __post_init__(self) -> None:
        self._known: dict[str, date | BadCell] = {}

    def __call__(self, text: str) -> date:
        """The date at the source's zone. Raises `BadCell`."""
        found = self._known.get(text)
        if found is None:
            try:
                found = self._read(narrow(text))
            except BadCell as bad:
                found = bad
            self._known[text] = found
        if isinstance(found, BadCell):
            raise found
        return found

    def _read(self, text: str) -> date:
        match = self._match(text)
        parts = match.groupdict()
        year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
        month, day = self._month_and_day(parts)
        if year != OPEN_END_YEAR and not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise BadCell("row.date_out_of_range", first=EARLIEST_YEAR, last=LATEST_YEAR)
        try:
            return self._at_zone(datetime(year, month, day), parts)
        except ValueError as error:
            raise BadCell("row.no_such_day") from error

    def _match(self, text: str) -> re.Match[str]:
        patterns = [one.pattern for one in self.formats] or [_YEAR_FIRST, _COMPACT, _YEAR_LAST]
        for pattern in patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                return match
        if self.formats:
            raise BadCell("row.date_not_as_said", formats=", ".join(one.written for one in self.formats))
        raise BadCell("row.date_short_year" if _SHORT_YEAR.fullmatch(text) else "row.not_a_date")

    def _month_and_day(self, parts: dict[str, str | None]) -> tuple[int, int]:
        if parts.get("first") is None:
            return int(parts["month"] or 0), int(parts["day"] or 0)
        first, second = int(parts["first"] or 0), int(parts["next"] or 0)
        order = DAY_FIRST if parts["sign"] == "." or first == second else self.order()
        if order is None and max(first, second) <= 12:
            raise BadCell("row.date_ambiguous")
        if order is None:
            order = DAY_FIRST if first > 12 else MONTH_FIRST
        return (second, first) if order == DAY_FIRST else (first, second)

    def _at_zone(self, day: datetime, parts: dict[str, str | None]) -> date:
        """The date, or with a time and its offset the date that it then was in the source's zone."""
        offset = parts.get("offset")
        if parts.get("hour") is None or offset is None:
            return day.date()
        hour = int(parts["hour"] or 0) % 24
        instant = day.replace(hour=hour, minute=int(parts["minute"] or 0), tzinfo=_offset(offset))
        return instant.astimezone(self.zone).date()


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def no_end(day: date | None) -> date | None:
    """None for the open end that databases write as a day in the year 9999."""
    return None if day is not None and day.year == OPEN_END_YEAR else day
