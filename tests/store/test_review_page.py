"""One review by viewer: what the policy hides is not in the answer at all."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, insert

from reviewflow.core.policy import seen
from reviewflow.services import pay
from reviewflow.store import db, review_page, tasks_page
from reviewflow.store.people import RoleGrant
from tests.cast import Cast
from tests.flows.story import MANAGER_REVIEW, RUBRIC, Story


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    return Story(engine, cast).begin()


def grant(story: Story, person_id: int, role: str) -> None:
    with db.write(story.engine) as session:
        values = {"person_id": person_id, "role": role, "unit_id": story.cast.company}
        values |= {"from_on": date(2020, 1, 1), "granted_by": story.cast.hu}
        session.execute(insert(RoleGrant).values(**values))


def test_who_enters_data_sees_figures_and_no_goals(story: Story, cast: Cast, engine: Engine) -> None:
    grant(story, cast.zhao, "data_inputter")
    review = story.frozen()
    with db.read(engine) as session:
        viewer = story.viewer(cast.zhao)
        record = review_page.record(session, viewer, review)
        lines = review_page.lines(session, viewer, review)
        assert record is not None
        assert lines is not None
        assert review_page.forms(session, viewer, record).written == {} or not any(
            one.body for one in review_page.forms(session, viewer, record).written.values()
        )
    assert record.result is None
    assert record.letter is None
    assert all(line.goal is None and line.score is None for line in lines.lines)
    assert any(line.figure and line.figure.value for line in lines.lines)


@pytest.mark.parametrize("login", ["lin", "wang", "hu", "director"])
def test_groups_follow_the_policy_in_every_stage(
    story: Story, cast: Cast, engine: Engine, login: str
) -> None:
    person = getattr(cast, login)
    review = story.review()

    def look() -> None:
        with db.read(engine) as session:
            record = review_page.record(session, story.viewer(person), review)
            lines = review_page.lines(session, story.viewer(person), review)
        assert record is not None
        assert lines is not None
        assert record.seen == lines.seen == seen(record.held, record.dates.keys())
        assert (record.result is not None) == record.sees("rating")
        assert all((line.goal is not None) == record.sees("goals") for line in lines.lines)
        assert record.sees("score") or all(line.score is None for line in lines.lines)
        assert record.sees("letter") or record.letter is None

    look()
    story.agreed()
    look()
    story.wait_for(review)
    story.measure(review)
    story.wait_for(review)
    story.score(review)
    look()
    story.answer(cast.lin, review, "self_review", {"rubric": RUBRIC})
    story.answer(cast.wang, review, "manager_review", MANAGER_REVIEW)
    story.advance(review)
    look()
    story.move(cast.hu, review, "release")
    story.print_letters()
    look()


def test_points_of_an_earlier_freeze_are_not_shown(story: Story, cast: Cast, engine: Engine) -> None:
    review = story.frozen()
    story.move(cast.hu, review, "reopen_collection", "Two payments were booked late.")
    with db.read(engine) as session:
        lines = review_page.lines(session, story.viewer(cast.hu), review)
    assert lines is not None
    assert all(line.score is None for line in lines.lines)


def test_a_returned_review_is_read_by_those_who_may_always(story: Story, cast: Cast, engine: Engine) -> None:
    """The employee reads what was released, not what HR sent back before."""
    review = story.judged()
    story.move(cast.hu, review, "return_evaluation", "Give examples.")
    second = MANAGER_REVIEW | {"suggest": "Second version."}
    story.answer(cast.wang, review, "manager_review", second)
    story.advance(review)
    story.move(cast.hu, review, "release")
    texts = {}
    for login in ("lin", "wang", "hu"):
        with db.read(engine) as session:
            viewer = story.viewer(getattr(cast, login))
            record = review_page.record(session, viewer, review)
            assert record is not None
            events = review_page.history(session, viewer, record)
        bodies = [one.body for one in events if one.key == "manager_review"]
        texts[login] = [body["suggest"] for body in bodies if body is not None]
    assert texts["lin"] == ["Second version."]
    assert texts["wang"] == texts["hu"] == ["Second version.", MANAGER_REVIEW["suggest"]]


def test_awards_are_masked_until_they_are_decided(story: Story, cast: Cast, engine: Engine) -> None:
    review = story.released()
    story.move(cast.lin, review, "acknowledge")
    with db.write(engine) as session:
        pay.propose(session, story.moment, story.cycle, review, review)
    shown = {}
    for login in ("lin", "wang", "hu", "director"):
        with db.read(engine) as session:
            viewer = story.viewer(getattr(cast, login))
            record = review_page.record(session, viewer, review)
            assert record is not None
            shown[login] = {one.component: one.amount for one in review_page.awards(session, viewer, record)}
    assert shown["lin"] == shown["wang"] == {"bonus": None, "commission": None}
    assert shown["hu"]["bonus"] == shown["director"]["bonus"]
    assert shown["hu"]["bonus"] is not None


def test_a_task_of_an_invisible_record_does_not_exist(story: Story, cast: Cast, engine: Engine) -> None:
    review = story.frozen()
    with db.read(engine) as session:
        assert tasks_page.sheet(session, story.viewer(cast.zhao), review, "self_review") is None
        assert tasks_page.sheet(session, story.viewer(cast.lin), review, "unknown") is None
        mine = tasks_page.sheet(session, story.viewer(cast.lin), review, "self_review")
        theirs = tasks_page.sheet(session, story.viewer(cast.hu), review, "self_review")
    assert mine is not None
    assert mine.refusals == ()
    assert theirs is not None
    assert [reason.key for reason in theirs.refusals] == ["policy.belongs_to"]
