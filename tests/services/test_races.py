"""Two at the same moment: one decision, one number, one message, whoever comes first.

On SQLite a writer waits for the whole transaction of another, on PostgreSQL for the rows they share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.services import answer, launch, move, remind, score
from reviewflow.services.launch import LaunchPlan
from reviewflow.store import db
from reviewflow.store.cycles import LaunchItem
from reviewflow.store.letters import Letter
from reviewflow.store.messages import Message
from reviewflow.store.pay import Award, PayoutRun
from reviewflow.store.reviews import Review, ScoreLine
from reviewflow.store.subjects import MoveLog, Subject
from tests.flows.story import MANAGER_REVIEW, Q2, Story
from tests.services.at_once import Work, meanwhile, together
from tests.services.people import grant
from tests.services.reading import award

Walk = Callable[[str], Story]


def moving(story: Story, person_id: int, subject_id: int, key: str, note: str | None = None) -> Work:
    """A move by somebody who saw the present version."""
    viewer, seen, moment = story.viewer(person_id), story.subject(subject_id).version, story.moment

    def work(session: Session) -> object:
        return move.move(session, moment, viewer, subject_id, key, seen_version=seen, note=note)

    return work


def test_sixteen_press_approve_and_one_does(walk: Walk) -> None:
    for _ in range(2):
        story = walk("rewarded")
        bonus = award(story, "bonus")
        results = together(story, [moving(story, story.cast.director, bonus, "approve")] * 16)
        assert Counter(type(one).__name__ for one in results) == {"Moved": 1, "Conflict": 15}
        assert made(story, bonus) == ["propose", "approve"]


def test_half_approve_and_half_reject_and_one_decides(walk: Walk) -> None:
    story = walk("rewarded")
    bonus = award(story, "bonus")
    grant(story, story.cast.zhao, "sales_director")
    approve = moving(story, story.cast.director, bonus, "approve")
    reject = moving(story, story.cast.zhao, bonus, "reject", "Not this quarter.")
    results = together(story, [approve, reject] * 4)
    assert Counter(type(one).__name__ for one in results) == {"Moved": 1, "Conflict": 7}
    (_, decision) = made(story, bonus)
    row: Award = story.row(Award, bonus)
    assert (row.approved_at is not None, row.rejected_at is not None) == (
        decision == "approve",
        decision == "reject",
    )
    by = {one.by for one in results if isinstance(one, Conflict)}
    assert by == {"Deng Rui" if decision == "approve" else "Zhao Lei"}


def made(story: Story, subject_id: int) -> list[str]:
    query = select(MoveLog.move).where(MoveLog.subject_id == subject_id).order_by(MoveLog.version)
    with db.read(story.engine) as session:
        return list(session.scalars(query))


def test_approved_while_the_result_is_being_reopened(walk: Walk) -> None:
    """What is approved rests on a released result, whoever comes first: it would be paid twice otherwise."""
    story = walk("rewarded")
    bonus, review = award(story, "bonus"), story.review()
    reopen = moving(story, story.cast.hu, review, "reopen_result", "Credited twice.")
    approve = moving(story, story.cast.director, bonus, "approve")
    late = meanwhile(story, reopen, approve)
    assert isinstance(late, Refused)
    assert [reason.key for reason in late.reasons] == ["award.superseded"]
    row: Award = story.row(Award, bonus)
    assert row.approved_at is None


def test_reopened_while_an_award_is_being_approved(walk: Walk) -> None:
    story = walk("rewarded")
    bonus, review = award(story, "bonus"), story.review()
    approve = moving(story, story.cast.director, bonus, "approve")
    reopen = moving(story, story.cast.hu, review, "reopen_result", "Credited twice.")
    late = meanwhile(story, approve, reopen)
    assert isinstance(late, Refused)
    assert [reason.key for reason in late.reasons] == ["guard.award_approved"]
    row: Review = story.row(Review, review)
    assert row.released_at is not None


def judging(story: Story) -> Work:
    viewer, review, moment = story.viewer(story.cast.wang), story.review(), story.moment

    def work(session: Session) -> object:
        return answer.submit(session, moment, viewer, review, "manager_review", MANAGER_REVIEW, seen=0)

    return work


def scoring(story: Story) -> Work:
    review, moment = story.review(), story.moment
    return lambda session: score.score(session, moment, story.cycle, [review])


@pytest.mark.parametrize("first", ["score", "judgement"])
def test_points_and_judgement_at_once_still_make_a_rating(walk: Walk, first: str) -> None:
    """Neither sees the other before its commit; whoever is second has to."""
    story = walk("frozen")
    review = story.review()
    story.set(Review, review, scored_collection=None)
    works = (scoring(story), judging(story)) if first == "score" else (judging(story), scoring(story))
    meanwhile(story, *works)
    row: Review = story.row(Review, review)
    assert (row.rating, row.scored_collection) == ("S", 1)


def test_scored_while_the_result_is_being_released(walk: Walk) -> None:
    """A job that comes late changes nothing of what was signed."""
    story = walk("judged")
    review = story.review()
    with db.write(story.engine) as session:
        line = session.scalars(select(ScoreLine).where(ScoreLine.line == "total")).one()
        line.points_e6 = 1
    release = moving(story, story.cast.hu, review, "release")
    assert meanwhile(story, release, scoring(story)) == 0
    row: Review = story.row(Review, review)
    assert row.rating == "S"


def test_released_while_the_points_are_computed_again(walk: Walk) -> None:
    """The letter says what the row says."""
    story = walk("judged")
    review = story.review()
    story.set(Review, review, rating="A", rating_computed="A")
    meanwhile(story, scoring(story), moving(story, story.cast.hu, review, "release"))
    with db.read(story.engine) as session:
        rating, inputs = session.execute(select(Review.rating, Letter.inputs).join(Letter)).one()
    assert rating == "S"
    assert '"rating": "S"' in inputs


def test_two_payroll_files_at_once_get_two_numbers(walk: Walk) -> None:
    from tests.services.test_separation import copy_of_award

    story = walk("rewarded")
    awards = [award(story, "bonus"), copy_of_award(story)]
    for key in awards:
        story.move(story.cast.director, key, "approve")
    first, second = (moving(story, story.cast.fang, key, "export") for key in awards)
    assert isinstance(meanwhile(story, first, second), move.Moved)
    with db.read(story.engine) as session:
        assert session.scalars(select(PayoutRun.no).order_by(PayoutRun.no)).all() == [1, 2]


def test_two_begin_the_same_draft_at_once(walk: Walk) -> None:
    story = walk("frozen")
    viewer, review, moment = story.viewer(story.cast.wang), story.review(), story.moment

    def draft(words: str) -> Work:
        body = {"suggest": words}
        return lambda session: answer.save(session, moment, viewer, review, "manager_review", body, seen=0)

    assert isinstance(meanwhile(story, draft("First"), draft("Second")), Conflict)


def launching(story: Story, cycle: int) -> Work:
    moment = story.moment
    return lambda session: launch.launch_range(session, moment, cycle, 1, 10)


def begun(story: Story, key: str) -> int:
    """A second cycle of the same process, launched but without its reviews yet."""
    hu = story.viewer(story.cast.hu)
    plan = LaunchPlan(key=key, workflow="appraisal_annual", period=Q2, currency="CNY")
    with db.write(story.engine) as session:
        return launch.launch(session, story.moment, hu, plan)


def test_nobody_gets_into_two_cycles_that_are_launched_at_once(walk: Walk) -> None:
    story = walk("launched")
    first, second = begun(story, "first"), begun(story, "second")
    meanwhile(story, launching(story, first), launching(story, second))
    with db.read(story.engine) as session:
        rows = session.execute(
            select(LaunchItem.cycle_id, LaunchItem.state, LaunchItem.reason, func.count())
            .where(LaunchItem.cycle_id.in_((first, second)))
            .group_by(LaunchItem.cycle_id, LaunchItem.state, LaunchItem.reason)
            .order_by(LaunchItem.cycle_id)
        ).all()
    assert [tuple(row) for row in rows] == [
        (first, "created", None, 6),
        (second, "skipped", "launch.already_in_cycle", 6),
    ]


def test_a_key_taken_at_the_same_moment_is_refused_in_words(walk: Walk) -> None:
    story = walk("launched")
    hu, moment = story.viewer(story.cast.hu), story.moment
    plan = LaunchPlan(key="2026H1", workflow="appraisal_annual", period=Q2, currency="CNY")

    def work(session: Session) -> object:
        return launch.launch(session, moment, hu, plan)

    late = meanwhile(story, work, work)
    assert isinstance(late, Refused)
    assert [reason.key for reason in late.reasons] == ["launch.key_taken"]


def test_two_who_remind_at_once_send_one_message(walk: Walk) -> None:
    story = walk("launched")
    late = story.subject(story.review()).due_at
    assert late is not None
    story.at = late
    grant(story, story.cast.zhao, "hr")
    moment = story.moment

    def reminding(person_id: int) -> Work:
        viewer = story.viewer(person_id)
        return lambda session: remind.remind(session, moment, viewer, story.cycle)

    assert meanwhile(story, reminding(story.cast.hu), reminding(story.cast.zhao)) == 0
    with db.read(story.engine) as session:
        people = session.scalars(select(Message.person_id).where(Message.kind == "reminder")).all()
    assert len(people) == len(set(people)) > 0


def test_bulk_moves_over_the_same_reviews_in_opposite_order_both_end(walk: Walk) -> None:
    """Rows are locked in order of their ids, so that neither waits for the other in a ring."""
    story = walk("launched")
    reviews = [story.review(person) for person in story.cast.people() if person != story.cast.hu]
    hu, moment = story.viewer(story.cast.hu), story.moment

    def voiding(ids: list[int]) -> Work:
        seen = [(key, 1) for key in ids]
        return lambda session: move.move_many(session, moment, hu, seen, "void", note="Sold.", bulk=False)

    results = together(story, [voiding(reviews), voiding(reviews[::-1])] * 2)
    assert Counter(type(one).__name__ for one in results) == {"list": 1, "Conflict": 3}
    with db.read(story.engine) as session:
        voided = select(func.count()).select_from(Subject).where(Subject.stage == "voided")
        assert session.scalar(voided) == len(reviews)
