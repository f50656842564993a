"""The check beside the launch button: within the page for few, by itself for many, and cheap for all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, insert, update

from reviewflow.core.values import Period
from reviewflow.store import db
from reviewflow.store.people import Membership, Person, ReportingLine, Unit
from reviewflow.web.pages.cycles.new import AT_ONCE
from tests.cast import HIRED, ZONE, Cast
from tests.counting import counted
from tests.services.test_launch_people import begin
from tests.web.browser import Browser
from tests.web.chromium import MARKS, Open
from tests.web.reading import main_of
from tests.web.stage import Stage
from tests.web.test_cycles import promote
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
MOST_QUERIES = 15
NEW = "/cycles/new"
OVERLAPPING = f"{NEW}?workflow=sales_quarterly&key=x&starts_on=2026-06-01&ends_on=2026-08-31&currency=CNY"
PAYING = f"{NEW}?workflow=appraisal_annual&key=x&starts_on=2026-01-01&ends_on=2026-12-31&currency=CNY"
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    """One quarter is launched already."""
    return Stage(engine, signed_up).begin()


@pytest.fixture
def crowded(stage: Stage) -> Stage:
    """More people than are checked with the page, without an e-mail address all of them but the cast."""
    people = range(1000, 1000 + AT_ONCE)
    with db.write(stage.engine) as session:
        person = {"language": "en", "zone": ZONE, "hired_on": HIRED}
        rows = [{"id": one, "external_id": f"X{one}", "name": f"Person {one}", **person} for one in people]
        session.execute(insert(Person), rows)
        place = {"unit_id": stage.cast.east, "position": "sales rep", "from_on": HIRED}
        session.execute(insert(Membership), [{"person_id": one, **place} for one in people])
        line = {"manager_id": stage.cast.wang, "kind": "effective", "from_on": HIRED}
        session.execute(insert(ReportingLine), [{"person_id": one, **line} for one in people])
    return stage


@pytest.mark.parametrize("again", ["", "&plan=sales_standard"])
@pytest.mark.parametrize("path", [f"{NEW}?", OVERLAPPING, PAYING])
@pytest.mark.parametrize("login", ["hu", "zhao"])
def test_the_page_with_its_check_asks_little(
    stage: Stage, browser: Make, engine: Engine, path: str, again: str, login: str
) -> None:
    """The first look too, which reads what other cycles pinned; HR of a part is asked about strangers besides."""
    promote(stage, "hr", stage.cast.sales)
    begin(stage, key="2026Y", workflow="appraisal_annual", period=YEAR)
    page = english(browser(login))
    with counted(engine) as queries:
        page.open(path + again)
    assert re.search(r"Check before launch</h2><span[^>]*>checked ", page.text)
    assert len(queries) <= MOST_QUERIES, [sql[:100] for sql in queries]


def test_the_page_names_the_first_fifty_of_a_finding(crowded: Stage, browser: Make) -> None:
    hu = english(browser("hu")).fragment(NEW)
    assert f"<b>{AT_ONCE}</b> · No e-mail address" in hu.text
    names = re.findall(r"Leave out (Person \d+)", hu.text)
    assert names == [f"Person {one}" for one in range(1000, 1050)]
    assert f"and {AT_ONCE - 50} more" in hu.text


def test_everybody_is_counted_once_below_a_hidden_unit(stage: Stage, browser: Make) -> None:
    """Sales is hidden: Wang counts in the company, Lin in the east, which is below it."""
    with db.write(stage.engine) as session:
        session.execute(update(Unit).where(Unit.id == stage.cast.sales).values(hidden=True))
    hu = english(browser("hu")).open(NEW)
    table = main_of(hu).partition('id="by-unit"')[2].partition("</table>")[0]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="num">(-?\d+)</td>', table)
    assert rows == [("Office", "3"), ("Company", "2"), ("East", "1")]


class TestVeryMany:
    def test_the_page_comes_without_its_check(self, crowded: Stage, browser: Make, engine: Engine) -> None:
        hu = english(browser("hu"))
        with counted(engine) as queries:
            hu.open(NEW)
        assert len(queries) <= MOST_QUERIES
        text = main_of(hu)
        assert headline(hu) == "Launch 2026Q3"
        assert "Checking more than 2,000 people…" in text
        assert 'hx-trigger="load"' in text
        assert re.search(r'<button class="btn btn-locked[^>]*aria-disabled="true"', text)
        assert "Nobody matches" not in text
        assert 'method="post" action="/cycles/new"' not in text

    def test_the_check_comes_by_itself(self, crowded: Stage, browser: Make, engine: Engine) -> None:
        hu = english(browser("hu"))
        with counted(engine) as queries:
            hu.fragment(NEW)
        assert len(queries) <= MOST_QUERIES
        assert "Launch for 2006 people" in hu.text
        assert 'hx-trigger="load"' not in hu.text

    def test_without_a_script_a_button_checks(self, crowded: Stage, browser: Make) -> None:
        hu = english(browser("hu")).open(NEW)
        form = next(form for form in hu.forms() if form.action == NEW and form.method == "get")
        assert ("check", "1") in form.buttons
        query = [*form.fields, ("check", "1")]
        hu._show(hu.client.get(NEW, query_string=query))
        assert "Launch 2026Q3 for 2" in headline(hu)
        assert 'method="post" action="/cycles/new"' in main_of(hu)

    def test_who_is_left_out_stays_so_while_the_check_is_to_come(self, crowded: Stage, browser: Make) -> None:
        hu = english(browser("hu")).open(f"{OVERLAPPING}&left_out=X1000&left_out=X1001")
        form = next(form for form in hu.forms() if form.action == NEW and form.method == "get")
        assert [value for name, value in form.fields if name == "left_out"] == ["X1000", "X1001"]

    def test_few_of_very_many_are_checked_with_the_page(self, crowded: Stage, browser: Make) -> None:
        hu = english(browser("hu")).open(f"{OVERLAPPING}&units={crowded.cast.office}")
        assert "Checking more than" not in hu.text
        assert "checked " in main_of(hu)


@MARKS[1]
def test_a_browser_fetches_the_check(crowded: Stage, signed_in: Open) -> None:
    page = signed_in("hu")
    page.goto(NEW)
    expect(page.locator("#launch-card a.btn-primary")).to_have_text("Launch for 2006 people")
    expect(page.locator("h1")).to_contain_text("Launch 2026Q3 for 2")
    expect(page.locator("#check .check-sum")).to_be_visible()
    assert page.locator("#check").count() == 1
