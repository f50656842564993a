"""Template filters: numbers, money and dates in the page's language and the reader's zone.

None shows as an en dash. Dates leave out the year when it is this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from reviewflow import formats
from reviewflow.core.due import last_day
from reviewflow.core.indicators import Indicator
from reviewflow.core.reasons import Fault, Reason
from reviewflow.core.values import Money, Period, from_scaled
from reviewflow.web.request import language, today, zone
from reviewflow.wording import say


def money(value: Money | None, sign: bool = False) -> str:
    """``¥47,588.80``."""
    return formats.money(value, language(), sign)


def money_short(value: Money | None) -> str:
    """``¥1.50M``, ``¥150.0万``."""
    return formats.money_short(value, language())


def number(value: formats.Number | None, places: int = 0, sign: bool = False) -> str:
    """``1,234.5``."""
    return formats.number(value, language(), places, sign)


def percent(value: formats.Number | None, places: int = 1, sign: bool = False) -> str:
    """Percent points: ``56.4%``."""
    return formats.percent(value, language(), places, sign)


def figure(value: formats.Number | None, indicator: Indicator, currency: str, short: bool = False) -> str:
    """In the indicator's unit: ``¥846,300.00`` (short ``¥846k``), ``77.4%``, ``38.2 days``, ``8``."""
    if value is None:
        return formats.UNKNOWN
    if indicator.unit == "money":
        amount = Money.of(value, currency)
        return money_short(amount) if short else money(amount)
    if indicator.unit == "percent":
        return percent(value, indicator.places)
    words = number(value, indicator.places)
    if indicator.unit == "days" and indicator.unit_title:
        return f"{words} {indicator.unit_title[language()]}"
    return words


def scaled(value: int | None, scale: int, places: int = 2) -> str:
    """A scaled integer from the database, e.g. ``score_e6|scaled(6)`` -> ``104.20``."""
    return formats.UNKNOWN if value is None else number(from_scaled(value, scale), places)


def day(value: date | datetime | None, weekday: bool = False) -> str:
    """``23 Nov``, ``11月23日``; an instant is shown as the day in the reader's zone."""
    return formats.day(_date(value), language(), today(), weekday)


def long_day(value: date | datetime) -> str:
    """``Monday 23 November``."""
    return formats.long_day(_date(value) or today(), language())


def until(value: datetime | None, weekday: bool = False) -> str:
    """The last day on which something is in time: a deadline is the midnight after it."""
    return day(last_day(value, zone()) if value else None, weekday)


def period(value: Period) -> str:
    """``1 Oct – 31 Dec``."""
    return formats.period(value, language(), today())


def clock_time(value: datetime | None) -> str:
    """``10:42`` in the reader's zone."""
    return formats.clock_time(value, zone())


def instant(value: datetime | None) -> str:
    """``23 Nov 10:42`` in the reader's zone."""
    return formats.instant(value, language(), zone(), today())


def sentence(reason: Reason | Fault) -> str:
    """A reason as a sentence."""
    return say(reason, language())


def listed(words: Iterable[str]) -> str:
    """``Lin, Wang and Hu``."""
    return formats.listed(words, language())


def title(pair: Mapping[str, str]) -> str:
    """The page's language of an {en, zh} pair from a workflow file."""
    return pair[language()]


def initials(name: str) -> str:
    """Two letters for an avatar: ``LY`` for Lin Yue, ``林悦`` for 林悦, ``文静`` for 欧阳文静."""
    if any("一" <= sign <= "鿿" for sign in name):
        return name.replace(" ", "")[-2:]
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper() if words else "?"


def tint(name: str) -> int:
    """One of six avatar colours, always the same for a name."""
    return sum(name.encode()) % 6


def _date(value: date | datetime | None) -> date | None:
    return value.astimezone(ZoneInfo(zone())).date() if isinstance(value, datetime) else value


def init(app: Flask) -> None:
    """Register the filters under their function names."""
    for function in (
        money, money_short, number, percent, figure, scaled, day, long_day, until, period, clock_time,
        instant, sentence, listed, title, initials, tint,
    ):  # fmt: skip
        app.jinja_env.filters[function.__name__] = function
