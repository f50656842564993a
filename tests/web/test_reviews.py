"""One review in the browser: who sees what of it in which stage, and what they may do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.services import launch, letters, pay
from reviewflow.services.launch import LaunchPlan
from reviewflow.store import db
from reviewflow.store.accounts import LoginSession
from reviewflow.store.audit import Audit
from reviewflow.store.letters import Letter
from reviewflow.store.pay import Award
from reviewflow.store.reviews import Measured, Review
from reviewflow.store.subjects import Subject
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import MANAGER_REVIEW, RUBRIC
from tests.web.browser import Browser
from tests.web.stage import Stage
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
NAMES = {"Lin", "Yue", "Wang", "Fang", "Min", "Deng", "Rui", "Zhao", "Lei", "Jie", "CSV", "CNY", "PDF"}


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


def main_of(page: Browser) -> str:
    return page.text[page.text.index("<main") : page.text.index("</main>")]


def words_of(page: Browser) -> set[str]:
    """Latin words of the page's own text."""
    text = re.sub(r"<(?:code|blockquote)[^>]*>.*?</(?:code|blockquote)>", " ", main_of(page), flags=re.S)
    return set(re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]+>|&\w+;", " ", text)))


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
            letters.not_printed(session, stage.moment, letter, [Reason("letter.failed")])
        hu = english(browser("hu")).open(f"/reviews/{review}")
        assert "The letter could not be printed." in hu.text
        hu.submit(f"/letters/{letter}/print")
        assert stage.row(Letter, letter).state == "due"
        refusal = english(browser("lin")).open(f"/reviews/{review}").text
        assert "Print again" not in refusal

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


