"""One review from goal to paid bonus, by the services alone, with the ways that go back."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, select

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.services import move, pay, rate
from reviewflow.store import db
from reviewflow.store.letters import Letter
from reviewflow.store.pay import Award, AwardPart, PayoutLine, PayoutRun
from reviewflow.store.reviews import Review, ScoreLine
from reviewflow.store.subjects import Answer, MoveLog, Subject
from reviewflow.store.surveys import SurveyTicket
from tests.cast import Cast
from tests.flows.story import MANAGER_REVIEW, Story


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    return Story(engine, cast).begin()


def keys(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.key for reason in refused.value.reasons]


def awards(story: Story, review: int) -> dict[str, int]:
    with db.read(story.engine) as session:
        rows = session.execute(
            select(Award.component, Award.id).where(Award.review_id == review).order_by(Award.id)
        )
        return {component: key for component, key in rows}


def paid_out(story: Story) -> tuple[int, int]:
    """Lin's review after acknowledgement, with her awards proposed; review and bonus."""
    review = story.released()
    story.move(story.cast.lin, review, "acknowledge")
    with db.write(story.engine) as session:
        pay.propose(session, story.moment, story.cycle, review, review)
    found = awards(story, review)
    story.advance(*found.values())
    return review, found["bonus"]


def test_goals_go_to_the_employee_only_when_proposed_and_complete(story: Story) -> None:
    review = story.review()
    with pytest.raises(Refused) as refused:
        story.move(story.cast.wang, review, "propose")
    assert keys(refused) == ["guard.task_open"]
    body = story.targets(review)
    next(iter(body.values()))["weight"] = "1"
    with pytest.raises(Refused) as refused:
        story.answer(story.cast.wang, review, "propose_targets", {"targets": body})
    assert keys(refused) == ["goal.weights_sum"]


def test_a_goal_sent_back_begins_a_new_round_with_the_proposal_as_draft(story: Story) -> None:
    review = story.review()
    story.answer(story.cast.wang, review, "propose_targets", {"targets": story.targets(review)})
    story.move(story.cast.wang, review, "propose")
    with pytest.raises(Refused) as refused:
        story.move(story.cast.lin, review, "send_back")
    assert keys(refused) == ["move.note_required"]
    story.move(story.cast.lin, review, "send_back", "Sales target too high: two accounts left in March.")
    assert (story.subject(review).stage, story.subject(review).round) == ("goal_proposal", 2)
    draft: Answer = story.row(Answer, (review, "propose_targets", 2, 1))
    assert draft.submitted_at is None
    assert json.loads(draft.body)["targets"]


def test_strangers_see_nothing_and_others_learn_who_may(story: Story) -> None:
    review = story.review()
    with pytest.raises(Refused) as refused:
        story.move(story.cast.zhao, review, "propose")
    assert keys(refused) == ["subject.unknown"]
    with pytest.raises(Refused) as refused:
        story.move(story.cast.lin, review, "propose")
    assert keys(refused) == ["policy.belongs_to"]


def test_the_rating_follows_from_score_and_rubric_and_the_letter_holds_its_inputs(story: Story) -> None:
    review = story.released()
    row: Review = story.row(Review, review)
    # Sales 110 % of target: 110 points; rubric level 4 of 5: 100 points; 80 % and 20 %.
    assert row.rating == row.rating_computed == "S"
    assert row.score_e6 == 108_000_000
    with db.read(story.engine) as session:
        letter = session.scalars(select(Letter)).one()
    values = json.loads(letter.inputs)
    assert (values["person"]["name"], values["manager"], values["hr_contact"]) == (
        "Lin Yue",
        "Wang Fang",
        "Hu Min",
    )
    assert (values["rating"], values["total"]) == ("S", "108.00")
    assert "pay_lines" not in values
    assert letter.state == "printed"


def test_acknowledging_needs_the_letter(story: Story) -> None:
    review = story.judged()
    story.move(story.cast.hu, review, "release")
    with pytest.raises(Refused) as refused:
        story.move(story.cast.lin, review, "acknowledge")
    assert keys(refused) == ["guard.letter_due"]


def test_silence_is_recorded_as_silence(story: Story) -> None:
    review = story.released()
    assert story.wait_for(review) == ["silence"]
    row: Review = story.row(Review, review)
    assert row.acknowledgement == "no_answer"


def test_money_leaves_once_after_two_people_who_did_not_prepare_it(story: Story) -> None:
    review, bonus = paid_out(story)
    with pytest.raises(Refused) as refused:
        story.move(story.cast.hu, bonus, "approve")
    assert keys(refused) == ["policy.belongs_to"]
    assert story.move(story.cast.director, bonus, "approve").to_stage == "approved"
    viewer = story.viewer(story.cast.fang)
    for _ in range(2):
        with db.write(story.engine) as session:
            seen = session.get_one(Subject, bonus).version
            move.move_many(session, story.moment, viewer, [(bonus, seen)], "export")
    with db.read(story.engine) as session:
        run = session.scalars(select(PayoutRun)).one()
        assert session.scalars(select(PayoutLine.award_id)).all() == [bonus]
        amount = session.get_one(Award, bonus).amount_minor
    assert run.total_minor == amount
    assert run.body.splitlines()[0] == "person_id,component,period,amount,currency"
    assert story.advance(review) == []  # another award of hers is still open
    for award in awards(story, review).values():
        sign_off(story, award)
    assert story.advance(review) == ["close"]
    assert story.subject(review).part == "closed"


