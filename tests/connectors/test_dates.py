"""What dates mean, and which ones are refused instead of guessed."""

import contextlib
import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.connectors.cells import BadCell, clean
from reviewflow.connectors.dates import DAY_FIRST, MONTH_FIRST, DateReader, no_end, order_of, read_format

SHANGHAI = ZoneInfo("Asia/Shanghai")
READER = DateReader(SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-31",
        "2024/3/31",
        "2024.03.31",
        "2024年3月31日",
        "２０２４－０３－３１",
        "20240331",
        "31.03.2024",
        "31.3.2024",
        "31/03/2024",
        "3/31/2024",
        "2024-03-31 23:59:59",
        "2024-03-31T08:00:00.123",
        "31.03.2024 08:15",
        "2024-03-30T23:30:00Z",
        "2024-03-31T00:30:00+08:00",
        "2024-03-30T12:30-0700",
    ],
)
def test_one_day_in_many_hands(text: str) -> None:
    assert READER(clean(text)) == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-02-30", "row.no_such_day"),
        ("31.04.2024", "row.no_such_day"),
        ("2024-13-01", "row.no_such_day"),
        ("04/05/2024", "row.date_ambiguous"),
        ("31.12.24", "row.date_short_year"),
        ("0202-03-31", "row.date_out_of_range"),
        ("2917-03-31", "row.date_out_of_range"),
        ("45382", "row.not_a_date"),
        ("yesterday", "row.not_a_date"),
        ("2024-03-31 and later", "row.not_a_date"),
    ],
)
def test_dates_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(BadCell) as refused:
        READER(clean(text))
    assert refused.value.key == reason


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["04/05/2024", "25/05/2024"], DAY_FIRST),
        (["04/05/2024", "5/25/2024"], MONTH_FIRST),
        (["04-05-2024", "25-12-2024"], DAY_FIRST),
        (["04/05/2024"], None),
        (["25/05/2024", "5/25/2024"], None),
        (["25.05.2024"], None),
    ],
)
def test_a_column_decides_what_comes_first(column: list[str], order: str | None) -> None:
    assert order_of(column) == order


def test_the_column_reads_what_is_in_doubt_alone() -> None:
    assert DateReader(SHANGHAI, order=lambda: DAY_FIRST)("04/05/2024") == date(2024, 5, 4)
    assert DateReader(SHANGHAI, order=lambda: MONTH_FIRST)("04/05/2024") == date(2024, 4, 5)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("DD.MM.YYYY", "04.05.2024"),
        ("MM/DD/YYYY", "05/04/2024"),
        ("D/M/YY", "4/5/24"),
        ("%d-%m-%Y", "04-05-2024"),
        ("YYYY年MM月DD日", "2024年05月04日"),
        ("DD.MM.YYYY", "04.05.2024 10:30"),
    ],
)
def test_a_format_that_is_said_decides(written: str, text: str) -> None:
    assert DateReader(SHANGHAI, (read_format(written),))(text) == date(2024, 5, 4)


def test_with_a_format_nothing_else_is_accepted() -> None:
    with pytest.raises(BadCell) as refused:
        DateReader(SHANGHAI, (read_format("DD.MM.YYYY"),))("2024-05-04")
    assert (refused.value.key, refused.value.params) == ("row.date_not_as_said", {"formats": "DD.MM.YYYY"})


@pytest.mark.parametrize("written", ["DD.MM", "YYYY", "DD.DD.YYYY", "%j %Y", "DD.MM.YYYY %H"])
def test_formats_that_are_no_date(written: str) -> None:
    with pytest.raises(ValueError, match=re.escape(written)):
        read_format(written)


def test_the_year_9999_means_no_end() -> None:
    assert no_end(READER("9999-12-31")) is None
    assert no_end(date(2024, 3, 31)) == date(2024, 3, 31)


@given(
    st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_every_day_is_read_back(day: date, written: str) -> None:
    text = (
        written.replace("%Y", f"{day.year:04}")
        .replace("%m", f"{day.month:02}")
        .replace("%d", f"{day.day:02}")
    )
    assert READER(text) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(BadCell):
        assert isinstance(DateReader(SHANGHAI)(clean(text)), date)