class TestRating:
    """HR sets a rating against the rule, one by one, with the computed one beside it."""

    def test_with_a_reason_and_back(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        hu.submit(
            f"/reviews/{review}/rating", rating="A", reason="Team effort on the largest deal.", sure="1"
        )
        assert "The rating is A now." in hu.text
        assert "Hu Min set the rating to A; computed it is S." in hu.text
        row: Review = stage.row(Review, review)
        assert (row.rating, row.rating_computed, row.rating_by) == ("A", "S", stage.cast.hu)
        hu.submit(f"/reviews/{review}/rating", rating="S", reason="", sure="1")
        assert "set the rating to" not in hu.text
        assert "Rating changed by hand from S to A" in hu.open(f"/reviews/{review}/history").text

    def test_that_it_fell_is_said_with_the_cause_and_the_reason_of_then(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        hu.submit(
            f"/reviews/{review}/rating", rating="A", reason="Team effort on the largest deal.", sure="1"
        )
        stage.score(review)
        page = hu.open(f"/reviews/{review}").text
        assert "The rating A that Hu Min had set fell; by the rule it is S." in page
        assert "The points were computed again." in page
        assert "Reason given then: Team effort on the largest deal." in page
        told = hu.open(f"/reviews/{review}/history").text
        assert "The rating A set by hand fell; by the rule it is S" in told
        assert "Team effort on the largest deal." in told
        assert "had set fell" not in english(browser("wang")).open(f"/reviews/{review}").text
        stage.move(stage.cast.hu, review, "release")
        assert "had set fell" not in hu.open(f"/reviews/{review}?view=evaluation").text

    def test_without_a_reason_nothing_happens(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        assert hu.submit(f"/reviews/{review}/rating", rating="D", reason=" ").status == 422
        assert re.search(r'<textarea[^>]* id="reason"[^>]*aria-invalid="true"', hu.text), (
            "the field is marked"
        )
        assert '<option value="D" selected>' in hu.text, "what was chosen stays"
        assert "Hu Min" not in hu.text.partition("<main")[2].partition("Set the rating against")[0]
        assert hu.submit(f"/reviews/{review}/rating", reason="", sure="1").status == 422, (
            "nor past the question"
        )
        assert stage.row(Review, review).rating == "S"

    def test_it_asks_with_before_and_after(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        hu.submit(f"/reviews/{review}/rating", rating="B", reason="One deal fell through.")
        assert hu.status == 200
        question = hu.text.partition('<dialog id="ask-rate"')[2].partition("</dialog>")[0]
        assert re.search(r"Rating</th><td>S · [^<]+</td><td><b>B · ", question)
        assert re.search(r"Coefficient</th><td>[0-9.]+</td><td><b>[0-9.]+</b>", question)
        assert "One deal fell through." in question
        assert stage.row(Review, review).rating == "S", "nothing is done before the answer"
        hu.submit(f"/reviews/{review}/rating", sure="1")
        assert "The rating is B now." in hu.text

    def test_from_an_old_page_it_conflicts(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        first, second = english(browser("hu")), english(browser("hu"))
        first.open(f"/reviews/{review}")
        second.open(f"/reviews/{review}").submit(
            f"/reviews/{review}/rating", rating="A", reason="Mine.", sure="1"
        )
        first.submit(f"/reviews/{review}/rating", rating="B", reason="A longer reason that must not be lost.")
        assert "Set the rating of Lin Yue?" in first.text, "asked with the version of the old page"
        first.submit(f"/reviews/{review}/rating", sure="1")
        assert first.status == 409
        assert "A longer reason that must not be lost." in first.text
        assert stage.row(Review, review).rating == "A"

    @pytest.mark.parametrize("login", ["wang", "lin", "director"])
    def test_nobody_else_finds_the_form(self, stage: Stage, browser: Make, login: str) -> None:
        review = stage.judged()
        assert f"/reviews/{review}/rating" not in browser(login).open(f"/reviews/{review}").text


class TestTracking:
    """Every indicator live against pace; new events show by themselves."""

    @pytest.fixture
    def tracked(self, stage: Stage) -> int:
        review = stage.agreed()
        number = stage.sell((date(2026, 4, 10), 300_000), (date(2026, 5, 10), 200_000))
        stage.show_time(datetime(2026, 5, 15, 9, tzinfo=UTC))
        stage.live(review, number, "sales_amount", "gross_margin", "visits")
        return review

    def test_bullets_projection_and_what_is_needed(self, tracked: int, browser: Make) -> None:
        page = english(browser("lin")).open("/my-review")
        assert headline(page) == "Quarterly sales review 2026Q2"
        assert "day 45 of 91" in page.text
        # 500,000 in 45 of 91 days: 1,011,111 at the end, 101 % of a million; 46 days left for the other half.
        assert "Sales: ¥500k of ¥1.00M, 101% of the target at the end" in page.text
        assert "¥76k a week" in page.text
        assert "so far ¥78k a week" in page.text
        assert 'class="tick-now" x1="39.6%"' in page.text, "pace today: 45/91 of the target on 0 to 125"
        assert "It cannot be computed: no source delivers the data that it needs." in page.text

    def test_new_events_are_swapped_in_with_few_queries(
        self, tracked: int, stage: Stage, browser: Make, app: Flask
    ) -> None:
        lin = english(browser("lin")).open("/my-review")
        url = re.search(r'hx-get="([^"]*/live[^"]*)"', lin.text)
        assert url is not None
        path = url[1].replace("&amp;", "&")
        with app.app_context(), counted(database.engine()) as asked:
            lin.fragment(path)
        assert lin.status == 204, "nothing is new"
        assert len(asked) <= 5
        stage.live(tracked, stage.sell((date(2026, 5, 14), 250_000)))
        with app.app_context(), counted(database.engine()) as asked:
            lin.fragment(path)
        assert "¥750k" in lin.text
        assert 'id="live"' in lin.text
        assert "<main" not in lin.text
        assert len(asked) <= 5, asked

    def test_when_the_period_is_over_the_page_loads_again(
        self, tracked: int, stage: Stage, browser: Make
    ) -> None:
        lin = browser("lin").open("/my-review")
        stage.wait_for(tracked)
        lin.fragment(f"/reviews/{tracked}/live?seen=old")
        assert lin.status == 204
        assert lin.answer.headers["HX-Refresh"] == "true"

    def test_watching_does_not_keep_anybody_signed_in(
        self, tracked: int, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        lin = browser("lin").open("/my-review")
        with db.write(engine) as session:
            earlier = session.scalars(select(LoginSession.seen_at)).one() - timedelta(minutes=5)
            session.execute(update(LoginSession).values(seen_at=earlier))
        lin.fragment(f"/reviews/{tracked}/live?seen=old")
        with db.read(engine) as session:
            assert session.scalars(select(LoginSession.seen_at)).one() == earlier


LOGINS = ("lin", "wang", "hu", "director")
VIEWS = ("goals", "tracking", "data", "evaluation", "feedback", "reward")


@pytest.fixture
def closed_book(stage: Stage) -> int:
    """A review with everything in it: awards proposed, one correction of the rating, a returned goal."""
    review = stage.released()
    stage.move(stage.cast.lin, review, "acknowledge")
    with db.write(stage.engine) as session:
        pay.propose(session, stage.moment, stage.cycle, review, review)
    stage.show_time()
    return review


@pytest.mark.parametrize("login", LOGINS)
def test_every_view_in_both_languages(closed_book: int, browser: Make, login: str) -> None:
    who = browser(login)
    who.open("/settings").submit("/language", press=("language", "zh"))
    typed = set(re.findall(r"[A-Za-z]{3,}", json.dumps([RUBRIC, MANAGER_REVIEW, "Three new accounts."])))
    for view in VIEWS:
        page = who.open(f"/reviews/{closed_book}?view={view}")
        if page.status == 404:
            continue
        left = words_of(page) - NAMES - typed
        assert not left, (view, left)
    english(who)
    for view in VIEWS:
        assert not re.search(
            r"[一-鿿]", re.sub("中文", "", who.open(f"/reviews/{closed_book}?view={view}").text)
        ), view


@pytest.mark.parametrize("login", LOGINS)
def test_few_queries_in_every_stage(stage: Stage, browser: Make, app: Flask, login: str) -> None:
    who = browser(login)
    review = stage.review()

    def look() -> None:
        for path in (f"/reviews/{review}", f"/reviews/{review}/history"):
            with app.app_context(), counted(database.engine()) as asked:
                assert who.open(path).status == 200
            assert len(asked) <= 15, (stage.subject(review).stage, path, len(asked), asked)

    look()
    stage.agreed()
    look()
    stage.wait_for(review)
    stage.measure(review)
    look()
    stage.wait_for(review)
    stage.score(review)
    look()
    stage.answer(stage.cast.lin, review, "self_review", {"rubric": RUBRIC})
    stage.answer(stage.cast.wang, review, "manager_review", MANAGER_REVIEW)
    stage.advance(review)
    look()
    stage.move(stage.cast.hu, review, "release")
    stage.print_letters()
    look()
    stage.move(stage.cast.lin, review, "acknowledge")
    with db.write(stage.engine) as session:
        pay.propose(session, stage.moment, stage.cycle, review, review)
    look()


class TestExtendingTheDeadline:
    def test_hr_moves_it_with_a_reason_and_it_stands_in_the_history(
        self, stage: Stage, browser: Make
    ) -> None:
        hu, review = english(browser("hu")), stage.review()
        hu.open(f"/reviews/{review}")
        assert 'value="2026-04-08"' in hu.text
        hu.submit(f"/reviews/{review}/deadline", day="2026-04-15", reason="Wang is ill.")
        assert "The deadline is Wed 15 Apr now." in hu.text
        text = english(browser("lin")).open(f"/reviews/{review}/history").text
        assert "Deadline of “Targets are proposed” moved from 8 Apr to 15 Apr" in text
        assert "Wang is ill." in text
        assert (
            "截止日由"
            in browser("wang")
            .open("/settings")
            .submit("/language", press=("language", "zh"))
            .open(f"/reviews/{review}/history")
            .text
        )

    def test_refusals_are_sentences(self, stage: Stage, browser: Make) -> None:
        hu, review = english(browser("hu")), stage.review()
        for day, reason, status, said in (
            ("2026-03-01", "Ill.", 409, "That day is over: today is 2026-04-01"),
            ("2026-04-15", "", 409, "Say in a sentence why the deadline moves."),
            ("soon", "Ill.", 422, "Choose the day until which it is in time."),
        ):
            hu.open(f"/reviews/{review}").submit(f"/reviews/{review}/deadline", day=day, reason=reason)
            assert (hu.status, said in hu.text) == (status, True), said

    def test_an_older_page_is_a_conflict(self, stage: Stage, browser: Make) -> None:
        hu, review = english(browser("hu")), stage.review()
        form = hu.open(f"/reviews/{review}").form(f"/reviews/{review}/deadline")
        hu.open(f"/reviews/{review}").submit(f"/reviews/{review}/deadline", day="2026-04-15", reason="Ill.")
        form.fields = [(n, {"day": "2026-04-20", "reason": "Away."}.get(n, v)) for n, v in form.fields]
        assert hu.send(form).status == 409
        assert "Hu Min changed this" in hu.text

    def test_nobody_else_and_not_ones_own(self, stage: Stage, browser: Make) -> None:
        review = stage.review()
        for login in ("lin", "wang", "director"):
            assert "/deadline" not in browser(login).open(f"/reviews/{review}").text
        own = stage.review(stage.cast.hu)
        assert "/deadline" not in browser("hu").open(f"/reviews/{own}").text


class TestNextQuarter:
    """A cycle that was launched early is not what its people look at now."""

    def _early(self, stage: Stage) -> int:
        """Lin's review of the third quarter, launched in the second."""
        quarter = Period(date(2026, 7, 1), date(2026, 9, 30))
        with db.write(stage.engine) as session:
            plan = LaunchPlan("2026Q3", "sales_quarterly", quarter, "CNY")
            cycle = launch.launch(session, stage.moment, stage.viewer(stage.cast.hu), plan)
            launch.launch_range(session, stage.moment, cycle, 1, 100)
            query = select(Review.id).where(Review.cycle_id == cycle, Review.person_id == stage.cast.lin)
            return session.scalars(query).one()

    def test_my_review_and_my_standing_stay_with_the_running_period(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.agreed()
        stage.show_time(datetime(2026, 6, 20, 9, tzinfo=UTC))
        later = self._early(stage)
        lin = english(browser("lin")).open("/my-review")
        assert lin.path == f"/reviews/{review}"
        assert f'href="/reviews/{later}"' in lin.text, "it stands among my reviews"
        assert "My standing, 2026Q2" in lin.open("/inbox").text
        stage.show_time(datetime(2026, 7, 2, 9, tzinfo=UTC))
        assert lin.open("/my-review").path == f"/reviews/{later}"

    def test_a_period_that_has_not_begun_says_when_it_does(self, stage: Stage, browser: Make) -> None:
        review = stage.agreed()
        stage.show_time(datetime(2026, 3, 20, 9, tzinfo=UTC))
        page = english(browser("lin")).open("/my-review")
        assert page.path == f"/reviews/{review}", "the next one, where none has begun"
        assert "begins 1 Apr" in page.text
        assert "The period begins on 1 Apr." in page.text
        assert "It cannot be computed" not in page.text
        assert "No figures yet" not in page.open("/inbox").text
        assert "The period begins on 1 Apr." in page.text
        assert not words_of(browser("lin").open(f"/reviews/{review}")) - NAMES
