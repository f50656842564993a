"""Behind a number: rows, sum, formula, freshness, and the file of all of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.reviews import Measured
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import NAMES, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


@pytest.fixture
def review(stage: Stage) -> int:
    """Lin's review in tracking, with three orders behind her sales."""
    found = stage.agreed()
    number = stage.sell(
        (date(2026, 4, 10), 300_000), (date(2026, 5, 10), 200_000), (date(2026, 5, 12), 50_000)
    )
    stage.show_time(datetime(2026, 5, 15, 9, tzinfo=UTC))
    stage.live(found, number)
    return found


def test_the_number_adds_up_from_its_rows(review: int, browser: Make) -> None:
    page = english(browser("lin")).open(f"/reviews/{review}/trace/sales_amount")
    assert "¥550,000.00" in page.text
    assert "55.0% of ¥1,000,000.00" in page.text
    assert "Orders, sum of amounts" in page.text
    assert "3 rows" in page.text
    rows = [page.text.index(text) for text in ("SO-001-003", "SO-001-002", "SO-001-001")]
    assert rows == sorted(rows), "newest first"
    assert "50,000.00" in page.text
    assert "From crm. Live, computed 15 May 17:00 as of import 1." in page.text
    assert "Sum of the person" in page.text, "the formula in words"


def test_a_rate_shows_its_formula_with_numbers(review: int, browser: Make) -> None:
    page = english(browser("lin")).open(f"/reviews/{review}/trace/gross_margin")
    assert "100 × (sales − cost) ÷ sales" in page.text
    assert "100 × (550,000.00 − 330,000.00) ÷ 550,000.00 = 40.0%" in page.text


def test_the_chart_runs_from_the_first_day_to_date(review: int, browser: Make) -> None:
    page = english(browser("wang")).open(f"/reviews/{review}/trace/sales_amount")
    assert "Sales day by day, ¥550,000.00 by now, from 3 days with rows" in page.text
    assert '<td class="num">¥500,000.00</td>' in page.text, "the same as a table, summed up to 10 May"
    assert "even pace" in page.text


def test_over_the_page_it_is_a_drawer_and_alone_a_page(review: int, browser: Make) -> None:
    lin = english(browser("lin"))
    whole = lin.open(f"/reviews/{review}/trace/sales_amount").text
    assert "<main" in whole
    assert '<dialog class="drawer"' not in whole
    piece = lin.fragment(f"/reviews/{review}/trace/sales_amount").text
    assert piece.strip().startswith('<dialog class="drawer"')
    assert "<main" not in piece
    opener = f'href="/reviews/{review}/trace/sales_amount" hx-get="/reviews/{review}/trace/sales_amount"'
    assert opener in lin.open("/my-review").text, "one click from the review"


def test_fifty_rows_a_page(stage: Stage, browser: Make) -> None:
    found = stage.agreed()
    days = [(date(2026, 4, 2) + timedelta(days=n % 40), 1_000 + n) for n in range(120)]
    stage.show_time(datetime(2026, 5, 15, 9, tzinfo=UTC))
    stage.live(found, stage.sell(*days))
    lin = english(browser("lin"))
    first = lin.open(f"/reviews/{found}/trace/sales_amount").text
    assert first.count("SO-001-") == 50
    last = lin.open(f"/reviews/{found}/trace/sales_amount?page=3").text
    assert last.count("SO-001-") == 20
    assert "120 rows" in last


def test_the_file_holds_every_row_and_the_download_is_noted(
    review: int, stage: Stage, browser: Make, engine: Engine
) -> None:
    answer = browser("lin").client.get(f"/reviews/{review}/trace/sales_amount.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["external_id"] for row in rows] == ["SO-001-003", "SO-001-002", "SO-001-001"]
    assert [row["amount"] for row in rows] == ["50000.0000", "200000.0000", "300000.0000"]
    with db.read(engine) as session:
        noted = session.scalars(select(Audit.subject_id).where(Audit.action == "read.export")).all()
    assert noted == [review]


def test_a_frozen_number_says_so_and_keeps_its_rows(review: int, stage: Stage, browser: Make) -> None:
    stage.wait_for(review)
    stage.measure(review)
    stage.settle(review)
    stage.wait_for(review)
    stage.sell((date(2026, 6, 29), 999_999))
    page = english(browser("lin")).open(f"/reviews/{review}/trace/sales_amount")
    assert "as of import 1: rows that arrive later do not count." in page.text
    assert "999,999" not in page.text


def test_points_follow_from_the_figure(stage: Stage, browser: Make) -> None:
    found = stage.frozen()
    page = english(browser("lin")).open(f"/reviews/{found}/trace/sales_amount")
    assert "From the figure to points" in page.text
    assert "100 + (1,100,000 − 1,000,000) ÷ (1,200,000 − 1,000,000) × 20 = 110.00" in page.text


def test_entered_by_hand_it_names_who_and_why(stage: Stage, browser: Make) -> None:
    found = stage.agreed()
    stage.wait_for(found)
    stage.measure(found)
    with db.write(stage.engine) as session:
        row = session.get_one(Measured, (found, "collection_rate", 1))
        row.state, row.numerator_e4, row.denominator_e4 = "by_hand", 882_000, 10_000
        row.entered_by, row.reason = stage.cast.hu, "Bank statement of 30 June."
    page = english(browser("lin")).open(f"/reviews/{found}/trace/collection_rate")
    assert "Entered by hand by Hu Min." in page.text
    assert "Bank statement of 30 June." in page.text
    assert "88.2%" in page.text
    assert browser("lin").client.get(f"/reviews/{found}/trace/collection_rate.csv").status_code == 404


def test_an_unknown_indicator_is_nowhere(review: int, browser: Make) -> None:
    assert browser("lin").open(f"/reviews/{review}/trace/nothing").status == 404


def test_in_chinese_and_with_few_queries(review: int, browser: Make, app: Flask) -> None:
    for login in ("wang", "hu"):
        who = browser(login)
        who.open("/settings").submit("/language", press=("language", "zh"))
        for key in ("sales_amount", "gross_margin", "visits"):
            with app.app_context(), counted(database.engine()) as asked:
                page = who.open(f"/reviews/{review}/trace/{key}")
            assert len(asked) <= 15, asked
            assert not words_of(page) - NAMES - {"crm", "Hengtai"}, (login, key)
