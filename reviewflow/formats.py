"""Numbers, money and dates as people of each language write them.

Money is exact to the minor unit; headlines are short. A minus is a true minus, unknown is an en dash, and a
year stands only where it is not this year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_symbol

from reviewflow.core.values import Money, Period, currency_digits, half_up

UNKNOWN = "–"
MINUS = "−"

Number = int | Decimal | Fraction


def _decimal(value: Number, places: int, language: str) -> tuple[str, bool]:
    """Digits without a sign, and whether what is shown is below zero (a rounded -0 is not)."""
    shown = half_up(value, places)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(abs(shown), pattern, locale=language), shown < 0


def number(value: Number | None, language: str, places: int = 0, sign: bool = False) -> str:
    """``1,234``, ``−5``; with `sign` also ``+5``. `places` decimals, half up."""
    if value is None:
        return UNKNOWN
    text, negative = _decimal(value, places, language)
    return (MINUS if negative else "+" if sign and value > 0 else "") + text


def percent(value: Number | None, language: str, places: int = 1, sign: bool = False) -> str:
    """`value` in percent points: ``56.4%``."""
    return UNKNOWN if value is None else number(value, language, places, sign) + "%"


def _symbol(currency: str) -> str:
    return "¥" if currency == "CNY" else get_currency_symbol(currency, locale="en_US")


def money(value: Money | None, language: str, sign: bool = False) -> str:
    """All minor units: ``¥47,588.80``, ``−$480.00``."""
    if value is None:
        return UNKNOWN
    text, negative = _decimal(value.amount, currency_digits(value.currency), language)
    return (MINUS if negative else "+" if sign and value.minor > 0 else "") + _symbol(value.currency) + text


def money_short(value: Money | None, language: str) -> str:
    """For headlines: ``¥1.50M``, ``¥846k``; in Chinese ``¥150.0万``, ``¥1.20亿``. Small amounts in full."""
    if value is None:
        return UNKNOWN
    for floor, unit, places in _STEPS[language]:
        if abs(value.amount) >= floor:
            text, negative = _decimal(Fraction(value.amount) / unit[0], places, language)
            return (MINUS if negative else "") + _symbol(value.currency) + text + unit[1]
    return money(value, language)


_MILLION, _THOUSAND, _YI, _WAN = (10**6, "M"), (10**3, "k"), (10**8, "亿"), (10**4, "万")
# Smallest amount, unit, decimals. 999,500 would read ¥1000k, so a million begins where rounding makes it one.
_STEPS: dict[str, tuple[tuple[Decimal, tuple[int, str], int], ...]] = {
    "en": (
        (Decimal(10**9), (10**9, "B"), 2),
        (Decimal(999_500), _MILLION, 2),
        (Decimal(10_000), _THOUSAND, 0),
    ),
    "zh": ((Decimal(99_995_000), _YI, 2), (Decimal(10_000), _WAN, 1)),
}


def day(value: date | None, language: str, today: date, weekday: bool = False) -> str:
    """``23 Nov``, ``11月23日``; with the year when it is not this year, with the weekday on demand."""
    if value is None:
        return UNKNOWN
    if language == "zh":
        text = (f"{value.year}年" if value.year != today.year else "") + f"{value.month}月{value.day}日"
        return text + (" " + format_date(value, "EEE", locale="zh") if weekday else "")
    text = _english(value, "d MMM" + (" yyyy" if value.year != today.year else ""))
    return (_english(value, "EEE ") if weekday else "") + text


@lru_cache(maxsize=1024)
def _english(value: date, pattern: str) -> str:
    """Kept: a list shows the same few days in row after row."""
    return format_date(value, pattern, locale="en_GB")


def long_day(value: date, language: str) -> str:
    """``Monday 23 November``, ``11月23日 星期一``."""
    if language == "zh":
        return f"{value.month}月{value.day}日 " + format_date(value, "EEEE", locale="zh")
    return format_date(value, "EEEE d MMMM", locale="en_GB")


def period(value: Period, language: str, today: date) -> str:
    """``1 Oct – 31 Dec``."""
    return f"{day(value.starts_on, language, today)} – {day(value.ends_on, language, today)}"


def clock_time(value: datetime | None, zone: str) -> str:
    """The wall time at `zone`: ``10:42``."""
    return (
        UNKNOWN if value is None else format_time(value.astimezone(ZoneInfo(zone)), "HH:mm", locale="en_GB")
    )


def instant(value: datetime | None, language: str, zone: str, today: date) -> str:
    """Day and time at `zone`: ``23 Nov 10:42``."""
    if value is None:
        return UNKNOWN
    return f"{day(value.astimezone(ZoneInfo(zone)).date(), language, today)} {clock_time(value, zone)}"


def listed(words: Iterable[str], language: str) -> str:
    """``Lin, Wang and Hu``; ``林、王、胡``."""
    shown = [str(word) for word in words]
    return "、".join(shown) if language == "zh" else format_list(shown, locale="en_GB")


def month_short(value: date, language: str) -> str:
    """``Nov``, ``11月``."""
    return f"{value.month}月" if language == "zh" else format_date(value, "MMM", locale="en_GB")


def month(value: date, language: str) -> str:
    """``November 2026``, ``2026年11月``."""
    return format_skeleton("yMMMM", value, locale="zh" if language == "zh" else "en_GB")
