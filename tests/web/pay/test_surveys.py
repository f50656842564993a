"""Rating the review itself: stored without a way back, shown to HR from the floor on."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update

from reviewflow.services import survey
from reviewflow.store import db
from reviewflow.store.accounts import FormPost
from reviewflow.store.audit import Audit
from reviewflow.store.people import Person
from reviewflow.store.survey_results import apart
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


def answers(engine: Engine, cycle: int, units: list[int | None], level: int = 4) -> None:
    """One answer for each of these units: everything rated with `level`, other weights proposed."""
    weights = {"sales_amount": 35, "collection_rate": 5, "gross_margin": 10, "new_customers": 10, "visits": 6}
    weights |= {"deal_cycle": 7, "conversion_rate": 7, "satisfaction": 8, "retention": 7, "complaint_rate": 5}
    body = {
        "ratings": {"sales_amount": dict.fromkeys(survey.QUESTIONS, level)},
        "weights": weights,
        "comment": "Collection depends on finance.",
    }
    with db.write(engine) as session:
        for n, unit in enumerate(units):
            row = {"id": f"{n:032x}", "cycle_id": cycle, "unit_id": unit, "body": json.dumps(body)}
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
    assert "The weights sum to 115, not to 100" in again.text
    assert "Weigh sales more." in again.text
    assert 'value="40"' in again.text
    assert bodies(engine) == []
    good = again.send(again.form(path), weight__collection_rate="0")
    assert good.path == "/feedback"
    assert bodies(engine)[0]["weights"]["sales_amount"] == 40  # type: ignore[index]


def test_an_empty_answer_is_refused(browser: Make, engine: Engine, payday: Payday) -> None:
    path = f"/surveys/{payday.cycle}"
    page = browser("lin").open(path)
    assert page.send(page.form(path)).status == 422
    assert "Nothing was answered yet." in page.text


def test_results_show_from_the_floor_on(browser: Make, engine: Engine, payday: Payday) -> None:
    path = f"/surveys/{payday.cycle}/results"
    answers(engine, payday.cycle, [None] * 4)
    hu = browser("hu").open(path)
    assert "too few answers to show" in hu.text
    assert "Collection depends" not in hu.text
    with db.write(engine) as session:
        session.execute(delete(SurveyAnswer))
    answers(engine, payday.cycle, [None] * 5)
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


def test_a_unit_shows_only_if_nobody_can_be_worked_out(browser: Make, engine: Engine, payday: Payday) -> None:
    path = f"/surveys/{payday.cycle}/results"
    east, office = payday.cast.east, payday.cast.office
    answers(engine, payday.cycle, [east] * 6 + [office] * 3 + [None] * 2)
    hu = browser("hu").open(path)
    assert "East 6" in hu.text
    assert "Office" not in hu.text
    assert "6" in hu.open(f"{path}?unit={east}").text
    assert "In their words" not in hu.text  # words belong to no unit
    assert hu.open(f"{path}?unit={office}").status == 404


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({1: 6, 2: 3, None: 2}, {1}),  # six, and five others
        ({1: 6, 2: 3, None: 1}, set()),  # four others could be worked out
        ({1: 6, 2: 7}, {1, 2}),  # each has the other to hide in
        ({1: 6, 2: 7, None: 2}, {2}),  # both together would leave two
        ({1: 12}, set()),  # the whole once more
        ({None: 9}, set()),
    ],
)
def test_units_that_may_show_beside_the_whole(sizes: dict[int | None, int], shown: set[int]) -> None:
    assert apart(sizes, 5) == shown


def test_few_queries_and_all_of_it_in_chinese(
    browser: Make, engine: Engine, payday: Payday, queries: Queries
) -> None:
    answers(engine, payday.cycle, [payday.cast.east] * 6 + [None] * 6)
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
