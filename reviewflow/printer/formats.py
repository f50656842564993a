"""How a letter writes numbers, dates and times in its language.

A letter is read years later, perhaps on paper: every date has its year, every time its offset.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

MINUS = "−"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}


def number(value: str) -> str:
    """``1,082,000``, ``−2.00``: the decimals that the value has, a true minus."""
    return f"{Decimal(value):,f}".replace("-", MINUS)


def quantity(value: str, unit: str | None) -> str:
    """The figure of an indicator: a percent sign belongs to the number, any other unit to the name."""
    return number(value) + ("%" if unit == "%" else "")


def day(value: str, lang: str) -> str:
    """``15 October 2026``, ``2026 年 10 月 15 日``."""
    return _long(date.fromisoformat(value), lang)


def short_day(value: str, lang: str) -> str:
    """``15 Oct 2026``, ``2026 年 10 月 15 日``: for table cells."""
    on = date.fromisoformat(value)
    return _long(on, lang) if lang == "zh" else f"{on.day} {_MONTHS[on.month - 1][:3]} {on.year}"


def days(first: str, last: str, lang: str) -> str:
    """``1 July – 30 September 2026``: the year stands once where both days share it."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    if begin.year != end.year:
        return f"{_long(begin, lang)} – {_long(end, lang)}"
    if lang == "zh":
        return f"{_long(begin, lang)} – {end.month} 月 {end.day} 日"
    return f"{begin.day} {_MONTHS[begin.month - 1]} – {_long(end, lang)}"


def instant(value: str, lang: str) -> str:
    """``30 September 2026, 24:00 (UTC+8)``: midnight belongs to the day that it ends."""
    on, time = _day_and_time(value)
    return _long(on, lang) + (" " if lang == "zh" else ", ") + time + _offset(value, lang)


def deadline(value: str, lang: str) -> str:
    """`instant` with the weekday: people plan by it."""
    on, time = _day_and_time(value)
    weekday = _WEEKDAYS[lang][on.weekday()]
    if lang == "zh":
        return f"{_long(on, lang)}（{weekday}）{time}{_offset(value, lang)}"
    return f"{weekday} {_long(on, lang)}, {time}{_offset(value, lang)}"


def deadline_day(value: str, lang: str) -> str:
    """The last day on which one is in time."""
    return _long(_day_and_time(value)[0], lang)


def code(value: str) -> str:
    """``7KQM-4D2X-9TRA-W3HP``."""
    return "-".join(value[at : at + 4] for at in range(0, len(value), 4))


def clause(value: str) -> str:
    """A sentence without its full stop, to be quoted inside another one."""
    return value.strip().rstrip(".。!！;；,，")


def _long(on: date, lang: str) -> str:
    if lang == "zh":
        return f"{on.year} 年 {on.month} 月 {on.day} 日"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def _day_and_time(value: str) -> tuple[date, str]:
    at = datetime.fromisoformat(value)
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return at.date() - timedelta(days=1), "24:00"
    return at.date(), f"{at:%H:%M}"


def _offset(value: str, lang: str) -> str:
    """`` (UTC+8)``, `` (UTC−3:30)``; in Chinese in full-width parentheses."""
    minutes = int((datetime.fromisoformat(value).utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "" if minutes == 0 else MINUS if minutes < 0 else "+"
    text = "UTC" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")
    return f"（{text}）" if lang == "zh" else f" ({text})"
