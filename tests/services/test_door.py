"""The door: who is let through, what a stale page learns, and that one who stays does not hold up the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, func, insert, select

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.services import move, rate
from reviewflow.services.move import Left, Moved
from reviewflow.store import db
from reviewflow.store.letters import Letter
from reviewflow.store.outbox import Outbox
from reviewflow.store.pay import AwardPart
from reviewflow.store.people import Person
from reviewflow.store.reviews import Goal, Measured, Review, ScoreLine
from reviewflow.store.subjects import Answer, MoveLog, Subject
from tests.counting import counted
from tests.flows.story import MANAGER_REVIEW, Story
from tests.services.people import change_manager, grant
from tests.services.reading import award, keys

Walk = Callable[[str], Story]


def test_for_who_must_not_see_a_record_it_does_not_exist(story: Story) -> None:
    """A system administrator holds a role above every unit, and still sees no review."""
    grant(story, story.cast.zhao, "system_admin")
    with pytest.raises(Refused) as refused:
        story.move(story.cast.zhao, story.review(), "propose")
    assert keys(refused) == ["subject.unknown"]
    with db.read(story.engine) as session:
        assert move.offers(session, story.viewer(story.cast.zhao), story.review()) == []


def test_a_move_that_is_over_says_who_made_it(walk: Walk) -> None:
    """Two approvers look at one award; the second must learn of the first, not of a wrong stage."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    grant(story, story.cast.zhao, "sales_director")
    seen = story.subject(bonus).version
    story.move(story.cast.director, bonus, "approve")
    with db.write(story.engine) as session, pytest.raises(Conflict) as conflict:
        move.move(
            session,
            story.moment,
            story.viewer(story.cast.zhao),
            bonus,
            "reject",
            seen_version=seen,
            note="No.",
        )
    assert (conflict.value.by, conflict.value.version) == ("Deng Rui", seen + 1)


def test_in_bulk_a_stale_page_leaves_only_that_one(walk: Walk) -> None:
    story = walk("rewarded")
    bonus = award(story, "bonus")
    seen = story.subject(bonus).version
    story.move(story.cast.director, bonus, "approve")
    director = story.viewer(story.cast.director)
    with db.write(story.engine) as session:
        (left,) = move.move_many(session, story.moment, director, [(bonus, seen)], "approve")
    assert isinstance(left, Left)
    assert [reason.key for reason in left.reasons] == ["subject.changed"]


def test_a_step_that_one_process_lacks_does_not_stop_the_others(walk: Walk) -> None:
    """Awards and promotions are approved from one list; `approve_finance` is a step of awards alone."""
    story = walk("rewarded")
    bonus, review = award(story, "bonus"), story.review(story.cast.wang)
    story.set(Subject, bonus, stage="finance_approval")
    grant(story, story.cast.fang, "hr")
    with db.write(story.engine) as session:
        left, moved = move.move_many(
            session, story.moment, story.viewer(story.cast.fang), [(review, 1), (bonus, 1)], "approve_finance"
        )
    assert isinstance(left, Left)
    assert [reason.key for reason in left.reasons] == ["move.unknown"]
    assert isinstance(moved, Moved)


def test_a_letter_that_cannot_be_written_keeps_back_that_review_alone(walk: Walk) -> None:
    story = walk("judged")
    lin = story.review()
    zhao = ready_for_release(story, story.cast.zhao)
    story.set(Person, story.cast.zhao, name=" ")
    versions = [(key, story.subject(key).version) for key in (zhao, lin)]
    with db.write(story.engine) as session:
        left, moved = move.move_many(session, story.moment, story.viewer(story.cast.hu), versions, "release")
    assert isinstance(left, Left)
    assert [reason.key for reason in left.reasons] == ["letter.incomplete"]
    assert isinstance(moved, Moved)
    with db.read(story.engine) as session:
        assert session.scalars(select(Letter.review_id)).all() == [lin]
        assert session.scalars(select(MoveLog.subject_id).where(MoveLog.move == "release")).all() == [lin]
    assert (story.subject(zhao).stage, story.subject(lin).stage) == ("release", "feedback")


