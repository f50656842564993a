"""The people of a cycle on one page, what leads there, and who joined after the launch."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, insert, select, update

from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.cycles import LaunchItem
from reviewflow.store.people import Membership, Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject
from reviewflow.web import database
from tests.cast import ZONE
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_cycles import NAMES, late, page_of, promote, stage
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
_FIXTURES = (stage, late)


def people(stage: Stage, who: Browser, query: str = "") -> Browser:
    return who.open(f"/cycles/{stage.cycle}/people{query}")


def names(page: Browser) -> list[str]:
    """The people of the table, from top to bottom."""
    return re.findall(r'<a href="/reviews/\d+">([^<]+)</a>', page.text)


class TestTheList:
    def test_one_row_for_each_person(self, stage: Stage, browser: Make) -> None:
        hu = people(stage, english(browser("hu")))
        assert headline(hu) == "2026Q2: 6 people"
        assert f'href="/reviews/{stage.review()}"' in hu.text
        assert names(hu)[0] == "Deng Rui"
        assert names(people(stage, hu, "?sort=-name")) == names(people(stage, hu))[::-1]

    def test_filters_stand_in_words_and_can_be_taken_away(self, late: Stage, browser: Make) -> None:
        hu = people(late, english(browser("hu")), "?part=goal_setting&late=1&sort=due")
        assert headline(hu) == "2026Q2: 6 people"
        assert "Goal setting, late" in hu.text
        assert "Late: " in hu.text
        hu = people(late, hu, "?part=evaluation")
        assert headline(hu) == "2026Q2: 0 people"
        assert "Nobody matches this filter" in hu.text
        hu = people(late, hu, f"?unit={late.cast.east}&part=nonsense")
        assert headline(hu) == "2026Q2: 1 person"

    def test_an_answer_with_disagreement(self, stage: Stage, browser: Make) -> None:
        review = stage.released()
        stage.move(stage.cast.lin, review, "acknowledge_disagree", note="Two accounts\nleft in March.")
        stage.show_time()
        hu = page_of(stage, browser("hu"))
        assert "Lin Yue does not agree: “Two accounts left in March.”" in hu.text
        url = f"/cycles/{stage.cycle}/people?answer=acknowledged_disagree"
        assert f'<a href="{url}">1 with disagreement</a>' in hu.text
        assert "received, with disagreement" in main_of(hu.open(url))
        assert headline(hu) == "2026Q2: 1 person"

    def test_bars_and_columns_lead_to_their_people(self, late: Stage, browser: Make) -> None:
        late.set(Review, late.review(), rating="B", rating_computed="B", score_e6=80_000_000)
        hu = page_of(late, browser("hu"))
        base = f'href="/cycles/{late.cycle}/people?'
        assert f'{base}part=goal_setting"' in hu.text
        assert f'{base}part=goal_setting&amp;late=1&amp;sort=due"' in hu.text
        assert f'{base}rating=B"' in hu.text
        assert f'href="/cycles/{late.cycle}/people"' in hu.text

    def test_hr_of_a_unit_sees_that_unit_and_others_nothing(self, stage: Stage, browser: Make) -> None:
        promote(stage, "hrbp", stage.cast.sales)
        zhao = people(stage, english(browser("zhao")))
        assert headline(zhao) == "2026Q2: 2 people"
        for login in ("lin", "wang", "fang"):
            assert people(stage, browser(login)).status == 403

    def test_it_speaks_chinese_whole(self, late: Stage, browser: Make) -> None:
        review = late.review(late.cast.wang)
        late.set(Review, review, rating="B", rating_computed="B", score_e6=80_000_000)
        for query in ("", "?part=goal_setting&late=1&answer=not_yet&rating=B"):
            foreign = (
                words_of(people(late, browser("hu"), query)) - NAMES - {"CSV", "Company", "Sales", "East"}
            )
            assert not foreign - {"Office", "Hu", "Min"}, foreign

    def test_few_queries_at_any_size(self, app: Flask, late: Stage, browser: Make) -> None:
        hu = english(browser("hu"))
        people(late, hu)
        with app.app_context():
            engine = database.engine()

        def asked(query: str) -> int:
            with counted(engine) as statements:
                people(late, hu, query)
            return len(statements)

        assert asked("?part=goal_setting") == asked("") <= 15
        assert asked(f"?unit={late.cast.east}") < asked(""), "looked for once and counted on the way"


class TestTheFile:
    def test_all_that_is_filtered_leaves_and_is_noted(
        self, late: Stage, browser: Make, engine: Engine
    ) -> None:
        late.set(Person, late.cast.lin, name="=HYPERLINK(1)")
        hu = english(browser("hu"))
        url = f"/cycles/{late.cycle}/people.csv?late=1&unit={late.cast.sales}&sort=-name"
        answer = hu.client.get(url)
        assert answer.headers["Content-Disposition"] == "attachment; filename=2026Q2_people.csv"
        lines = answer.get_data().decode("utf-8-sig").splitlines()
        assert lines[0].startswith("person_id,name,unit,manager,part,stage,due,late,total,rating,answer")
        assert len(lines) == 3
        assert lines[1].startswith(
            "P002,Wang Fang,Sales,Deng Rui,Goal setting,Targets are proposed,2026-04-08,late"
        )
        assert lines[2].startswith("P003,'=HYPERLINK(1),East,Wang Fang")
        with db.read(engine) as session:
            noted = session.scalars(select(Audit.detail).where(Audit.action == "read.export")).one()
        assert json.loads(noted) == {
            "cycle": "2026Q2",
            "file": "2026Q2_people.csv",
            "late": "1",
            "unit": "sales",
        }


class TestJoined:
    @pytest.fixture
    def joined(self, stage: Stage) -> Stage:
        day = stage.at.date() + timedelta(days=20)
        with db.write(stage.engine) as session:
            person = {"external_id": "P011", "name": "Fu Guangyao", "language": "zh", "zone": ZONE}
            session.execute(insert(Person).values(id=11, hired_on=day, **person))
            place = {"unit_id": stage.cast.east, "position": "sales rep", "from_on": day}
            session.execute(insert(Membership).values(person_id=11, **place))
        stage.show_time(stage.at + timedelta(days=22))
        return stage

    def test_added_with_what_should_be_known(self, joined: Stage, browser: Make, engine: Engine) -> None:
        hu = page_of(joined, browser("hu"))
        assert "Fu Guangyao joined on 21 Apr, after the launch" in hu.text
        hu.submit(f"/cycles/{joined.cycle}/joined/11/add")
        assert "Fu Guangyao is in the cycle now. " in hu.text
        assert "Joined after the period began." in hu.text
        assert "after the launch" not in main_of(hu)
        assert "Where the 7 reviews stand" in hu.text

    def test_left_out_and_taken_in_later(self, joined: Stage, browser: Make, engine: Engine) -> None:
        hu = page_of(joined, browser("hu"))
        hu.submit(f"/cycles/{joined.cycle}/joined/11/leave-out")
        assert "Fu Guangyao stays out of this cycle." in hu.text
        assert "joined on" not in hu.text
        hu.open(f"/cycles/{joined.cycle}/launch")
        assert "Joined after the launch and stays out: HR decided so." in hu.text
        assert "Hu Min, 2026-04-23" in hu.text
        assert "again</button>" not in hu.text
        hu.submit(f"/cycles/{joined.cycle}/joined/11/add")
        with db.read(engine) as session:
            assert session.get_one(LaunchItem, (joined.cycle, 11)).state == "created"

    def test_an_auditor_changes_nothing(self, joined: Stage, browser: Make) -> None:
        promote(joined, "auditor", joined.cast.company)
        assert "<form" not in main_of(page_of(joined, browser("zhao")))


class TestLateWork:
    def test_several_of_one_duty_lead_to_where_it_is_done(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        with db.write(engine) as session:
            session.execute(update(Subject).values(stage="calibration", part="calibration", due_at=stage.at))
        stage.show_time(stage.at + timedelta(days=1))
        hu = page_of(stage, browser("hu"))
        url = f"/cycles/{stage.cycle}/people?part=calibration&amp;late=1&amp;sort=due"
        assert f'<a href="{url}">Calibrate</a>' in hu.text
        inbox = english(browser("hu")).open("/inbox").text
        assert "Calibrate: 5" in inbox
        assert f'href="/cycles/{stage.cycle}/people?part=calibration&amp;sort=due"' in inbox
