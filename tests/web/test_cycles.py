"""Cycles: the list, and one cycle's page. Who sees it, what it says, and what its buttons do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, func, insert, select, update

from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.letters import Letter
from reviewflow.store.messages import Message
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import RoleGrant
from reviewflow.web import database
from tests.cast import HIRED, Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
NAMES = {"Deng", "Rui", "Wang", "Fang", "Lin", "Yue", "Min", "Jie", "Zhao", "Lei"}


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    told = Stage(engine, signed_up).begin()
    with db.write(engine) as session:
        session.execute(update(Outbox).where(Outbox.kind == "launch").values(done_at=told.at))
    return told


@pytest.fixture
def late(stage: Stage) -> Stage:
    """Six reviews whose targets are a day late."""
    due = stage.subject(stage.review()).due_at
    assert due is not None
    stage.show_time(due + timedelta(hours=9))
    return stage


def page_of(stage: Stage, who: Browser) -> Browser:
    return english(who).open(f"/cycles/{stage.cycle}")


def promote(stage: Stage, role: str, unit: int, person: int | None = None) -> None:
    """Give Zhao, the stranger, a role."""
    with db.write(stage.engine) as session:
        session.execute(
            insert(RoleGrant).values(
                person_id=person or stage.cast.zhao, role=role, unit_id=unit, from_on=HIRED,
                granted_by=stage.cast.hu,
            )
        )  # fmt: skip


def count(engine: Engine, *where: object) -> int:
    with db.read(engine) as session:
        return session.scalar(select(func.count()).where(*where)) or 0  # type: ignore[arg-type]


class TestWhoSeesIt:
    @pytest.mark.parametrize("login", ["lin", "wang", "director", "fang", "zhao"])
    def test_nobody_but_those_who_look_after_cycles(self, stage: Stage, browser: Make, login: str) -> None:
        who = browser(login)
        for path in ("/cycles", f"/cycles/{stage.cycle}", "/cycles/new", f"/cycles/{stage.cycle}/release"):
            assert who.open(path).status == 403, path

    def test_an_auditor_looks_and_changes_nothing(self, late: Stage, browser: Make) -> None:
        promote(late, "auditor", late.cast.company)
        zhao = browser("zhao").open(f"/cycles/{late.cycle}")
        assert zhao.status == 200
        text = main_of(zhao)
        assert "Propose targets" in text
        assert "<form" not in text
        assert "Remind" not in re.sub(r"Reminded", "", text)
        assert zhao.open(f"/cycles/{late.cycle}/scores.csv").status == 403
        assert zhao.open("/cycles").text.count("/cycles/new") == 0

    def test_hr_of_a_unit_sees_that_unit(self, late: Stage, browser: Make) -> None:
        promote(late, "hr", late.cast.sales)
        zhao = browser("zhao").open(f"/cycles/{late.cycle}")
        assert "Where the 2 reviews stand" in zhao.text
        assert zhao.open(f"/cycles/{late.cycle}/scores.csv").status == 403, "it knows no units"

    def test_a_cycle_of_other_units_is_not_there(
        self, engine: Engine, signed_up: Cast, browser: Make
    ) -> None:
        stage = Stage(engine, signed_up).begin(positions=("sales rep",))
        promote(stage, "hrbp", stage.cast.office)
        zhao = browser("zhao")
        assert zhao.open(f"/cycles/{stage.cycle}").status == 404
        assert zhao.open(f"/cycles/{stage.cycle}/launch").status == 404
        assert "2026Q2" not in main_of(zhao.open("/cycles"))


class TestTheList:
    def test_running_planned_and_closed(self, stage: Stage, browser: Make) -> None:
        hu = english(browser("hu")).open("/cycles")
        assert headline(hu) == "1 cycle is running, nothing is late"
        assert "Goal setting 6" in hu.text
        stage.show_time(stage.at - timedelta(days=30))
        assert ">Planned</h2>" in hu.open("/cycles").text

    def test_the_headline_names_what_is_late(self, late: Stage, browser: Make) -> None:
        hu = english(browser("hu")).open("/cycles")
        assert headline(hu) == "2026Q2: 6 reviews are late"

    def test_before_the_first_launch(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu")).open("/cycles")
        assert headline(hu) == "No cycle is running"
        assert "There is no cycle yet" in hu.text


class TestTheCycle:
    def test_the_headline_is_the_answer(self, late: Stage, browser: Make) -> None:
        hu = page_of(late, browser("hu"))
        assert headline(hu) == "2026Q2: 6 reviews late, waiting for 2 people"
        assert "Where the 6 reviews stand" in hu.text
        assert "Goal setting: 6, of which 6 late" in hu.text

    def test_nothing_is_late(self, stage: Stage, browser: Make) -> None:
        hu = page_of(stage, browser("hu"))
        assert headline(hu) == "2026Q2: nothing is late"
        assert "Nobody is late." in hu.text
        assert "Remind" not in hu.text

    def test_what_nobody_can_do_stands_with_its_review(self, late: Stage, browser: Make) -> None:
        hu = page_of(late, browser("hu"))
        assert "Deng Rui: nobody can do “Propose targets”." in hu.text
        assert f'href="/reviews/{late.review(late.cast.director)}"' in hu.text

    def test_ratings_beside_the_guideline(self, stage: Stage, browser: Make) -> None:
        stage.judged()
        stage.show_time()
        hu = page_of(stage, browser("hu"))
        assert "Ratings so far" in hu.text
        assert "All ratings lie within the guideline." in hu.text
        assert 'href="/cycles/1/release"' in hu.text

    def test_a_failed_letter_is_tried_again(self, stage: Stage, browser: Make, engine: Engine) -> None:
        review = stage.judged()
        stage.move(stage.cast.hu, review, "release")
        stage.show_time()
        with db.write(engine) as session:
            problem = json.dumps([["letter.failed", {}]])
            session.execute(update(Letter).values(state="failed", problem=problem))
            session.execute(update(Outbox).where(Outbox.kind == "letter").values(done_at=stage.at))
        hu = page_of(stage, browser("hu"))
        assert headline(hu) == "2026Q2: 5 reviews late, waiting for 1 person, 1 letter failed"
        assert "Letter of Lin Yue: The letter could not be printed. Try again." in hu.text
        hu.submit(f"/cycles/{stage.cycle}/letters/1/again")
        assert "The letter is being printed again." in hu.text
        with db.read(engine) as session:
            assert session.scalar(select(Letter.state)) == "due"
            open_rows = select(func.count()).where(Outbox.kind == "letter", Outbox.done_at.is_(None))
            assert session.scalar(open_rows) == 1

    def test_work_that_was_given_up_is_taken_up_again(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        with db.write(engine) as session:
            session.execute(
                insert(Outbox).values(
                    kind="launch", key="parked", payload=json.dumps({"cycle": stage.cycle}), not_before_at=stage.at,
                    attempts=5, parked_reason='[["letter.failed", {}]]',
                )
            )  # fmt: skip
            parked = session.scalars(select(Outbox.id).where(Outbox.key == "parked")).one()
        hu = page_of(stage, browser("hu"))
        assert "Work was given up after several failures" in hu.text
        hu.submit(f"/cycles/{stage.cycle}/jobs/{parked}/again")
        assert "Work was given up" not in hu.text

    def test_it_speaks_chinese_whole(self, late: Stage, browser: Make) -> None:
        hu = browser("hu")
        for path in ("/cycles", f"/cycles/{late.cycle}", f"/cycles/{late.cycle}/launch"):
            foreign = words_of(hu.open(path)) - NAMES - {"CSV"}
            assert not foreign, (path, foreign)


class TestReminding:
    def test_in_three_clicks(self, late: Stage, browser: Make, engine: Engine) -> None:
        """Cycle, Remind, Send: the dialog stands in the page."""
        hu = page_of(late, browser("hu"))
        assert "Remind 2</a>" in hu.text
        assert "Remind 2 people?" in hu.text
        form = next(
            form
            for form in hu.forms()
            if form.action.endswith("/remind") and "holder" not in dict(form.fields)
        )
        hu.send(form)
        assert "2 reminders are on their way." in hu.text
        assert count(engine, Message.kind == "reminder") == 2
        hu.send(form)
        assert count(engine, Message.kind == "reminder") == 2, "the same form counts once"
        assert "Everybody was reminded today." in hu.open(f"/cycles/{late.cycle}").text
        assert 'aria-describedby="why-remind"' in hu.text

    def test_one_person(self, late: Stage, browser: Make, engine: Engine) -> None:
        hu = page_of(late, browser("hu"))
        wang = str(late.cast.wang)
        hu.send(next(form for form in hu.forms() if ("holder", wang) in form.fields))
        assert "1 reminder is on its way." in hu.text
        with db.read(engine) as session:
            told = session.scalars(select(Message.person_id).where(Message.kind == "reminder")).all()
        assert told == [late.cast.wang]
        assert "reminded today" in hu.text
        assert "Remind 1</a>" in hu.text

    @pytest.mark.parametrize("login", ["lin", "wang", "fang", "zhao"])
    def test_nobody_but_hr(self, late: Stage, browser: Make, login: str, engine: Engine) -> None:
        who = browser(login)
        token = dict(who.open("/settings").form("/settings").fields)["csrf_token"]
        sent = {"csrf_token": token, "form_key": "0" * 32}
        assert who.post(f"/cycles/{late.cycle}/remind", **sent).status == 403
        assert count(engine, Message.kind == "reminder") == 0


class TestExports:
    def test_scores_are_exported_and_logged(self, stage: Stage, browser: Make, engine: Engine) -> None:
        stage.judged()
        hu = page_of(stage, browser("hu"))
        assert "Scores as CSV" in hu.text
        answer = hu.client.get(f"/cycles/{stage.cycle}/scores.csv")
        assert answer.headers["Content-Disposition"] == "attachment; filename=2026Q2_scores.csv"
        assert answer.get_data(as_text=True).splitlines()[0].startswith("person_id,indicator,period")
        assert count(engine, Audit.action == "read.export") == 1


def test_the_cycle_asks_the_same_of_one_review_and_of_six(app: Flask, late: Stage, browser: Make) -> None:
    hu = browser("hu")
    with app.app_context():
        engine = database.engine()
    hu.open(f"/cycles/{late.cycle}")
    with counted(engine) as queries:
        hu.open(f"/cycles/{late.cycle}")
    assert len(queries) <= 15, queries
    with counted(engine) as queries:
        hu.open("/cycles")
    assert len(queries) <= 12, queries
