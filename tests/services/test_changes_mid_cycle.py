"""Files, managers and people change while reviews run: the review keeps its file, the duty finds its person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from reviewflow.core.reasons import Refused
from reviewflow.core.values import Period
from reviewflow.services import accept, launch, move
from reviewflow.services.accept import Proposal
from reviewflow.services.launch import LaunchPlan
from reviewflow.store import db, pinned, turns
from reviewflow.store.cycles import Cycle, Definition
from reviewflow.store.subjects import Subject
from tests.flows.story import MANAGER_REVIEW, ROOT, RUBRIC, Story
from tests.services.people import change_manager, grant, leave
from tests.services.reading import award, keys

Walk = Callable[[str], Story]
Q3 = Period(date(2026, 7, 1), date(2026, 9, 30))
WORKFLOW = ROOT / "workflows" / "sales_quarterly.toml"


def accept_changed(story: Story, *changes: tuple[str, str]) -> None:
    """Accept the quarterly process with some texts replaced."""
    text = WORKFLOW.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with db.write(story.engine) as session:
        proposal = Proposal("workflow", "sales_quarterly", text, "sales_quarterly.toml")
        assert accept.accept(session, story.moment, story.cast.hu, [proposal]) == ["sales_quarterly"]


def test_a_running_review_keeps_the_file_it_began_with(walk: Walk) -> None:
    story = walk("judged")
    review = story.review()
    old = story.subject(review).definition_id
    changed = ('title = { en = "Release result"', 'note = "required"\ntitle = { en = "Release result"')
    accept_changed(story, changed, ('days = 10, count = "calendar"', 'days = 3, count = "calendar"'))
    story.move(story.cast.hu, review, "release")  # by the old file without a note
    subject = story.subject(review)
    assert subject.definition_id == old
    assert subject.due_at == story.at + timedelta(days=11)  # from midnight to the end of day 10


def test_the_next_launch_pins_the_new_file(walk: Walk) -> None:
    story = walk("agreed")
    accept_changed(story, ('days = 5, count = "working"', 'days = 9, count = "working"'))
    plan = LaunchPlan("2026Q3", "sales_quarterly", Q3, "CNY")
    viewer = story.viewer(story.cast.hu)
    with db.write(story.engine) as session:
        cycle = launch.launch(session, story.moment, viewer, plan)
        launch.launch_range(session, story.moment, cycle, 1, 100)
    with db.read(story.engine) as session:
        old, new = (pinned.of_cycle(session, key).workflow for key in (story.cycle, cycle))
        digests = session.scalars(
            select(Definition.digest).where(Definition.name == "sales_quarterly").order_by(Definition.id)
        ).all()
        used = session.scalars(
            select(Subject.definition_id).where(Subject.cycle_id == cycle).distinct()
        ).all()
        workflow_id = session.get_one(Cycle, cycle).workflow_id
    assert [old.digest, new.digest] == digests
    due = new.stages["goal_proposal"].due
    assert due is not None
    assert due.days == 9
    assert used == [workflow_id]


def test_a_file_accepted_again_makes_no_second_version(walk: Walk) -> None:
    story = walk("launched")
    with db.write(story.engine) as session:
        files = accept.read_folders(ROOT / "workflows", ROOT / "templates")
        assert accept.accept(session, story.moment, story.cast.hu, files) == []


# ---- managers --------------------------------------------------------------------------------------------


def holders(story: Story, subject_id: int) -> set[tuple[str, int]]:
    """(item, person) of whom the subject waits for today."""
    with db.read(story.engine) as session:
        turn = turns.turns(story.at.date(), Subject.id == subject_id)
        return {(item, who) for item, who in session.execute(select(turn.c.item, turn.c.holder_id))}


def test_a_new_manager_takes_the_open_review_over(walk: Walk) -> None:
    story = walk("frozen")
    review = story.review()
    today = story.at.date()
    change_manager(story, story.cast.lin, story.cast.zhao, today)
    assert ("manager_review", story.cast.zhao) in holders(story, review)
    with pytest.raises(Refused) as refused:
        story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    assert keys(refused) == ["subject.unknown"]  # no longer Wang's business
    story.answer(story.cast.zhao, review, "manager_review", MANAGER_REVIEW)
    story.answer(story.cast.lin, review, "self_review", {"rubric": RUBRIC})
    assert story.advance(review) == ["evaluated"]


def test_a_change_of_manager_holds_from_its_day_on(walk: Walk) -> None:
    story = walk("frozen")
    review, tomorrow = story.review(), story.at.date() + timedelta(days=1)
    change_manager(story, story.cast.lin, story.cast.zhao, tomorrow)
    assert ("manager_review", story.cast.wang) in holders(story, review)
    story.at += timedelta(days=1)
    assert ("manager_review", story.cast.zhao) in holders(story, review)
    assert ("manager_review", story.cast.wang) not in holders(story, review)


def test_when_the_manager_leaves_the_next_one_up_acts(walk: Walk) -> None:
    story = walk("frozen")
    review, yesterday = story.review(), story.at.date() - timedelta(days=1)
    leave(story, story.cast.wang, yesterday)
    assert {who for item, who in holders(story, review) if item == "manager_review"} == {story.cast.director}
    story.answer(story.cast.director, review, "manager_review", MANAGER_REVIEW)
    assert story.subject(story.review(story.cast.wang)).stage == "goal_proposal"


def test_a_leaver_holds_up_nothing_but_the_deadline(walk: Walk) -> None:
    story = walk("frozen")
    review = story.review()
    leave(story, story.cast.lin, story.at.date() - timedelta(days=1))
    assert holders(story, review) == {("manager_review", story.cast.wang)}  # the self-review waits for nobody
    story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    assert story.advance(review) == []
    assert story.wait_for(review) == ["evaluated_without_self_review"]


def test_an_approver_who_leaves_is_named_nowhere_and_somebody_must_follow(walk: Walk) -> None:
    story = walk("rewarded")
    bonus, today = award(story, "bonus"), story.at.date()
    leave(story, story.cast.director, today - timedelta(days=1))
    assert holders(story, bonus) == set()
    with db.read(story.engine) as session:
        assert turns.nobody_can(session, [bonus], today) == {bonus: ["approve"]}
    grant(story, story.cast.zhao, "sales_director")
    assert holders(story, bonus) == {("approve", story.cast.zhao)}
    assert story.move(story.cast.zhao, bonus, "approve").to_stage == "approved"


def test_a_role_taken_back_counts_at_once(walk: Walk) -> None:
    story = walk("judged")
    review, hu = story.review(), story.viewer(story.cast.hu)
    with db.write(story.engine) as session:
        seen = session.get_one(Subject, review).version
        without = replace(hu, grants=())
        with pytest.raises(Refused) as refused:
            move.move(session, story.moment, without, review, "release", seen_version=seen)
    assert keys(refused) == ["subject.unknown"]


# ---- what nobody can do ----------------------------------------------------------------------------------


def test_what_only_the_excluded_could_do_nobody_can(walk: Walk) -> None:
    """The only person of HR waits for the release of their own result; the director for their own bonus."""
    story = walk("launched")
    hus, zhaos = story.review(story.cast.hu), story.review(story.cast.zhao)
    for review in (hus, zhaos):
        story.set(Subject, review, stage="calibration", part="calibration")
    today = story.at.date()
    with db.read(story.engine) as session:
        assert turns.nobody_can(session, [hus, zhaos], today) == {hus: ["calibrated"]}
    grant(story, story.cast.zhao, "hr")
    with db.read(story.engine) as session:
        assert turns.nobody_can(session, [hus, zhaos], today) == {}


def test_a_granted_role_in_not_by_bars_its_holders(walk: Walk) -> None:
    """A company's own file may bar a granted role, and the lists must know it as the door does."""
    story = walk("launched")
    old = 'key = "propose"\ntitle = { en = "Send to the employee", zh = "提交员工确认" }'
    accept_changed(story, (old, old + '\nnot_by = ["finance"]'))
    grant(story, story.cast.wang, "finance")
    review = story.review()
    with db.write(story.engine) as session:
        newest = session.scalars(
            select(Definition.id).where(Definition.name == "sales_quarterly").order_by(Definition.id.desc())
        ).first()
    story.set(Subject, review, definition_id=newest)
    assert {item for item, _ in holders(story, review)} == {"propose_targets"}
    with pytest.raises(Refused) as refused:
        story.move(story.cast.wang, review, "propose")
    assert keys(refused) == ["policy.excluded"]
    with db.read(story.engine) as session:
        assert turns.nobody_can(session, [review], story.at.date()) == {review: ["propose"]}
