"""Launching: one page that is prefilled, checks without writing, launches once, and reports person by person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, func, insert, select, update

from reviewflow.core.values import Period
from reviewflow.services import launch
from reviewflow.store import db
from reviewflow.store.cycles import Cycle, LaunchItem
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_cycles import NAMES, promote
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
NEW = "/cycles/new"
Q3 = Period(date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    """One cycle is launched already; the next one follows it."""
    return Stage(engine, signed_up).begin(positions=("sales rep", "sales manager"), calibration=True)


def hr(browser: Make) -> Browser:
    return english(browser("hu")).open(NEW)


def filled(page: Browser) -> dict[str, list[str]]:
    """What stands in the launch form."""
    found: dict[str, list[str]] = {}
    for name, value in page.forms()[_at(page)].fields:
        found.setdefault(name, []).append(value)
    return found


def _at(page: Browser) -> int:
    return next(at for at, form in enumerate(page.forms()) if form.action == NEW and form.method == "get")


def check(page: Browser, **changes: str | list[str]) -> Browser:
    """Press Check: everything that is filled in stands in the address."""
    values = {**filled(page), **{name: [v] if isinstance(v, str) else v for name, v in changes.items()}}
    answer = page.client.get(NEW, query_string=[(n, v) for n, vs in values.items() for v in vs])
    return page._show(answer)


def digest(engine: Engine) -> str:
    with db.read(engine) as session:
        rows = [
            repr(tuple(row))
            for model in (Cycle, Outbox, LaunchItem)
            for row in session.execute(select(model.__table__))
        ]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


class TestTheForm:
    def test_it_is_filled_in_from_the_last_cycle_for_the_next_quarter(
        self, stage: Stage, browser: Make
    ) -> None:
        hu = hr(browser)
        assert headline(hu) == "Launch 2026Q3 for 2 people"
        found = filled(hu)
        assert found["workflow"] == ["sales_quarterly"]
        assert (found["starts_on"], found["ends_on"]) == (["2026-07-01"], ["2026-09-30"])
        assert found["positions"] == ["sales manager", "sales rep"]
        assert "calibration" in found
        assert "Filled in from 2026Q2" in hu.text

    def test_the_first_cycle_begins_with_this_quarter(
        self, engine: Engine, signed_up: Cast, browser: Make
    ) -> None:
        stage = Stage(engine, signed_up).begin()
        with db.write(engine) as session:
            session.execute(
                update(Cycle).values(key="x", starts_on=date(2020, 1, 1), ends_on=date(2020, 3, 31))
            )
        hu = hr(browser)
        assert filled(hu)["key"] == ["2020Q2"], "the period after the last one"
        assert stage.cycle == 1

    def test_nothing_was_accepted_yet(self, signed_up: Cast, browser: Make) -> None:
        assert headline(hr(browser)) == "There is no process to launch yet"

    def test_a_key_that_is_taken_gets_a_number(self, stage: Stage, browser: Make, engine: Engine) -> None:
        with db.write(engine) as session:
            session.execute(update(Cycle).values(key="2026Q3"))
        assert filled(hr(browser))["key"] == ["2026Q3-2"]

    def test_every_date_and_rule_survives_the_check(self, stage: Stage, browser: Make) -> None:
        hu = check(
            hr(browser), key="mine", hired_before="2026-01-31", positions=["clerk"], calendar="china_2026"
        )
        found = filled(hu)
        assert (found["key"], found["hired_before"]) == (["mine"], ["2026-01-31"])
        assert (found["positions"], found["calendar"]) == (["clerk"], ["china_2026"])
        assert headline(hu) == "Launch mine for 1 person"

    def test_another_process_takes_its_usual_period_and_name(self, stage: Stage, browser: Make) -> None:
        hu = check(hr(browser), workflow="appraisal_annual")
        found = filled(hu)
        assert (found["starts_on"], found["ends_on"]) == (["2026-01-01"], ["2026-12-31"])
        assert (found["key"], found["period_of"]) == (["2026"], ["appraisal_annual"])
        kept = filled(check(hu, ends_on="2026-06-30", key="half"))
        assert (kept["ends_on"], kept["key"]) == (["2026-06-30"], ["half"]), "what is typed afterwards stays"
        back = filled(check(hu, workflow="sales_quarterly"))
        assert (back["starts_on"], back["key"]) == (["2026-07-01"], ["2026Q3"]), "after its own last period"

    def test_the_fields_follow_while_one_chooses(self, stage: Stage, browser: Make) -> None:
        values = {**filled(hr(browser)), "workflow": ["sales_monthly"]}
        query = [(name, value) for name, some in values.items() for value in some]
        answer = browser("hu").client.get(NEW, query_string=query, headers={"HX-Request": "true"})
        text = answer.get_data(as_text=True)
        assert 'id="period-fields" hx-swap-oob="true"' in text
        assert 'value="2026-04"' in text

    @pytest.mark.parametrize("key", ["2027 Q1", "2027/Q1", "二〇二七", "Q1.2027"])
    def test_a_name_that_no_letter_number_can_carry(self, stage: Stage, browser: Make, key: str) -> None:
        assert "Letters from A to Z, digits, “-” and “_” only" in check(hr(browser), key=key).text

    def test_stages_and_deadlines_follow_the_period(self, stage: Stage, browser: Make) -> None:
        hu = hr(browser)
        assert "Tracking from" in hu.text
        assert "until 30 Sept" in hu.text
        assert "Show as table" in hu.text
        hu = check(hu, ends_on="2026-08-31")
        assert "until 31 Aug" in hu.text


class TestTheCheck:
    def test_looking_writes_nothing(self, stage: Stage, browser: Make, engine: Engine) -> None:
        before = digest(engine)
        check(hr(browser), key="x")
        assert digest(engine) == before

    def test_what_is_wrong_is_named_beside_the_greyed_button(self, stage: Stage, browser: Make) -> None:
        hu = check(hr(browser), ends_on="2026-06-30", key="")
        assert headline(hu).endswith("cannot be launched yet")
        assert "The last day lies before the first." in hu.text
        assert "The cycle needs a short name" in hu.text
        assert re.search(r'<button class="btn btn-locked[^>]*aria-disabled="true"', hu.text)
        assert "ask-launch-title" not in re.sub(r'aria-labelledby="ask-launch-title"', "", hu.text)

    def test_a_name_that_is_taken(self, stage: Stage, browser: Make) -> None:
        assert "There is a cycle “2026Q2” already." in check(hr(browser), key="2026Q2").text

    def test_nobody_matches(self, stage: Stage, browser: Make) -> None:
        hu = check(hr(browser), positions=["astronaut"])
        assert "Nobody matches these rules." in hu.text
        assert "cannot be launched yet" in headline(hu)

    def test_findings_name_their_people_and_where_to_mend(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        with db.write(engine) as session:
            session.execute(update(Person).where(Person.id == stage.cast.lin).values(email=None))
        hu = check(hr(browser), positions=[])
        assert "No e-mail address; told by the inbox only." in hu.text
        assert "Leave out Lin Yue" in hu.text
        assert 'href="/people"' in hu.text
        assert "Orders: no source delivers it." in hu.text

    def test_people_in_an_overlapping_cycle_are_left_out(self, stage: Stage, browser: Make) -> None:
        hu = check(hr(browser), starts_on="2026-06-01", ends_on="2026-08-31", positions=[])
        assert headline(hu) == "Launch 2026Q3 for 4 people"
        assert "Already in a cycle of this process in an overlapping period; left out." in hu.text

    def test_everybody_in_an_overlapping_cycle_is_not_nobody(self, stage: Stage, browser: Make) -> None:
        hu = check(hr(browser), starts_on="2026-06-01", key="overlap")
        assert "Everybody who matches is in a cycle of this process in that time already" in hu.text
        assert "Nobody matches" not in hu.text

    def test_a_calendar_of_another_year_is_said(self, stage: Stage, browser: Make) -> None:
        there = "Mainland China 2026 names no day of 2027"
        year = {"starts_on": "2027-01-01", "ends_on": "2027-03-31", "key": "2027Q1"}
        assert there in check(hr(browser), calendar="china_2026", **year).text
        assert there not in check(hr(browser), calendar="china_2026").text
        assert there not in check(hr(browser), **year).text

    def test_without_the_last_period_there_are_no_suggestions(self, stage: Stage, browser: Make) -> None:
        said = "No suggestions yet: the last period ends on 30 Jun"
        assert said in hr(browser).text
        stage.show_time(datetime(2026, 7, 1, 9, tzinfo=UTC))
        assert said not in hr(browser).text

    def test_somebody_is_left_out_by_hand(self, stage: Stage, browser: Make, engine: Engine) -> None:
        hu = check(hr(browser), left_out=["P003"])
        assert headline(hu) == "Launch 2026Q3 for 1 person"
        assert "Left out by hand." in hu.text
        assert len(re.findall(r'value="P003"[^>]* checked', hu.text)) == 1, "one box for each person"

    def test_htmx_gets_the_check_and_what_follows_it(self, stage: Stage, browser: Make) -> None:
        hu = hr(browser).fragment(
            f"{NEW}?workflow=sales_quarterly&key=abc&starts_on=2026-07-01&ends_on=2026-09-30"
        )
        assert "<main" not in hu.text
        assert '<div id="check">' in hu.text
        for part in ('id="launch-card" hx-swap-oob="true"', 'hx-swap-oob="innerHTML:main h1"', 'id="gantt"'):
            assert part in hu.text

    def test_hr_of_a_unit_may_not_launch_for_others(self, stage: Stage, browser: Make) -> None:
        promote(stage, "hr", stage.cast.sales)
        zhao = browser("zhao").open(
            f"{NEW}?workflow=sales_quarterly&key=a&starts_on=2026-07-01&ends_on=2026-09-30&currency=CNY"
        )
        assert "4 of these people belong to units for which you are not HR." in zhao.text
        assert "btn-locked" in zhao.text


class TestTheLaunch:
    def test_in_five_clicks(self, stage: Stage, browser: Make, engine: Engine) -> None:
        """Cycles, New cycle, Launch, Confirm."""
        hu = english(browser("hu")).open("/")
        assert 'href="/cycles"' in hu.text
        assert 'href="/cycles/new"' in hu.open("/cycles").text
        hu.open(NEW)
        assert "Launch 2026Q3 for 2 people?" in hu.text
        posts = [form for form in hu.forms() if form.action == NEW and form.method == "post"]
        hu.send(posts[0])
        assert hu.path == "/cycles/2/launch"
        assert headline(hu) == "Launching 2026Q3"
        assert "0 of 2" in hu.text
        with db.read(engine) as session:
            made = session.get_one(Cycle, 2)
            assert (made.key, made.expected, made.calibration) == ("2026Q3", 2, True)
        hu.send(posts[0])
        with db.read(engine) as session:
            assert session.scalar(select(func.count()).select_from(Cycle)) == 2, "the same form counts once"

    def test_what_was_checked_is_launched(self, stage: Stage, browser: Make, engine: Engine) -> None:
        hu = check(hr(browser), key="Q3-reps", positions=["sales rep"], left_out=["P999"])
        hu.send(next(form for form in hu.forms() if form.action == NEW and form.method == "post"))
        with db.read(engine) as session:
            made = session.scalars(select(Cycle).where(Cycle.key == "Q3-reps")).one()
        assert '"positions": ["sales rep"]' in made.population
        assert '"left_out": ["P999"]' in made.population

    def test_a_launch_without_values_is_refused(self, stage: Stage, browser: Make) -> None:
        hu = hr(browser)
        form = next(form for form in hu.forms() if form.action == NEW and form.method == "post")
        keys = {name: value for name, value in form.fields if name in ("csrf_token", "form_key")}
        assert hu.post(NEW, **keys).status == 400

    @pytest.mark.parametrize("login", ["lin", "wang", "director", "fang", "zhao"])
    def test_nobody_but_hr(self, stage: Stage, browser: Make, login: str) -> None:
        assert browser(login).open(NEW).status == 403


class TestTheReport:
    @pytest.fixture
    def launched(self, stage: Stage, engine: Engine) -> Stage:
        """A second cycle: four created, Lin failed, Wang skipped."""
        plan = launch.LaunchPlan(key="next", workflow="sales_quarterly", period=Q3, currency="CNY")
        lost = {stage.cast.lin: ("failed", "launch.error"), stage.cast.wang: ("skipped", "launch.no_manager")}
        with db.write(engine) as session:
            stage.cycle = launch.launch(session, stage.moment, stage.viewer(stage.cast.hu), plan)
            for person, (state, reason) in lost.items():
                item = {"cycle_id": stage.cycle, "person_id": person, "state": state, "reason": reason}
                session.execute(insert(LaunchItem).values(**item, detail="disk full"))
            launch.launch_range(session, stage.moment, stage.cycle, 1, 100)
            session.execute(update(Outbox).where(Outbox.kind == "launch").values(done_at=stage.at))
        return stage

    def test_created_skipped_failed_with_their_reasons(self, launched: Stage, browser: Make) -> None:
        hu = english(browser("hu")).open(f"/cycles/{launched.cycle}/launch")
        assert headline(hu) == "next is launched: 4 reviews created, 1 failed, 1 skipped"
        text = main_of(hu)
        assert "The review could not be created." in text
        assert "disk full" in text
        assert 'href="/people/3"' in text
        assert "Try 2 again" in text

    def test_retry_takes_them_up_again(self, launched: Stage, browser: Make, engine: Engine) -> None:
        hu = english(browser("hu")).open(f"/cycles/{launched.cycle}/launch")
        hu.submit(f"/cycles/{launched.cycle}/launch/retry")
        assert "2 people were tried again." in hu.text
        assert headline(hu) == "next is launched: 6 reviews created"
        with db.read(engine) as session:
            theirs = select(func.count()).where(Review.cycle_id == launched.cycle)
            assert session.scalar(theirs) == 6

    def test_the_report_as_a_file(self, launched: Stage, browser: Make) -> None:
        hu = english(browser("hu"))
        answer = hu.client.get(f"/cycles/{launched.cycle}/launch.csv")
        lines = answer.get_data().decode("utf-8-sig").splitlines()
        assert lines[0] == "person_id,name,state,reason,detail"
        assert len(lines) == 7
        assert any(line.startswith("P003,Lin Yue,failed,The review could not be created.") for line in lines)

    def test_progress_polls_until_it_is_done(self, launched: Stage, browser: Make, engine: Engine) -> None:
        with db.write(engine) as session:
            last = update(Outbox).where(Outbox.key.like(f"launch:{launched.cycle}:%"))
            session.execute(last.values(done_at=None))
            session.execute(update(Cycle).where(Cycle.id == launched.cycle).values(expected=12))
        hu = english(browser("hu")).open(f"/cycles/{launched.cycle}/launch")
        assert headline(hu) == "Launching next"
        assert f'hx-get="/cycles/{launched.cycle}/launch"' in hu.text
        assert "The launch is still under way." in hu.open(f"/cycles/{launched.cycle}").text
        hu.fragment(f"/cycles/{launched.cycle}/launch")
        assert "6 of 12" in hu.text
        assert "<main" not in hu.text
        with db.write(engine) as session:
            session.execute(last.values(done_at=launched.at))
        done = hu.client.get(f"/cycles/{launched.cycle}/launch", headers={"HX-Request": "true"})
        assert done.headers["HX-Redirect"] == f"/cycles/{launched.cycle}/launch"
        assert "6 people of the launch have no entry" in hu.open(f"/cycles/{launched.cycle}/launch").text

    def test_the_pages_speak_chinese_and_ask_little(self, app: Flask, launched: Stage, browser: Make) -> None:
        hu = browser("hu")
        names = NAMES | {"CSV", "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "disk", "full", "next"}
        cast = {
            "Company",
            "Sales",
            "East",
            "Office",
            "sales",
            "director",
            "manager",
            "rep",
            "finance",
            "clerk",
        }
        with app.app_context():
            engine = database.engine()
        for path in (NEW, f"/cycles/{launched.cycle}/launch"):
            assert not words_of(hu.open(path)) - names - cast, path
            with counted(engine) as queries:
                hu.open(path)
            assert len(queries) <= 15, [sql[:100] for sql in queries]
