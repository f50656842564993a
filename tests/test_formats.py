"""Numbers as people write them, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from reviewflow import formats
from reviewflow.core.values import Money, Period

TODAY = date(2026, 11, 23)


def _cny(amount: str) -> Money:
    return Money.of(Decimal(amount), "CNY")


@pytest.mark.parametrize(
    ("amount", "en", "zh"),
    [
        ("0", "¥0.00", "¥0.00"),
        ("9999.99", "¥9,999.99", "¥9,999.99"),
        ("10000", "¥10k", "¥1.0万"),
        ("846300", "¥846k", "¥84.6万"),
        ("999499.99", "¥999k", "¥99.9万"),
        ("999500", "¥1.00M", "¥100.0万"),
        ("1500000", "¥1.50M", "¥150.0万"),
        ("99994999", "¥99.99M", "¥9,999.5万"),
        ("99995000", "¥100.00M", "¥1.00亿"),
        ("120000000", "¥120.00M", "¥1.20亿"),
        ("-25600", "−¥26k", "−¥2.6万"),
    ],
)
def test_short_money(amount: str, en: str, zh: str) -> None:
    assert formats.money_short(_cny(amount), "en") == en
    assert formats.money_short(_cny(amount), "zh") == zh


def test_money_to_the_minor_unit_with_a_true_minus() -> None:
    assert formats.money(_cny("47588.8"), "en") == "¥47,588.80"
    assert formats.money(Money(-48000, "USD"), "zh") == "−$480.00"
    assert formats.money(Money(1158600, "CNY"), "en", sign=True) == "+¥11,586.00"
    assert formats.money(Money(1000, "JPY"), "en") == "¥1,000"


@pytest.mark.parametrize(
    ("value", "places", "sign", "shown"),
    [
        (Fraction(2, 3), 2, False, "0.67"),
        (Decimal("0.5"), 0, False, "1"),
        (Decimal("-0.4"), 0, False, "0"),
        (-5, 0, False, "−5"),
        (12, 0, True, "+12"),
        (0, 0, True, "0"),
        (1234567, 0, False, "1,234,567"),
        (None, 2, False, "–"),
    ],
)
def test_numbers(value: formats.Number | None, places: int, sign: bool, shown: str) -> None:
    assert formats.number(value, "en", places, sign) == shown


def test_percent_has_no_space() -> None:
    assert formats.percent(Decimal("56.35"), "zh") == "56.4%"
    assert formats.percent(None, "en") == "–"


@pytest.mark.parametrize(
    ("day", "weekday", "en", "zh"),
    [
        (date(2026, 11, 23), False, "23 Nov", "11月23日"),
        (date(2026, 11, 27), True, "Fri 27 Nov", "11月27日 周五"),
        (date(2025, 1, 5), False, "5 Jan 2025", "2025年1月5日"),
        (None, False, "–", "–"),
    ],
)
def test_days(day: date | None, weekday: bool, en: str, zh: str) -> None:
    assert formats.day(day, "en", TODAY, weekday) == en
    assert formats.day(day, "zh", TODAY, weekday) == zh


def test_periods_and_months() -> None:
    quarter = Period(date(2026, 10, 1), date(2026, 12, 31))
    assert formats.period(quarter, "en", TODAY) == "1 Oct – 31 Dec"
    assert formats.period(quarter, "zh", TODAY) == "10月1日 – 12月31日"
    assert formats.month(TODAY, "en") == "November 2026"
    assert formats.month(TODAY, "zh") == "2026年11月"
    assert formats.long_day(TODAY, "zh") == "11月23日 星期一"


def test_instants_stand_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 22, 18, 42, tzinfo=UTC)
    assert formats.instant(at, "en", "Asia/Shanghai", TODAY) == "23 Nov 02:42"
    assert formats.clock_time(at, "UTC") == "18:42"
