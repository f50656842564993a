"""Numbers, dates and deadlines as a letter writes them."""

from __future__ import annotations

import pytest

from reviewflow.printer import formats


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1082000", "1,082,000"),
        ("-2.00", "−2.00"),
        ("0.00", "0.00"),
        ("304755.6026", "304,755.6026"),
        ("6", "6"),
    ],
)
def test_numbers_keep_their_decimals(value: str, written: str) -> None:
    assert formats.number(value) == written


def test_a_percent_sign_belongs_to_the_number() -> None:
    assert formats.quantity("88.2", "%") == "88.2%"
    assert formats.quantity("48.5", "days") == "48.5"
    assert formats.quantity("3", None) == "3"


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        ("2026-07-01", "2026-09-30", "1 July – 30 September 2026", "2026 年 7 月 1 日 – 9 月 30 日"),
        ("2011-05-31", "2011-08-30", "31 May – 30 August 2011", "2011 年 5 月 31 日 – 8 月 30 日"),
        (
            "2025-12-01",
            "2026-02-28",
            "1 December 2025 – 28 February 2026",
            "2025 年 12 月 1 日 – 2026 年 2 月 28 日",
        ),
    ],
)
def test_periods(first: str, last: str, english: str, chinese: str) -> None:
    assert formats.days(first, last, "en") == english
    assert formats.days(first, last, "zh") == chinese


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (
            "2026-10-26T00:00:00+08:00",
            "Sunday 25 October 2026, 24:00 (UTC+8)",
            "2026 年 10 月 25 日（星期日）24:00（UTC+8）",
        ),
        (
            "2026-10-22T18:30:00-03:30",
            "Thursday 22 October 2026, 18:30 (UTC−3:30)",
            "2026 年 10 月 22 日（星期四）18:30（UTC−3:30）",
        ),
        (
            "2027-01-01T00:00:00+00:00",
            "Thursday 31 December 2026, 24:00 (UTC)",
            "2026 年 12 月 31 日（星期四）24:00（UTC）",
        ),
    ],
)
def test_deadlines_end_with_a_day(value: str, english: str, chinese: str) -> None:
    """An exclusive midnight is the end of the day before: nobody is late on the day that is written."""
    assert formats.deadline(value, "en") == english
    assert formats.deadline(value, "zh") == chinese
    assert formats.deadline_day(value, "en") in english
    assert formats.deadline_day(value, "zh") in chinese


def test_short_days_and_codes() -> None:
    assert formats.short_day("2026-11-20", "en") == "20 Nov 2026"
    assert formats.short_day("2026-11-20", "zh") == "2026 年 11 月 20 日"
    assert formats.code("7KQM4D2X9TRAW3HP") == "7KQM-4D2X-9TRA-W3HP"


@pytest.mark.parametrize(
    ("sentence", "clause"), [("回款落后。", "回款落后"), (" Good work. ", "Good work"), ("A", "A")]
)
def test_clauses_lose_their_full_stop(sentence: str, clause: str) -> None:
    assert formats.clause(sentence) == clause
