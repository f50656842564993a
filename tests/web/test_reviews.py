"""One review in the browser: who sees what of it in which stage, and what they may do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from reviewflow.core.reasons import Reason
from reviewflow.services import letters, pay
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.letters import Letter
from reviewflow.store.pay import Award
from reviewflow.store.reviews import Measured
from reviewflow.store.subjects import Subject
from tests.cast import Cast
from tests.flows.story import MANAGER_REVIEW, RUBRIC
from tests.web.browser import Browser
from tests.web.reading import main_of
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


class TestWhoSeesIt:
    """Existence follows from the policy: no page tells a stranger that there is a review."""

    @pytest.mark.parametrize(
        ("login", "status"),
        [("lin", 200), ("wang", 200), ("hu", 200), ("director", 200), ("fang", 404), ("zhao", 404)],
    )
    def test_by_role(self, stage: Stage, browser: Make, login: str, status: int) -> None:
        review = stage.frozen()
        paths = (
            f"/reviews/{review}",
            f"/reviews/{review}/history",
            f"/reviews/{review}/trace/sales_amount",
            f"/reviews/{review}/live",
        )
        who = browser(login)
        for path in paths:
            assert who.client.get(path).status_code in ((status, 204) if status == 200 else (404,)), path
        assert who.client.get("/reviews/999999").status_code == 404

    def test_reading_somebody_elses_review_is_noted_and_ones_own_is_not(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        review = stage.review()
        browser("lin").open(f"/reviews/{review}")
        browser("wang").open(f"/reviews/{review}")
        browser("zhao").open(f"/reviews/{review}")
        with db.read(engine) as session:
            reads = session.scalars(select(Audit).where(Audit.action.like("read.%"))).all()
        found = [(one.action, one.actor_id, one.about_person_id, one.subject_id) for one in reads]
        assert found == [("read.review", stage.cast.wang, stage.cast.lin, review)]

    def test_before_release_the_employee_sees_figures_and_score_and_no_rating(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.judged()
        lin, wang = english(browser("lin")), english(browser("wang"))
        mine = lin.open(f"/reviews/{review}").text
        assert "Computed score" in mine
        assert "110.00" in mine
        assert "Agree dates before signing." not in mine, "the manager's words wait for the release"
        assert "How the rating follows" not in mine
        assert "Rating</dt>" not in mine
        theirs = wang.open(f"/reviews/{review}").text
        assert "Rating</dt>" in theirs
        assert "108.00 → S" in theirs

    def test_the_manager_reads_the_self_review_once_both_are_in(self, stage: Stage, browser: Make) -> None:
        review = stage.frozen()
        body = {"rubric": RUBRIC, "achievements": "Three new accounts."}
        stage.answer(stage.cast.lin, review, "self_review", body)
        lin, wang = english(browser("lin")), english(browser("wang"))
        assert "Three new accounts." in lin.open(f"/reviews/{review}").text
        assert "Three new accounts." not in wang.open(f"/reviews/{review}").text
        stage.answer(stage.cast.wang, review, "manager_review", MANAGER_REVIEW)
        page = wang.open(f"/reviews/{review}")
        assert "Three new accounts." in page.text
        assert "Eight of six." in page.text
        assert page.text.count('class="level"') == 10

    def test_notes_between_hr_and_manager_stay_with_them(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        stage.move(stage.cast.hu, review, "return_evaluation", "Too kind; give examples.")
        for login, sees in (("wang", True), ("hu", True), ("lin", False), ("director", False)):
            who = browser(login)
            for path in (f"/reviews/{review}", f"/reviews/{review}/history"):
                assert ("Too kind; give examples." in who.open(path).text) is sees, (login, path)


class TestEachStage:
    """What stands on the page, and who may go on."""

    def test_targets_are_proposed_and_agreed(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        wang, lin = english(browser("wang")), english(browser("lin"))
        page = wang.open(f"/reviews/{review}")
        assert "“Propose targets” has not been submitted yet." in page.text, (
            "the reason beside the grey button"
        )
        assert f'href="/subjects/{review}/tasks/propose_targets"' in page.text
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
        wang.open(f"/reviews/{review}").submit(f"/reviews/{review}/moves")
        assert "Done: Send to the employee." in wang.text
        page = lin.open("/my-review")
        assert page.path == f"/reviews/{review}"
        assert "¥1,000,000.00" in page.text
        agree = next(form for form in page.forms() if ("move", "agree") in form.fields)
        page.send(agree)
        assert "Stage 2 of 6 · Tracking" in page.text

    def test_weights_without_a_target_are_named_before_they_are_agreed(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.review()
        rows = stage.targets(review)
        rows["visits"]["target"] = ""
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": rows})
        said = "Without a target, Customer visits does not count; its weight goes to the others of its group."
        page = english(browser("wang")).open(f"/reviews/{review}")
        assert said in page.text.partition('<dialog id="ask-propose"')[2].partition("</dialog>")[0]
        page.submit(f"/reviews/{review}/moves")
        lin = english(browser("lin")).open(f"/reviews/{review}")
        assert said in lin.text.partition('<dialog id="ask-agree"')[2].partition("</dialog>")[0]
        assert said not in lin.text.partition('<dialog id="ask-send_back"')[2].partition("</dialog>")[0]
        lin.send(next(form for form in lin.forms() if ("move", "agree") in form.fields))
        assert stage.subject(review).stage == "tracking"

    def test_a_deadline_that_passed_says_that_it_did_nothing_and_why(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.frozen()
        will, past = "It goes on by itself after", "It should have gone on by itself after"
        for login in ("hu", "wang"):
            page = english(browser(login)).open(f"/reviews/{review}").text
            assert (will in page, past in page) == (True, False)
        assert stage.wait_for(review) == []
        hu, wang = (english(browser(login)).open(f"/reviews/{review}").text for login in ("hu", "wang"))
        assert "It was refused: see above." in hu
        assert "It waits until this holds: the manager&#39;s task is done" in wang
        for page in (hu, wang):
            assert (will in page, past in page) == (False, True)

    def test_sending_back_needs_a_note_and_loses_none(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
        stage.move(stage.cast.wang, review, "propose")
        lin = english(browser("lin")).open(f"/reviews/{review}")
        back = next(form for form in lin.forms() if ("move", "send_back") in form.fields)
        assert lin.send(back, note="").status == 409
        assert "This step needs a note." in lin.text
        lin.open(f"/reviews/{review}")
        back = next(form for form in lin.forms() if ("move", "send_back") in form.fields)
        lin.send(back, note="Two accounts left.")
        assert stage.subject(review).stage == "goal_proposal"
        assert "Two accounts left." in english(browser("wang")).open(f"/reviews/{review}").text

    def test_a_move_from_an_old_page_says_what_changed(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
        stage.move(stage.cast.wang, review, "propose")
        lin = english(browser("lin")).open(f"/reviews/{review}")
        agree = next(form for form in lin.forms() if ("move", "agree") in form.fields)
        stage.move(stage.cast.lin, review, "send_back", "No.")
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
        stage.move(stage.cast.wang, review, "propose")
        assert lin.send(agree).status == 409
        assert "Wang Fang changed this" in lin.text
        assert stage.subject(review).stage == "goal_agreement"

    def test_an_old_page_says_where_it_stands_now_and_shows_even_a_short_note(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.review()
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
        stage.move(stage.cast.wang, review, "propose")
        lin = english(browser("lin")).open(f"/reviews/{review}")
        back = next(form for form in lin.forms() if ("move", "send_back") in form.fields)
        stage.move(stage.cast.lin, review, "agree")
        assert lin.send(back, note="太高").status == 409
        line = re.search(
            r'<th scope="row">Stage</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>', lin.text, re.S
        )
        assert line is not None
        assert (line[1], re.sub("<[^>]+>", "", line[2])) == ("Tracking", "Send back")
        assert ">太高</textarea>" in lin.text

    def test_a_double_click_moves_once(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        stage.answer(stage.cast.wang, review, "propose_targets", {"targets": stage.targets(review)})
        stage.move(stage.cast.wang, review, "propose")
        lin = english(browser("lin")).open(f"/reviews/{review}")
        agree = next(form for form in lin.forms() if ("move", "agree") in form.fields)
        assert lin.send(agree).status == 200
        version = stage.version(review)
        assert lin.send(agree).status == 200
        assert stage.version(review) == version

    def test_who_may_not_learns_who_may(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        lin = english(browser("lin")).open("/settings")
        token = dict(lin.form("/settings").fields)["csrf_token"]
        key = "a" * 32
        lin.post(f"/reviews/{review}/moves", csrf_token=token, form_key=key, move="propose", version="1")
        assert lin.status == 403
        assert "It belongs to: manager." in lin.text
        zhao = english(browser("zhao")).open("/settings")
        token = dict(zhao.form("/settings").fields)["csrf_token"]
        zhao.post(f"/reviews/{review}/moves", csrf_token=token, form_key=key, move="propose", version="1")
        assert zhao.status == 404

    def test_data_shows_gaps_with_their_rule(self, stage: Stage, browser: Make) -> None:
        review = stage.agreed()
        stage.wait_for(review)
        stage.measure(review)
        with db.write(stage.engine) as session:
            for key in ("collection_rate", "sales_amount"):
                row = session.get_one(Measured, (review, key, 1))
                row.state, row.numerator_e4, row.denominator_e4 = "missing", None, None
                params = {"kind": "payment", "until": "2026-06-01", "needed": "2026-06-30"}
                row.reason = f"measure.import_too_old {json.dumps(params)}"
        page = english(browser("hu")).open(f"/reviews/{review}")
        assert "the last import covers the days up to 2026-06-01" in page.text
        assert "The cut-off waits for its source." in page.text
        assert "enters it by hand, with reason and evidence, or leaves it out" in page.text
        assert "Its weight goes to the other indicators of its group." in page.text

    def test_why_the_cut_off_was_refused_is_for_hr(self, stage: Stage, browser: Make) -> None:
        review = stage.agreed()
        stage.wait_for(review)
        assert stage.wait_for(review) == [], "no figures yet"
        hu = english(browser("hu")).open(f"/reviews/{review}").text
        assert "The automatic step “Cut-off” was refused:" in hu
        assert "The figures have not been computed yet." in hu
        assert "was refused" not in english(browser("lin")).open(f"/reviews/{review}").text

    @pytest.mark.parametrize(
        ("calibration", "where"),
        [(False, ("Evaluation", "")), (True, ("Calibration", "Waiting for release"))],
    )
    def test_waiting_for_release_takes_no_step_back(
        self, engine: Engine, signed_up: Cast, browser: Make, calibration: bool, where: tuple[str, str]
    ) -> None:
        stage = Stage(engine, signed_up).begin(calibration=calibration)
        review = stage.review()
        stage.set(Subject, review, stage="release", part="evaluation", due_at=None)
        page = main_of(english(browser("wang")).open(f"/reviews/{review}"))
        steps = re.findall(
            r'<li class="stage stage-(\w+)".*?</svg> (\w[\w ]*)</span>\s*<small>(.*?)</small>',
            page,
            flags=re.S,
        )
        assert [step[1:] for step in steps if step[0] == "now"] == [where]
        assert [step[1] for step in steps if step[0] == "done"][-1] == (
            "Evaluation" if calibration else "Data collection"
        )

    def test_hr_releases_after_a_second_look(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        assert "The feedback letter is printed, and Lin Yue is asked to answer it." in hu.text
        release = next(form for form in hu.forms() if ("move", "release") in form.fields)
        hu.send(release)
        assert stage.subject(review).stage == "feedback"
        assert "being printed" in hu.text

    def test_the_letter_and_the_answer(self, stage: Stage, browser: Make) -> None:
        review = stage.released()
        lin = english(browser("lin")).open(f"/reviews/{review}")
        assert "Received, not agreed." in lin.text
        assert "S <small>total 108.00</small>" in lin.text
        form = next(form for form in lin.forms() if ("move", "acknowledge_disagree") in form.fields)
        lin.send(form, note="Collection was not in my hands.")
        assert "received, with disagreement" in lin.text
        assert "Collection was not in my hands." in lin.open(f"/reviews/{review}?view=feedback").text

    def test_a_letter_that_failed_names_its_reason_to_hr(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        stage.move(stage.cast.hu, review, "release")
        with db.write(stage.engine) as session:
            letter = session.scalars(select(Letter.id)).one()
            why = Reason("letter.missing_glyph", {"field": "strengths[0].text", "characters": "😀"})
            letters.not_printed(session, stage.moment, letter, [why])
        hu = english(browser("hu")).open(f"/reviews/{review}")
        assert "The letter could not be printed." in hu.text
        assert "strengths[0].text" in hu.text
        assert "reopen the result, change the text" in hu.text
        hu.submit(f"/letters/{letter}/print")
        assert stage.row(Letter, letter).state == "due"
        with db.write(stage.engine) as session:
            letters.not_printed(session, stage.moment, letter, [why])
        refusal = english(browser("lin")).open(f"/reviews/{review}").text
        assert "Print again" not in refusal
        assert "strengths[0].text" not in refusal
        assert "Your time to answer begins when it is there." in refusal
        assert "until " not in refusal.split("no answer yet")[1][:200]

    def test_awards_show_their_amount_once_decided(self, stage: Stage, browser: Make) -> None:
        review = stage.released()
        stage.move(stage.cast.lin, review, "acknowledge")
        with db.write(stage.engine) as session:
            pay.propose(session, stage.moment, stage.cycle, review, review)
            bonus = session.scalars(select(Award.id).where(Award.component == "bonus")).one()
        lin, hu = english(browser("lin")), english(browser("hu"))
        assert "shown once it is decided" in lin.open(f"/reviews/{review}").text
        assert "¥18,000.00" not in lin.text
        assert "¥18,000.00" in hu.open(f"/reviews/{review}").text
        assert "Reopen the result" in hu.text
        stage.move(stage.cast.director, bonus, "approve")
        assert "¥18,000.00" in lin.open(f"/reviews/{review}").text
        page = hu.open(f"/reviews/{review}").text
        assert "The award “Performance bonus” is approved already." in page, (
            "why it can no longer be reopened"
        )

    def test_withdrawn_is_said_with_the_reason(self, stage: Stage, browser: Make) -> None:
        review = stage.agreed()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        form = next(form for form in hu.forms() if ("move", "void") in form.fields)
        hu.send(form, note="On leave for the whole quarter.")
        assert "Withdrawn from the cycle on" in hu.text
        lin = english(browser("lin")).open(f"/reviews/{review}")
        assert "On leave for the whole quarter." in lin.text
        assert "You have no review yet" in lin.open("/my-review").text
