"""Forms of any task: drawn from the workflow, drafts that save themselves, nothing typed is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from reviewflow.services import pay
from reviewflow.store import db
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.reviews import Measured
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import MANAGER_REVIEW, RUBRIC
from tests.web.browser import Browser
from tests.web.form_steps import make_missing, path, save, stored
from tests.web.reading import NAMES, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
SELF = {f"rubric-{key}-level": "4" for key in RUBRIC}
MANAGER = {
    **SELF,
    "strengths-0-claim": "New customers above target",
    "strengths-0-text": "Eight of six.",
    "improve-0-claim": "Collection behind",
    "improve-0-text": "Agree dates before signing.",
    "suggest": "Agree payment dates in every offer.",
}


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


class TestSelfReview:
    """Three clicks and the fields: Start, Submit, Confirm."""

    def test_from_the_start_page_to_submitted(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        lin = english(browser("lin")).open("/inbox")
        where = path(review, "self_review")
        assert f'href="{where}"' in lin.text, "first click"
        lin.open(where)
        assert lin.text.count('type="radio"') == 5 * 6, "five anchors and “I cannot judge this” for each"
        lin.submit(where, **SELF, achievements="Three new accounts.")
        assert lin.path == f"/reviews/{review}"
        assert "Self-review submitted." in lin.text
        body = json.loads(stored(stage, review, "self_review").body)
        assert body["rubric"]["integrity"] == {"level": 4, "sentence": ""}
        assert body["achievements"] == "Three new accounts."

    def test_the_last_form_lets_the_review_go_on_at_once(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        browser("lin").open(path(review, "self_review")).submit(path(review, "self_review"), **SELF)
        assert stage.subject(review).stage == "evaluation"
        wang = browser("wang").open(path(review, "manager_review"))
        wang.submit(path(review, "manager_review"), **MANAGER)
        assert stage.subject(review).stage == "release", "nobody waited for the relay"

    def test_what_is_missing_is_linked_and_the_text_kept(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "self_review")
        lin = english(browser("lin")).open(where)
        values = {**SELF, "rubric-integrity-level": "1", "achievements": "Line one.\r\nLine two."}
        values.pop("rubric-collaboration-level")
        lin.submit(where, **values)
        assert lin.status == 422
        assert "2 things need mending:" in lin.text
        assert 'href="#rubric-collaboration-level"' in lin.text
        assert "Level 1 needs a sentence: say what you saw." in lin.text
        assert "Line two." in lin.text
        assert re.search(
            r'name="rubric-customer_focus-level"[^>]*value="4"[^>]*checked|checked[^>]*value="4"', lin.text
        )
        assert stage.subject(review).stage == "evaluation"

    def test_cannot_judge_is_an_answer(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "self_review")
        lin = browser("lin").open(where)
        lin.submit(where, **(SELF | {"rubric-integrity-level": "none"}))
        assert json.loads(stored(stage, review, "self_review").body)["rubric"]["integrity"]["level"] is None

    def test_the_frozen_figures_stand_beside_it(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        page = english(browser("lin")).open(path(review, "self_review"))
        assert "Evidence for 2026Q2" in page.text
        assert "¥1.10M" in page.text
        assert f'href="/reviews/{review}/trace/sales_amount"' in page.text
        assert "Seen by Wang Fang and HR after you submit." in page.text


class TestDrafts:
    """Typing saves itself; another version never wins in silence."""

    def test_a_draft_saves_itself_and_says_how_far_it_is(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "self_review")
        lin = english(browser("lin")).open(where)
        saved = save(
            lin, where, **{"rubric-integrity-level": "4", "rubric-collaboration-sentence": "Helped the"}
        )
        assert "Saved" in saved.text
        assert 'id="version" value="1" hx-swap-oob="true"' in saved.text
        assert "1 of 5 complete" in saved.text
        page = lin.open(where).text
        assert "Helped the" in page, "a sentence without a level is kept as well"
        assert "1 of 5 complete" in page
        assert "Submit" in page
        assert stored(stage, review, "self_review").submitted_at is None

    def test_complete_means_that_it_can_be_submitted(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "self_review")
        lin = english(browser("lin")).open(where)
        assert 'data-dialog="ask-submit"' not in lin.text
        saved = save(lin, where, **SELF)
        assert "5 of 5 complete" in saved.text
        assert 'data-dialog="ask-submit"' in saved.text

    def test_a_draft_is_its_authors_alone(self, stage: Stage, browser: Make) -> None:
        review = stage.agreed()
        stage.wait_for(review)
        stage.measure(review)
        make_missing(stage, review, "collection_rate")
        where = path(review, "enter_missing")
        save(browser("hu").open(where), where, reason="From the bank, not yet checked.")
        for login in ("lin", "wang", "director"):
            for address in (where, f"/reviews/{review}", f"/reviews/{review}/history"):
                assert "not yet checked" not in browser(login).open(address).text, (login, address)

    def test_two_windows_of_one_form(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "self_review")
        lin = english(browser("lin"))
        old = dict(lin.open(where).form(where).fields)
        save(lin, where, achievements="From the first window.")
        late = lin.client.post(
            f"{where}/draft", data=old | {"achievements": "Second."}, headers={"HX-Request": "true"}
        )
        assert late.status_code == 409
        assert "You changed this in another window meanwhile." in late.get_data(as_text=True)
        assert f'formaction="{where}/draft"' in late.get_data(as_text=True), "one click to both versions"
        lin._show(lin.client.post(where, data=old | SELF | {"achievements": "From the second window."}))
        assert lin.status == 409
        assert "From the first window." in lin.text
        assert "From the second window." in lin.text
        lin.submit(where)
        assert (
            json.loads(stored(stage, review, "self_review").body)["achievements"] == "From the second window."
        )

    def test_without_javascript_there_is_a_button(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "manager_review")
        wang = browser("wang").open(where)
        fields = dict(wang.form(where).fields)
        answer_ = wang.client.post(
            f"{where}/draft", data=fields | {"strengths-0-claim": "First", "do": "add:strengths"}
        )
        assert answer_.headers["Location"] == f"{where}?more=strengths#strengths-1"
        page = wang.open(f"{where}?more=strengths").text
        assert 'name="strengths-1-claim"' in page
        fields = dict(wang.form(where).fields) | MANAGER | {"do": "check"}
        answer_ = wang.client.post(f"{where}/draft", data=fields)
        assert answer_.headers["Location"].endswith("#ask-submit"), "complete: the question whether to submit"

    def test_a_signed_out_writer_gets_401_and_keeps_the_page(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "self_review")
        lin = browser("lin").open(where)
        fields = dict(lin.form(where).fields)
        lin.client.delete_cookie("session")
        answer_ = lin.client.post(f"{where}/draft", data=fields, headers={"HX-Request": "true"})
        assert answer_.status_code in (400, 401)


class TestWhoMay:
    """Not visible is 404; visible and not allowed is 403 with who may; done is said with by whom."""

    def test_by_role(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        for login, task, status in (
            ("lin", "self_review", 200), ("wang", "manager_review", 200), ("lin", "manager_review", 403),
            ("wang", "self_review", 403), ("hu", "manager_review", 403), ("zhao", "self_review", 404),
            ("lin", "nothing", 404),
        ):  # fmt: skip
            assert browser(login).open(path(review, task)).status == status, (login, task)
        page = english(browser("hu")).open(path(review, "manager_review"))
        assert "It belongs to: manager." in page.text

    def test_a_submitted_form_says_who_and_when(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        stage.answer(stage.cast.lin, review, "self_review", {"rubric": RUBRIC})
        page = english(browser("lin")).open(path(review, "self_review"))
        assert page.status == 200
        assert "Lin Yue submitted it on" in page.text
        assert 'type="radio"' not in page.text

    def test_submitting_twice_is_submitting_once(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        where = path(review, "self_review")
        lin = browser("lin").open(where)
        form = lin.form(where)
        assert lin.send(form, **SELF).status == 200
        version = stage.version(review)
        assert lin.send(form, **SELF).status == 200
        assert stage.version(review) == version


class TestAwards:
    """The same scheme serves awards: a returned one is corrected."""

    def test_a_correction_keeps_the_proposal(self, stage: Stage, browser: Make) -> None:
        review = stage.released()
        stage.move(stage.cast.lin, review, "acknowledge")
        with db.write(stage.engine) as session:
            pay.propose(session, stage.moment, stage.cycle, review, review)
            bonus = session.scalars(select(Award.id).where(Award.component == "bonus")).one()
        stage.move(stage.cast.director, bonus, "return", "Two days of leave are missing.")
        stage.show_time()
        where = path(bonus, "correct")
        hu = english(browser("hu")).open(where)
        assert dict(hu.form(where).fields)["amount"] == "18000.00"
        assert "¥18,000.00" in hu.text
        hu.submit(where, amount="17,600.00", reason="Two days of unpaid leave.")
        award: Award = stage.row(Award, bonus)
        assert (award.amount_minor, award.proposed_minor) == (1_760_000, 1_800_000)
        assert hu.path == f"/approvals/{bonus}"
        for login, status in (("lin", 403), ("zhao", 404)):
            assert browser(login).open(where).status == status, login


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_form_in_one_language_with_few_queries(
    stage: Stage, browser: Make, app: Flask, language: str
) -> None:
    typed = set(re.findall(r"[A-Za-z]{3,}", json.dumps([RUBRIC, MANAGER_REVIEW])))

    def look(login: str, subject: int, task: str) -> None:
        who = browser(login)
        who.open("/settings").submit("/language", press=("language", language))
        with app.app_context(), counted(database.engine()) as asked:
            page = who.open(path(subject, task))
        assert page.status == 200
        assert len(asked) <= 15, (task, asked)
        text = page.text[page.text.index("<main") : page.text.index("</main>")]
        if language == "zh":
            assert not words_of(page) - NAMES - typed, task
        else:
            assert not re.search(r"[一-鿿]", text), task

    review = stage.review()
    look("wang", review, "propose_targets")
    stage.agreed()
    stage.wait_for(review)
    stage.measure(review)
    make_missing(stage, review, "collection_rate")
    look("hu", review, "enter_missing")
    with db.write(stage.engine) as session:
        row = session.get_one(Measured, (review, "collection_rate", 1))
        row.state = "left_out"
    stage.wait_for(review)
    stage.score(review)
    look("lin", review, "self_review")
    look("wang", review, "manager_review")


def test_dates_of_actions_are_dates(stage: Stage, browser: Make) -> None:
    review = stage.frozen()
    where = path(review, "manager_review")
    wang = english(browser("wang")).open(where)
    row = {"actions-0-action": "Check due dates", "actions-0-owner": "Lin Yue", "actions-0-due": "next week"}
    wang.submit(where, **MANAGER, **row)
    assert wang.status == 422
    assert "“next week” is not a date." in wang.text
    assert wang.submit(where, **{"actions-0-due": date(2026, 9, 30).isoformat()}).status == 200


def test_what_the_letter_cannot_print_is_said_beside_the_text_in_the_readers_language(
    stage: Stage, browser: Make
) -> None:
    review = stage.frozen()
    where = path(review, "manager_review")
    for said, tongue in (
        ("The feedback letter cannot print 😀 (U+1F600).", "en"),
        ("反馈书无法打印 😀 (U+1F600)", "zh"),
    ):
        stage.set(Person, stage.cast.wang, language=tongue)
        wang = browser("wang").open(where)
        wang.submit(where, **MANAGER | {"strengths-0-text": "Well done 😀", "suggest": "Go on."})
        assert wang.status == 422
        beside = wang.text.partition('id="strengths-0-text"')[2].partition("</li>")[0]
        assert said in beside[:1200]
        assert "Well done 😀" in wang.text, "nothing typed is lost"
