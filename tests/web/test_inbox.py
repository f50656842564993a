"""The inbox: what needs whom, what they wait for, and that the bar says the same number."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from reviewflow.services import pay, survey
from reviewflow.store import db
from reviewflow.store.pay import Award
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import MANAGER_REVIEW, RUBRIC
from tests.web.browser import Browser
from tests.web.stage import Stage

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


def english(browser: Browser) -> Browser:
    """The same browser with its pages in English."""
    return browser.open("/settings").submit("/language", press=("language", "en"))


def bar_count(page: Browser) -> str:
    """The number beside the entry of the inbox, empty if there is none."""
    found = re.search(r'href="/inbox"[^>]*>.*?</a>', page.text, re.S)
    number = re.search(r'class="count">([^<]+)<', found[0]) if found else None
    return number[1] if number else ""


def headline(page: Browser) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text, re.S)
    return found[1].strip() if found else ""


def test_a_manager_is_asked_for_targets_and_the_employee_waits(stage: Stage, browser: Make) -> None:
    wang = english(browser("wang")).open("/inbox")
    assert headline(wang) == "1 thing needs you"
    assert "Propose targets: Lin Yue" in wang.text
    assert f'href="/subjects/{stage.review()}/tasks/propose_targets"' in wang.text
    assert bar_count(wang.open("/help")) == "1"
    lin = english(browser("lin")).open("/inbox")
    assert headline(lin) == "Nothing waits for you"
    assert bar_count(lin) == ""
    assert re.search(r"<b>Propose targets</b> · with Wang Fang \(manager\) since", lin.text)


def test_each_step_moves_to_the_next_person(stage: Stage, browser: Make) -> None:
    lin, wang, hu = (english(browser(name)) for name in ("lin", "wang", "hu"))
    review = stage.review()
    stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
    assert "Send to the employee: Lin Yue" in wang.open("/inbox").text
    stage.move(stage.cast.wang, review, "propose")
    assert "Agree to your targets, or send them back" in lin.open("/inbox").text
    assert "Answer to the targets: Lin Yue" in wang.open("/inbox").text
    stage.move(stage.cast.lin, review, "agree")
    stage.wait_for(review)
    stage.measure(review)
    stage.wait_for(review)
    stage.score(review)
    assert f'href="/subjects/{review}/tasks/self_review"' in lin.open("/inbox").text
    stage.answer(stage.cast.lin, review, "self_review", {"rubric": RUBRIC})
    assert "Self-review · 2026Q2" in lin.open("/inbox").text, "done in the last 7 days"
    stage.answer(stage.cast.wang, review, "manager_review", MANAGER_REVIEW)
    stage.advance(review)
    assert "Release result: Lin Yue" in hu.open("/inbox").text
    stage.move(stage.cast.hu, review, "release")
    page = lin.open("/inbox")
    assert "The letter is not printed yet. The time to answer begins when it is there." in page.text
    stage.print_letters()
    page = lin.open("/inbox")
    assert "not printed yet" not in page.text
    assert "Read your feedback letter and answer it" in page.text
    assert f'href="/reviews/{review}/letter"' in page.text


def test_what_was_sent_back_stands_there_with_its_note(stage: Stage, browser: Make) -> None:
    review = stage.review()
    stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
    stage.move(stage.cast.wang, review, "propose")
    stage.move(stage.cast.lin, review, "send_back", "Two accounts left in March.")
    assert "Lin Yue: “Two accounts left in March.”" in english(browser("wang")).open("/inbox").text


def test_a_draft_says_how_far_it_is_and_asks_no_more(stage: Stage, browser: Make, app: Flask) -> None:
    review = stage.frozen()
    lin = english(browser("lin"))
    with app.app_context():
        engine = database.engine()
    lin.open("/inbox")
    with counted(engine) as before:
        assert ">Start</a>" in lin.open("/inbox").text
    where = f"/subjects/{review}/tasks/self_review"
    fields = dict(lin.open(where).form(where).fields)
    levels = {f"rubric-{key}-level": "4" for key in list(RUBRIC)[:3]}
    lin.client.post(f"{where}/draft", data=fields | levels | {"achievements": "Three."})
    with counted(engine) as after:
        page = lin.open("/inbox").text
    assert ">Draft, 3 of 5 – go on</a>" in page
    assert ">Start</a>" not in page
    assert len(after) == len(before)
    assert ">Draft, " not in english(browser("wang")).open("/inbox").text, "it is its author's alone"


def test_dates_sort_into_this_week_and_later(stage: Stage, browser: Make) -> None:
    wang = english(browser("wang"))
    assert "Later</h2>" in wang.open("/inbox").text, "due on Wednesday of next week"
    stage.show_time(datetime(2026, 4, 7, 9, tzinfo=UTC))
    page = wang.open("/inbox")
    assert "Due this week</h2>" in page.text
    assert "Later</h2>" not in page.text
    stage.show_time(datetime(2026, 4, 20, 9, tzinfo=UTC))
    page = wang.open("/inbox")
    assert "Late: Wed 8 Apr · 5 min" in page.text
    assert "Late</h2>" in page.text
    assert "Due this week</h2>" not in page.text


def test_granted_work_stands_in_groups(engine: Engine, signed_up: Cast, browser: Make) -> None:
    stage = Stage(engine, signed_up)
    people = stage.hire("Chen Hao", "Sun Jie", "Zhou Kai", "Tang Wei")
    stage.begin()
    reviews = [stage.judged_of(person) for person in people]
    hu = english(browser("hu")).open("/inbox")
    assert headline(hu) == "1 thing needs you"
    assert "Release result: 4" in hu.text
    assert "Chen Hao, Sun Jie, Zhou Kai and 1 more" in hu.text
    assert f'href="/cycles/{stage.cycle}/release"' in hu.text
    assert all(f'href="/reviews/{review}"' in hu.text for review in reviews)
    assert bar_count(hu) == bar_count(hu.open("/help")) == "1"


def test_many_awards_are_one_thing_for_the_director(stage: Stage, browser: Make, engine: Engine) -> None:
    review = stage.released()
    stage.move(stage.cast.lin, review, "acknowledge")
    with db.write(engine) as session:
        pay.propose(session, stage.moment, stage.cycle, review, review)
        awards = session.scalars(select(Award.id)).all()
    stage.advance(*awards)
    stage.show_time()
    director = english(browser("director")).open("/inbox")
    assert f"Approve: {len(awards)}" in director.text
    assert 'href="/approvals"' in director.text
    others = 4  # targets of his own four people
    assert headline(director) == f"{others + 1} things need you"
    assert bar_count(director) == bar_count(director.open("/help")) == str(others + 1)
    lin = english(browser("lin")).open("/inbox")
    assert "Your Performance bonus</b> · with Deng Rui (sales director) since" in lin.text
    assert "18,000" not in lin.text, "the amount is not decided yet"
    assert "Rate the review itself, 2026Q2" in lin.text


def test_a_used_ticket_is_gone(stage: Stage, browser: Make, engine: Engine) -> None:
    review = stage.released()
    stage.move(stage.cast.lin, review, "acknowledge")
    stage.show_time()
    lin = english(browser("lin"))
    assert bar_count(lin.open("/inbox")) == "1"
    with db.write(engine) as session:
        who = stage.viewer(stage.cast.lin)
        survey.submit(
            session, stage.moment, who, stage.cycle, ratings={}, weights={}, comment="Fair.", floor=5
        )
    assert bar_count(lin.open("/inbox")) == ""


def test_my_standing_shows_while_the_period_runs(stage: Stage, browser: Make) -> None:
    review = stage.agreed()
    number = stage.sell((datetime(2026, 4, 10).date(), 300_000), (datetime(2026, 5, 10).date(), 200_000))
    stage.show_time(datetime(2026, 5, 15, 9, tzinfo=UTC))
    stage.live(review, number)
    page = english(browser("lin")).open("/inbox")
    assert "My standing, 2026Q2" in page.text
    assert "¥500k" in page.text
    assert "/ ¥1.00M" in page.text
    assert "All 10 indicators" in page.text
    assert "Next dates" in page.text
    assert "30 Jun" in page.text


@pytest.mark.parametrize("login", ["lin", "wang", "hu", "fang", "director", "zhao"])
def test_the_page_speaks_chinese_alone(stage: Stage, browser: Make, login: str) -> None:
    stage.judged()
    page = browser(login).open("/settings").submit("/language", press=("language", "zh")).open("/inbox")
    text = re.sub(r"<[^>]+>|&\w+;", " ", page.text[page.text.index("<main") : page.text.index("</main>")])
    words = set(re.findall(r"[A-Za-z]{3,}", text))
    names = {"Lin", "Yue", "Wang", "Fang", "Min", "Deng", "Rui", "Zhao", "Lei", "Jie"}
    assert words <= names, words - names


@pytest.mark.parametrize("login", ["lin", "wang", "hu", "director"])
def test_few_queries_at_any_size(stage: Stage, browser: Make, app: Flask, engine: Engine, login: str) -> None:
    who = browser(login).open("/inbox")
    with app.app_context(), counted(database.engine()) as few:
        who.open("/inbox")
    stage.judged()
    who.open("/inbox")
    with app.app_context(), counted(database.engine()) as more:
        who.open("/inbox")
    assert len(few) <= 15
    assert len(more) <= 15, more


def test_a_group_takes_the_minutes_of_all_its_members(engine: Engine, signed_up: Cast, browser: Make) -> None:
    stage = Stage(engine, signed_up)
    people = stage.hire("Chen Hao", "Sun Jie")
    stage.begin()
    for person in people:
        stage.judged_of(person)
    page = english(browser("hu")).open("/inbox").text
    assert "Release result: 2" in page
    assert "about 4 minutes in all" in page