def ready_for_release(story: Story, person_id: int) -> int:
    """Another person's review, brought to Lin's stage with Lin's results."""
    lin, other = story.review(), story.review(person_id)
    with db.write(story.engine) as session:
        at, to = session.get_one(Subject, lin), session.get_one(Subject, other)
        to.stage, to.part, to.version, to.round = at.stage, at.part, at.version, at.round
        mine, theirs = session.get_one(Review, lin), session.get_one(Review, other)
        for name in ("goals_agreed_at", "frozen_at", "frozen_batch", "score_e6", "rating", "rating_computed",
                     "rating_trace", "rated_at", "scored_collection"):  # fmt: skip
            setattr(theirs, name, getattr(mine, name))
        session.execute(delete(Goal).where(Goal.review_id == other))
        for model, key in (
            (Goal, "review_id"),
            (Measured, "review_id"),
            (ScoreLine, "review_id"),
            (Answer, "subject_id"),
        ):
            table = model.__table__
            rows = session.execute(select(table).where(table.c[key] == lin)).mappings().all()
            session.execute(insert(table), [dict(row) | {key: other} for row in rows])
    return other


def test_people_decide_nothing_about_an_award_whose_result_was_reopened(walk: Walk) -> None:
    """Between reopening and the clock's withdrawal the award still stands at the director's: it must not be paid."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    seen = story.subject(bonus).version
    story.move(story.cast.hu, story.review(), "reopen_result", "One order was credited twice.")
    with db.write(story.engine) as session, pytest.raises(Refused) as refused:
        move.move(
            session, story.moment, story.viewer(story.cast.director), bonus, "approve", seen_version=seen
        )
    assert keys(refused) == ["award.superseded"]
    with db.read(story.engine) as session:
        (approve, *_) = move.offers(session, story.viewer(story.cast.director), bonus)
    assert [reason.key for reason in approve.reasons] == ["award.superseded"]
    assert story.advance(bonus) == ["withdraw"]


def test_who_submits_an_award_again_prepared_it(walk: Walk) -> None:
    """Sending back into approval is no signature: it makes a preparer, in whatever round."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    story.move(story.cast.director, bonus, "return", "The base is last year's.")
    story.answer(story.cast.hu, bonus, "correct", {"amount": "9000.00", "reason": "Base of 2026."})
    grant(story, story.cast.wang, "hr")
    story.move(story.cast.wang, bonus, "resubmit")
    with db.read(story.engine) as session:
        parts = session.execute(
            select(AwardPart.part, AwardPart.person_id)
            .where(AwardPart.award_id == bonus)
            .order_by(AwardPart.person_id)
        )
        found = {(part, person) for part, person in parts}
    assert found == {("preparer", story.cast.wang), ("preparer", story.cast.hu)}


def test_a_page_older_than_an_override_learns_who_overrode(walk: Walk) -> None:
    story = walk("judged")
    review = story.review()
    seen = story.subject(review).version
    with db.write(story.engine) as session:
        hu = story.viewer(story.cast.hu)
        rate.override(session, story.moment, hu, review, "A", "An order fell into April.", seen_version=seen)
    grant(story, story.cast.zhao, "hr")
    zhao = story.viewer(story.cast.zhao)
    with db.write(story.engine) as session, pytest.raises(Conflict) as conflict:
        rate.override(session, story.moment, zhao, review, "B", "Too few visits.", seen_version=seen)
    assert conflict.value.by == "Hu Min"
    with db.write(story.engine) as session, pytest.raises(Conflict) as conflict:
        move.move(session, story.moment, story.viewer(story.cast.zhao), review, "release", seen_version=seen)
    assert conflict.value.by == "Hu Min"