def sign_off(story: Story, award: int) -> None:
    """Whoever may signs what asks for it; then finance exports what is approved."""
    for _ in range(4):
        for person in (story.cast.director, story.cast.fang, story.cast.hu):
            with db.read(story.engine) as session:
                offered = move.offers(session, story.viewer(person), award)
            wanted = [
                one.move.key for one in offered if one.open and (one.move.asks or one.move.key == "export")
            ]
            if wanted:
                story.move(person, award, wanted[0])


def test_who_released_the_result_prepared_the_award(story: Story) -> None:
    _, bonus = paid_out(story)
    with db.read(story.engine) as session:
        parts = session.execute(
            select(AwardPart.part, AwardPart.person_id).where(AwardPart.award_id == bonus)
        ).all()
    assert [tuple(part) for part in parts] == [("preparer", story.cast.hu)]


def test_an_override_keeps_the_computed_rating_and_names_its_author_as_preparer(story: Story) -> None:
    review = story.judged()
    viewer = story.viewer(story.cast.hu)
    with db.write(story.engine) as session:
        version = session.get_one(Subject, review).version
        with pytest.raises(Refused) as refused:
            rate.override(session, story.moment, viewer, review, "A", "", seen_version=version)
        assert keys(refused) == ["rating.reason_required"]
        rate.override(
            session, story.moment, viewer, review, "A", "One order fell into April.", seen_version=version
        )
    row: Review = story.row(Review, review)
    assert (row.rating, row.rating_computed, row.rating_by) == ("A", "S", story.cast.hu)


def test_a_result_reopened_withdraws_open_awards_and_makes_revision_two(story: Story) -> None:
    review, bonus = paid_out(story)
    story.move(story.cast.hu, review, "reopen_result", "One order was credited twice.")
    assert story.advance(bonus) == ["withdraw"]
    row: Review = story.row(Review, review)
    assert (row.revision, row.released_at, row.acknowledgement) == (2, None, None)
    story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    assert story.advance(review) == ["evaluated"]
    story.move(story.cast.hu, review, "release")
    with db.read(story.engine) as session:
        letters = session.scalars(select(Letter).order_by(Letter.revision)).all()
        lines = session.scalars(select(ScoreLine.revision).distinct().order_by(ScoreLine.revision)).all()
    assert [letter.revision for letter in letters] == [1, 2]
    assert json.loads(letters[1].inputs)["replaces"]["revision"] == 1
    assert lines == [1, 2]


def test_once_an_award_is_approved_the_result_stays_as_it_is(story: Story) -> None:
    review, bonus = paid_out(story)
    story.move(story.cast.director, bonus, "approve")
    with pytest.raises(Refused) as refused:
        story.move(story.cast.hu, review, "reopen_result", "Too late.")
    assert keys(refused) == ["guard.award_approved"]


def test_reopened_collection_freezes_anew(story: Story) -> None:
    review = story.judged()
    story.move(story.cast.hu, review, "reopen_collection", "The March invoices came late.")
    row: Review = story.row(Review, review)
    assert (row.frozen_at, row.frozen_batch, row.collection) == (None, None, 2)
    story.measure(review, {"sales_amount": (9_000_000_000, 10_000)})
    assert story.wait_for(review) == ["cut_off"]
    story.score(review)
    story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    assert story.advance(review) == ["evaluated"]
    row = story.row(Review, review)
    # Sales 90 % of target: 80 points; 80 % of them and 20 % of 100.
    assert (row.score_e6, row.rating) == (84_000_000, "B")


def test_a_page_from_an_older_version_learns_what_changed(story: Story) -> None:
    review = story.agreed()
    viewer = story.viewer(story.cast.hu)
    with db.write(story.engine) as session, pytest.raises(Conflict) as conflict:
        move.move(session, story.moment, viewer, review, "void", seen_version=1, note="Left the company.")
    assert conflict.value.by == "Lin Yue"


def test_everybody_reviewed_is_asked_once_about_the_rubric(story: Story) -> None:
    review, _ = paid_out(story)
    story.move(story.cast.hu, review, "reopen_result", "One order was credited twice.")
    story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    story.advance(review)
    story.move(story.cast.hu, review, "release")
    story.print_letters()
    story.move(story.cast.lin, review, "acknowledge_disagree", "The order was mine.")
    with db.read(story.engine) as session:
        assert session.scalars(select(SurveyTicket.person_id)).all() == [story.cast.lin]
        notes = session.scalars(select(MoveLog.note).where(MoveLog.move == "acknowledge_disagree")).all()
    assert notes == ["The order was mine."]
