"""The list of goals: who sees whose, what adds up, and what is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from reviewflow.store import db, goals_page, staff
from reviewflow.store.people import RoleGrant
from reviewflow.store.reviews import Goal
from reviewflow.web import database
from reviewflow.web.tables import PAGE
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.pay.payday import hire
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
NAMES = {"Lin", "Yue", "Wang", "Fang", "Zhao", "Lei", "Min", "Deng", "Rui", "Jie"}
LATER = datetime(2026, 4, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


def row(page: Browser, name: str) -> str:
    return next(part for part in page.text.split("<tr>") if f"{name}</a>" in part)


class TestWhoSeesWhose:
    def test_a_manager_sees_their_people_and_hr_everybody(self, stage: Stage, browser: Make) -> None:
        wang = english(browser("wang")).open("/goals")
        assert headline(wang) == "1 goal proposal of 2026Q2 is open"
        assert "Lin Yue</a>" in wang.text
        assert "Zhao Lei" not in wang.text
        hu = english(browser("hu")).open("/goals")
        assert headline(hu) == "6 goal proposals of 2026Q2 are open"
        assert "Zhao Lei</a>" in hu.text
        assert "Wang Fang" in row(hu, "Lin Yue"), "HR sees who the manager is"

    @pytest.mark.parametrize(
        ("login", "status"), [("lin", 403), ("zhao", 403), ("fang", 403), ("director", 200)]
    )
    def test_others_are_told_who_may(self, stage: Stage, browser: Make, login: str, status: int) -> None:
        assert browser(login).open("/goals").status == status

    def test_hr_of_a_part_sees_that_part(self, stage: Stage, browser: Make, engine: Engine) -> None:
        with db.write(engine) as session:
            session.execute(update(RoleGrant).where(RoleGrant.role == "hr").values(unit_id=stage.cast.sales))
        hu = english(browser("hu")).open("/goals")
        assert "Lin Yue</a>" in hu.text
        assert "Zhao Lei" not in hu.text

    def test_a_grant_that_ended_opens_nothing(self, stage: Stage, browser: Make, engine: Engine) -> None:
        with db.write(engine) as session:
            session.execute(
                update(RoleGrant).where(RoleGrant.role == "hr").values(until_on=datetime(2026, 3, 1).date())
            )
        assert browser("hu").open("/goals").status == 403


class TestTheList:
    def test_what_waits_for_me_leads_to_the_form(self, stage: Stage, browser: Make) -> None:
        wang = english(browser("wang")).open("/goals")
        assert f'href="/subjects/{stage.review()}/tasks/propose_targets"' in row(wang, "Lin Yue")
        hu = english(browser("hu")).open("/goals")
        assert "/tasks/" not in row(hu, "Lin Yue")
        assert f'href="/reviews/{stage.review()}?view=goals"' in row(hu, "Lin Yue")

    def test_weights_and_targets_and_the_change(self, stage: Stage, browser: Make, engine: Engine) -> None:
        wang = english(browser("wang"))
        assert "0 of 10" in row(wang.open("/goals"), "Lin Yue")
        with db.write(engine) as session:
            sales = session.get_one(Goal, (stage.review(), "sales_amount"))
            sales.target_e4, sales.last_e4, sales.weight_e4 = 11_000_000_000, 10_000_000_000, 200_000
        found = row(wang.open("/goals"), "Lin Yue")
        assert "¥1.10M" in found
        assert "¥1.00M" in found
        assert "+10.0%" in found
        assert "1 of 10" in found
        assert 'aria-label="must be 100"' in found
        assert "95" in found

    def test_late_is_said_and_agreed_ones_go_to_their_own_list(self, stage: Stage, browser: Make) -> None:
        stage.agreed()
        stage.show_time(LATER)
        wang, hu = english(browser("wang")), english(browser("hu"))
        assert headline(wang.open("/goals")) == "All goals of 2026Q2 are agreed"
        assert "Lin Yue</a>" in wang.text
        assert headline(hu.open("/goals")) == "5 goal proposals of 2026Q2 are open, 5 late"
        assert "Lin Yue</a>" not in hu.text
        assert "Lin Yue</a>" in hu.open("/goals?show=agreed").text
        assert "Zhao Lei</a>" in hu.open("/goals?show=goal_proposal").text
        assert "No proposal is open here" in hu.open("/goals?show=goal_agreement").text

    def test_a_withdrawn_review_is_on_no_list(self, stage: Stage, browser: Make) -> None:
        stage.move(stage.cast.hu, stage.review(stage.cast.zhao), "void", "Not this time.")
        hu = english(browser("hu"))
        assert "Zhao Lei" not in hu.open("/goals").text
        assert "Zhao Lei" not in hu.open("/goals?show=agreed").text

    def test_without_a_cycle_it_says_what_will_be_here(self, signed_up: Cast, browser: Make) -> None:
        page = english(browser("wang")).open("/goals")
        assert headline(page) == "No goals are open"
        assert "When HR launches one" in page.text

    def test_an_unknown_cycle_is_not_there(self, stage: Stage, browser: Make) -> None:
        assert browser("hu").open("/goals?cycle=1999Q1").status == 404
        assert browser("hu").open("/goals?show=nonsense&page=99").status == 200


def test_fifty_a_page(engine: Engine, signed_up: Cast, browser: Make) -> None:
    hire(engine, [f"Rep {n:02d}" for n in range(PAGE)])
    Stage(engine, signed_up).begin()
    hu = english(browser("hu")).open("/goals")
    assert main_of(hu).count("<tr>") == PAGE + 1, "and the head"
    assert main_of(hu.open("/goals?page=2")).count("<tr>") == 6 + 1


def test_the_store_shows_nothing_to_a_stranger(stage: Stage, engine: Engine) -> None:
    with db.read(engine) as session:
        zhao = staff.viewer(session, stage.cast.zhao, stage.at.date())
        assert not goals_page.cycles(session, zhao)
        assert not goals_page.proposals(session, zhao, stage.cycle, None, limit=PAGE)
        assert goals_page.counts(session, zhao, stage.cycle, stage.at).open == 0
        data = staff.viewer(session, stage.cast.lin, stage.at.date())
        assert not goals_page.proposals(session, data, stage.cycle, None, limit=PAGE), (
            "one's own stand elsewhere"
        )


@pytest.mark.parametrize("login", ["wang", "hu", "director"])
def test_few_queries_at_any_size(stage: Stage, browser: Make, app: Flask, engine: Engine, login: str) -> None:
    who = browser(login).open("/settings")  # the first page of a session writes it
    with app.app_context(), counted(database.engine()) as few:
        who.open("/goals")
    assert len(few) <= 15, few
    stage.agreed()
    with app.app_context(), counted(database.engine()) as more:
        who.open("/goals?show=agreed")
    assert len(more) <= 15, more


def test_the_page_is_chinese_all_through(stage: Stage, browser: Make) -> None:
    page = browser("hu").open("/goals")
    assert headline(page) == "2026Q2 有 6 份目标待确认"
    assert words_of(page) <= NAMES, words_of(page) - NAMES
