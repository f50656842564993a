"""Rating the review itself: stored without a way back, shown to HR from the floor on."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from itertools import combinations

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update

from reviewflow.services import survey
from reviewflow.store import db
from reviewflow.store.accounts import FormPost
from reviewflow.store.audit import Audit
from reviewflow.store.people import Person, RoleGrant
from reviewflow.store.survey_results import last_step
from reviewflow.store.surveys import SurveyAnswer, SurveyTicket, open_tickets
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.conftest import Queries
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


def count(engine: Engine, table: type) -> int:
    with db.read(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def bodies(engine: Engine) -> list[dict[str, object]]:
    with db.read(engine) as session:
        return [json.loads(body) for body in session.scalars(select(SurveyAnswer.body))]


def answers(engine: Engine, cycle: int, steps: list[int], level: int = 4) -> None:
    """One answer of each of these steps: sales rated with `level`, other weights proposed."""
    weights = {"sales_amount": 35, "collection_rate": 5, "gross_margin": 10, "new_customers": 10, "visits": 6}
    weights |= {"deal_cycle": 7, "conversion_rate": 7, "satisfaction": 8, "retention": 7, "complaint_rate": 5}
    body = {
        "ratings": {"sales_amount": dict.fromkeys(survey.QUESTIONS, level)},
        "weights": weights,
        "comment": "Collection depends on finance.",
    }
    with db.write(engine) as session:
        for n, step in enumerate(steps):
            row = {"id": f"{step}{n}{level}", "cycle_id": cycle, "step": step, "body": json.dumps(body)}
            session.execute(insert(SurveyAnswer).values(**row))


def test_who_is_asked_finds_it_answers_once_and_leaves_no_trace(
    browser: Make, engine: Engine, story: Story, payday: Payday
) -> None:
    path = f"/surveys/{payday.cycle}"
    lin = browser("lin").open("/feedback")
    assert "You are asked about 1 review cycle" in lin.text
    assert 'class="count">1<' in lin.text
    page = lin.open(path)
    assert "What is stored: your levels, weights and words" in page.text
    assert page.text.index("What is stored") < page.text.index("<table")
    before = count(engine, FormPost), count(engine, Audit)
    form = page.form(path)
    done = page.send(form, fair__visits="2", clear__visits="4", comment="Visits depend on the region.")
    assert done.path == "/feedback"
    assert "Your answer is stored without your name." in done.text
    assert (count(engine, FormPost), count(engine, Audit)) == before
    (body,) = bodies(engine)
    assert body == {
        "ratings": {"visits": {"fair": 2, "clear": 4}}, "weights": {}, "comment": "Visits depend on the region.",
    }  # fmt: skip
    page.send(form, comment="Again.")
    assert len(bodies(engine)) == 1
    assert "cannot be opened or changed any more" in page.open(path).text
    with db.read(engine) as session:
        assert open_tickets(session, story.viewer(payday.cast.lin)) == []


def test_nobody_else_is_let_in(browser: Make, payday: Payday) -> None:
    for login in ("zhou", "zhao", "hu"):
        assert browser(login).open(f"/surveys/{payday.cycle}").status == 404
    assert "Nobody asks you for feedback now" in browser("zhao").open("/feedback").text
    for login in ("lin", "wang", "director", "sun"):
        assert browser(login).open(f"/surveys/{payday.cycle}/results").status == 403


def test_weights_that_do_not_sum_are_refused_and_nothing_typed_is_lost(
    browser: Make, engine: Engine, payday: Payday
) -> None:
    path = f"/surveys/{payday.cycle}"
    page = browser("lin").open(path)
    form = page.form(path)
    again = page.send(form, weight__sales_amount="40", comment="Weigh sales more.", fair__visits="5")
    assert again.status == 422
    assert "The weights sum to 115, not to 100: 15 too many." in again.text
    assert "Weigh sales more." in again.text
    assert 'value="40"' in again.text
    assert bodies(engine) == []
    good = again.send(again.form(path), weight__collection_rate="0")
    assert good.path == "/feedback"
    assert bodies(engine)[0]["weights"]["sales_amount"] == 40  # type: ignore[index]


def test_a_wrong_weight_is_said_at_its_field(browser: Make, engine: Engine, payday: Payday) -> None:
    path = f"/surveys/{payday.cycle}"
    page = browser("lin").open(path)
    page.submit(path, weight__sales_amount="abc", weight__visits="-5")
    assert page.status == 422
    assert "This is not a whole number. Write it like 15." in page.text
    assert "The weight must not be negative." in page.text
    assert page.text.count('aria-invalid="true"') == 2
    page.open(path).submit(path, weight__sales_amount="２５", comment="Full-width digits are digits.")
    assert page.path == "/feedback"
    assert bodies(engine)[0]["weights"] == {}, "25 is what it weighs now"


def test_the_minutes_are_the_same_everywhere(browser: Make, payday: Payday) -> None:
    lin = browser("lin")
    assert "about 5 minutes." in lin.open("/feedback").text
    assert "5 min" in lin.open("/inbox").text
    assert "8 min" not in lin.text


def test_an_empty_answer_is_refused(browser: Make, engine: Engine, payday: Payday) -> None:
    path = f"/surveys/{payday.cycle}"
    page = browser("lin").open(path)
    assert page.send(page.form(path)).status == 422
    assert "Nothing was answered yet." in page.text


def test_results_show_from_the_floor_on(browser: Make, engine: Engine, payday: Payday) -> None:
    path = f"/surveys/{payday.cycle}/results"
    answers(engine, payday.cycle, [0] * 4)
    hu = browser("hu").open(path)
    assert "too few answers to show" in hu.text
    assert "Collection depends" not in hu.text
    with db.write(engine) as session:
        session.execute(delete(SurveyAnswer))
    answers(engine, payday.cycle, [1] * 5)
    hu.open(path)
    for words in (
        "4.0",
        "Collection depends on finance.",
        "35.0",
        "(+10.0)",
        "5 people proposed other weights",
    ):
        assert words in hu.text, words
    assert "Jul" not in hu.text[hu.text.index("<h1>") :]  # no time beside anything


def test_looking_twice_tells_nothing_about_one_person(browser: Make, engine: Engine, payday: Payday) -> None:
    path = f"/surveys/{payday.cycle}/results"
    with db.write(engine) as session:
        others = [{"cycle_id": payday.cycle, "person_id": n, "used": True} for n in (1, 2, 4, 5, 6)]
        session.execute(delete(SurveyTicket))
        session.execute(insert(SurveyTicket), others)
    answers(engine, payday.cycle, [1] * 5)
    hu = browser("hu").open(path)
    before = hu.text
    assert "5 of 5 answers show; the next show when 5 have come together." in before
    answers(engine, payday.cycle, [0] * 4, level=1)
    assert hu.open(path).text.count("4.0") == before.count("4.0")
    assert hu.text.count("Collection depends on finance.") == 5


def test_results_are_for_hr_of_the_whole_company(browser: Make, engine: Engine, payday: Payday) -> None:
    """Answers have no unit: HR of a part would read those of everybody."""
    answers(engine, payday.cycle, [1] * 5)
    assert 'href="/surveys"' in browser("hu").open("/scheme").text
    with db.write(engine) as session:
        mine = (RoleGrant.person_id == payday.cast.hu) & (RoleGrant.role == "hr")
        session.execute(update(RoleGrant).where(mine).values(unit_id=payday.cast.sales))
    hu = browser("hu")
    assert 'href="/surveys"' not in hu.open("/scheme").text
    for path in ("/surveys", f"/surveys/{payday.cycle}/results"):
        assert hu.open(path).status == 403


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        ([], 0),
        ([1] * 5, 1),
        ([1] * 4, 0),  # of five, one skipped the question
        ([1] * 4 + [2], 2),
        ([1] * 5 + [2] * 4, 1),  # the second step would show four
        ([1] * 5 + [2] * 4 + [3] * 1, 3),
        ([1] * 5 + [3] * 5 + [4], 3),
    ],
)
def test_a_question_takes_in_a_step_only_with_enough_new_answers(steps: list[int], last: int) -> None:
    assert last_step(steps, 5) == last


def test_no_two_looks_differ_by_fewer_than_the_floor() -> None:
    """However answers come and questions are skipped; every pair of moments is compared."""
    chance = random.Random(5)
    for _survey in range(500):
        given = [step for step in range(1, 8) for _person in range(5) if chance.random() < 0.4]
        looks = [last_step([step for step in given if step <= now], 5) for now in range(8)]
        shown = [sum(step <= look for step in given) for look in looks]
        for early, late in combinations(shown, 2):
            assert late == early or late - early >= 5


def test_few_queries_and_all_of_it_in_chinese(
    browser: Make, engine: Engine, payday: Payday, queries: Queries
) -> None:
    answers(engine, payday.cycle, [1] * 6 + [2] * 6)
    hu, lin = browser("hu"), browser("lin")
    queries.of(hu, f"/surveys/{payday.cycle}/results")
    queries.of(hu, "/surveys")
    queries.of(lin, f"/surveys/{payday.cycle}")
    queries.of(lin, "/feedback")
    with db.write(engine) as session:
        session.execute(update(Person).values(language="zh"))
        session.execute(update(SurveyTicket).values(used=False))
    for words in ("不保存：你的姓名", "我能掌控", "权重合计", "提交我的评价"):
        assert words in browser("lin").open(f"/surveys/{payday.cycle}").text, words
    assert "当前权重" in browser("hu").open(f"/surveys/{payday.cycle}/results").text