def test_a_move_whose_conditions_do_not_read_answers_goes_on_after_one(walk: Walk) -> None:
    """HR withdraws a review while an answer comes in: nothing that HR saw has changed for that decision."""
    story = walk("frozen")
    review = story.review()
    seen = story.subject(review).version
    story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    with db.write(story.engine) as session:
        moved = move.move(
            session,
            story.moment,
            story.viewer(story.cast.hu),
            review,
            "void",
            seen_version=seen,
            note="Left us.",
        )
    assert moved.to_stage == "voided"


def test_promises_to_look_again_are_made_only_where_the_clock_has_something_to_do(walk: Walk) -> None:
    """10,000 released reviews wait for people; 10,000 promises to look at them would be for nothing."""
    story = walk("released")
    review = story.review()
    with db.read(story.engine) as session:
        keys_ = session.scalars(select(Outbox.key).where(Outbox.kind == "advance")).all()
    stages = {f"advance:{review}:v{log.version}": log.to_stage for log in logs(story, review)}
    promised = {stages[key] for key in keys_ if key in stages}
    assert promised == {"data_collection", "evaluation"}


def logs(story: Story, subject_id: int) -> list[MoveLog]:
    with db.read(story.engine) as session:
        return list(
            session.scalars(select(MoveLog).where(MoveLog.subject_id == subject_id).order_by(MoveLog.version))
        )


def test_a_reopened_collection_leaves_no_rating_of_the_old_figures(walk: Walk) -> None:
    """Between the new freeze and the new manager review there is no rating that anybody could override or read."""
    story = walk("judged")
    review = story.review()
    story.move(story.cast.hu, review, "reopen_collection", "The March invoices came late.")
    row: Review = story.row(Review, review)
    assert (row.rating, row.rating_computed, row.score_e6, row.rating_trace) == (None, None, None, None)


def test_going_back_costs_as_many_queries_for_two_as_for_one(walk: Walk) -> None:
    story = walk("judged")
    ids = [
        story.review(),
        *(ready_for_release(story, person) for person in (story.cast.wang, story.cast.zhao)),
    ]
    viewer, counts = story.viewer(story.cast.hu), []
    for some in (ids[:1], ids[1:]):
        seen = [(key, story.subject(key).version) for key in some]
        with db.write(story.engine) as session, counted(story.engine) as queries:
            moved = move.move_many(
                session, story.moment, viewer, seen, "return_evaluation", note="Say why.", bulk=False
            )
        assert len(moved) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    drafts = (
        select(func.count())
        .select_from(Answer)
        .where(Answer.subject_id.in_(ids), Answer.submitted_at.is_(None))
    )
    with db.read(story.engine) as session:
        assert session.scalar(drafts) == 2 * len(ids)  # targets and manager review, once for each person


def test_a_note_with_a_null_character_is_kept_without_it(walk: Walk) -> None:
    """PostgreSQL refuses U+0000 in text; whoever pasted it meant the rest."""
    story = walk("released")
    story.move(story.cast.lin, story.review(), "acknowledge_disagree", "Order\x00 7 was mine.")
    assert logs(story, story.review())[-1].note == "Order 7 was mine."


def test_the_letter_names_who_manages_on_the_releasing_persons_day(walk: Walk) -> None:
    """Half past midnight in Shanghai is yesterday in UTC; a change of manager on this day counts already."""
    story = walk("judged")
    story.at = datetime(2026, 7, 20, 16, 30, tzinfo=UTC)
    today = date(2026, 7, 21)
    change_manager(story, story.cast.lin, story.cast.zhao, today)
    hu = replace(story.viewer(story.cast.hu), today=today)
    with db.write(story.engine) as session:
        version = session.get_one(Subject, story.review()).version
        move.move(session, story.moment, hu, story.review(), "release", seen_version=version)
        inputs = session.scalars(select(Letter.inputs)).one()
    assert json.loads(inputs)["manager"] == "Zhao Lei"
