"""The team board: who needs the manager, what the team sold, and everybody's figures in one table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from reviewflow.store import db, staff, team
from reviewflow.store.people import ReportingLine
from reviewflow.web import database
from reviewflow.web.pages.team.drawing import Spot, draw
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.pay.payday import as_lin, hire
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
MIDDLE = datetime(2026, 5, 15, 4, 0, tzinfo=UTC)  # day 45 of 91
NAMES = {"Lin", "Yue", "Wang", "Fang", "Han", "Lei", "Mei", "Xu", "Ning"}


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


@pytest.fixture
def team_of_three(engine: Engine, signed_up: Cast) -> tuple[Stage, int, int]:
    """Lin far behind, Han Lei on pace, Xu Ning without targets; on 15 May."""
    han, xu = hire(engine, ["Han Lei", "Xu Ning"])
    stage = Stage(engine, signed_up).begin()
    stage.agreed()
    as_lin(stage, han).agreed()
    stage.sell((date(2026, 4, 20), 200_000), (date(2026, 5, 4), 50_000))
    batch = stage.sell((date(2026, 4, 8), 490_000), person_id=han, customer="Boyu")
    stage.show_time(MIDDLE)
    stage.live(stage.review(), batch)
    stage.live(stage.review(han), batch)
    return stage, han, xu


def cells(page: Browser, name: str) -> str:
    """The row of a person."""
    return next(row for row in page.text.split("<tr>") if f"{name}</a>" in row)


class TestWhoNeedsMe:
    def test_a_proposal_waits_and_then_is_late(self, stage: Stage, browser: Make) -> None:
        wang = english(browser("wang"))
        assert headline(wang.open("/team")) == "1 person needs you: 1 goal proposal to make"
        assert f'href="/reviews/{stage.review()}"' in wang.text
        stage.show_time(datetime(2026, 4, 20, 4, 0, tzinfo=UTC))
        assert headline(wang.open("/team")) == "1 person needs you: 1 goal proposal late"
        assert "Late: Wed 8 Apr" in wang.text

    def test_what_is_late_comes_first(self, engine: Engine, signed_up: Cast, browser: Make) -> None:
        (han,) = hire(engine, ["Han Lei"])
        stage = Stage(engine, signed_up).begin()
        stage.frozen()
        as_lin(stage, han)
        wang = english(browser("wang"))
        assert headline(wang.open("/team")) == (
            "2 people need you: 1 goal proposal late, 1 evaluation to write"
        )
        assert wang.text.index("Propose targets") < wang.text.index("Manager review")

    def test_without_work_it_says_who_is_behind(
        self, team_of_three: tuple[Stage, int, int], browser: Make
    ) -> None:
        stage, _han, xu = team_of_three
        as_lin(stage, xu).agreed()
        page = english(browser("wang")).open("/team")
        assert headline(page) == "Nothing waits for you; 1 of 3 people are behind"

    def test_nobody_without_reports_has_a_team(self, stage: Stage, browser: Make) -> None:
        page = english(browser("lin")).open("/team")
        assert page.status == 403
        assert "Manager" in page.text
        assert browser("").client.get("/team").headers["Location"].startswith("/sign-in")


class TestTheTable:
    def test_percent_of_pace_sorted_by_need(
        self, team_of_three: tuple[Stage, int, int], browser: Make
    ) -> None:
        stage, han, _xu = team_of_three
        page = english(browser("wang")).open("/team")
        lin = cells(page, "Lin Yue")
        assert f'href="/reviews/{stage.review()}/trace/sales_amount"' in lin
        assert "</span>51%</a>" in lin, "250,000 after 45 of 91 days is 505,556 of 1,000,000 at the end"
        assert 'aria-label="Behind"' in lin
        assert 'class="fill-bad"' in lin
        assert "</span>99%</a>" in cells(page, "Han Lei")
        assert 'aria-label="On pace"' in cells(page, "Han Lei")
        rows = [page.text.index(f"{name}</a>") for name in ("Lin Yue", "Han Lei", "Xu Ning")]
        assert rows == sorted(rows), "the lowest score first, who has none last"
        assert f'href="/reviews/{stage.review(han)}/trace/sales_amount"' in page.text

    def test_another_order_another_group_and_a_filter(
        self, team_of_three: tuple[Stage, int, int], browser: Make
    ) -> None:
        wang = english(browser("wang"))
        by_name = wang.open("/team?sort=name").text
        assert by_name.index("Han Lei</a>") < by_name.index("Lin Yue</a>") < by_name.index("Xu Ning</a>")
        assert "Collection rate" in by_name
        quality = main_of(wang.open("/team?show=quality"))
        assert "Complaint rate" in quality
        assert "Collection rate" not in quality
        behind = main_of(wang.open("/team?people=behind"))
        assert "Lin Yue</a>" in behind
        assert "Han Lei</a>" not in behind
        for odd in ("sort=;drop", "show=nonsense", "people=x", "page=99"):
            assert wang.open(f"/team?{odd}").status == 200
        assert wang.open("/team?cycle=1999Q1").status == 404

    def test_a_figure_that_is_not_there_is_no_zero(
        self, team_of_three: tuple[Stage, int, int], browser: Make
    ) -> None:
        row = cells(english(browser("wang")).open("/team"), "Xu Ning")
        assert "</span>0%" not in row
        assert 'aria-label="Not yet"' in row
        assert "Propose targets" in row


class TestSales:
    def test_the_team_s_sum_counts_who_has_target_and_figure(
        self, team_of_three: tuple[Stage, int, int], browser: Make
    ) -> None:
        stage, _han, xu = team_of_three
        batch = stage.sell((date(2026, 5, 5), 900_000), person_id=xu, customer="Xinyi")
        stage.live(stage.review(xu), batch)
        page = english(browser("wang")).open("/team").text
        assert "¥740k" in page
        assert "/ ¥2.00M" in page
        assert "74.8%" in page, "740,000 / 45 * 91 of 2,000,000"
        assert "Without 1 person who has no target or figure yet." in page
        assert "¥115k" in page, "so far each week"
        table = page[page.index("Show as table") :]
        rows = re.findall(
            r'<th scope="row">(.*?)</th><td class="num">(.*?)</td><td class="num">(.*?)</td>', table
        )
        assert rows[0] == ("7 Apr", "¥0.00", "¥153,846.15")
        assert rows[1] == ("14 Apr", "¥490,000.00", "¥307,692.31")
        assert rows[-1] == ("15 May", "¥740,000.00", "¥989,010.99")

    def test_a_chart_keeps_its_labels_apart_and_inside(self) -> None:
        target, end = Spot(91, 1000, "1000"), Spot(91, 990, "990")
        drawn = draw([(10, 100)], Spot(45, 490, "490"), target, end, [(0, "1 Apr")], (760, 236))
        assert drawn.end is not None
        assert drawn.end.y - drawn.target.y >= 15
        assert drawn.label is not None
        assert drawn.below, "behind the pace the label stands below the line"
        over = draw([(10, 100)], Spot(91, 1200, "1200"), target, None, [], (760, 236))
        assert over.label is None
        assert over.end is not None
        assert over.end.shown == "1200"
        assert over.forecast == ""


class TestWhoIsInIt:
    def test_only_today_s_line_counts(
        self, team_of_three: tuple[Stage, int, int], browser: Make, engine: Engine
    ) -> None:
        stage, han, _xu = team_of_three
        with db.write(engine) as session:
            session.execute(
                update(ReportingLine)
                .where(ReportingLine.person_id == han, ReportingLine.kind == "effective")
                .values(manager_id=stage.cast.director)
            )
        assert "Han Lei" not in english(browser("wang")).open("/team").text
        director = english(browser("director")).open("/team")
        assert "Han Lei</a>" in director.text
        assert "Lin Yue</a>" not in director.text, "the people of one's people are theirs"

    def test_a_team_without_reviews_says_what_will_be_here(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        for person in stage.cast.people():
            review = stage.review(person)
            if person != stage.cast.hu:
                stage.move(stage.cast.hu, review, "void", "Not this time.")
        page = english(browser("wang")).open("/team")
        assert headline(page) == "Nobody needs you now"
        assert "When HR launches the next cycle" in page.text

    def test_a_team_that_is_too_large_is_cut(
        self, team_of_three: tuple[Stage, int, int], engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage, *_others = team_of_three
        monkeypatch.setattr("reviewflow.store.team.people.MOST", 2)
        with db.read(engine) as session:
            wang = staff.viewer(session, stage.cast.wang, MIDDLE.date())
            found = team.team(session, wang, stage.cycle)
        assert [one.name for one in found.members] == ["Han Lei", "Lin Yue"]
        assert found.more

    def test_a_stranger_s_figures_are_not_summed(
        self, team_of_three: tuple[Stage, int, int], engine: Engine
    ) -> None:
        stage, *_others = team_of_three
        with db.read(engine) as session:
            wang = staff.viewer(session, stage.cast.wang, MIDDLE.date())
            zhao = staff.viewer(session, stage.cast.zhao, MIDDLE.date())
            lines = list(team.team(session, wang, stage.cycle).lines.values())
            indicator = lines[0]["sales_amount"].indicator
            assert team.growth(session, wang, indicator, lines)
            assert not team.growth(session, zhao, indicator, lines)
            assert not team.team(session, zhao, stage.cycle).members


def test_few_queries_at_any_size(stage: Stage, browser: Make, app: Flask, engine: Engine) -> None:
    wang = browser("wang")

    def asked() -> int:
        with app.app_context(), counted(database.engine()) as queries:
            wang.open("/team")
        assert len(queries) <= 15, queries
        return len(queries)

    batch = stage.sell((date(2026, 4, 20), 200_000))
    stage.agreed()
    stage.show_time(MIDDLE)
    stage.live(stage.review(), batch)
    wang.open("/team")
    one = asked()
    hire(engine, ["Han Lei", "Xu Ning"])
    assert asked() == one, "people without a review cost nothing"


def test_three_people_cost_no_more_than_one(
    team_of_three: tuple[Stage, int, int], browser: Make, app: Flask
) -> None:
    wang = browser("wang").open("/team")
    with app.app_context(), counted(database.engine()) as queries:
        wang.open("/team")
    assert len(queries) <= 15, queries


def test_the_page_is_chinese_all_through(team_of_three: tuple[Stage, int, int], browser: Make) -> None:
    page = browser("wang").open("/team")
    assert headline(page) == "有 1 人等你处理：1 份目标逾期未提"
    assert words_of(page) <= NAMES, words_of(page) - NAMES
