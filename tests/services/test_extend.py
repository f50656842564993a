"""A deadline moved by hand: until the end of a day where the person works, with a reason, once for what was seen."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Reason, Refused
from reviewflow.services import extend as extending
from reviewflow.services import pay
from reviewflow.services.extend import Extended
from reviewflow.store import db, review_page
from reviewflow.store.audit import Audit
from reviewflow.store.holding import hold_up
from reviewflow.store.people import Person
from reviewflow.store.subjects import Subject
from tests.cast import Cast
from tests.flows.story import Story
from tests.services.people import grant
from tests.services.reading import award, keys

LATER = date(2026, 4, 20)


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    """Six reviews whose targets are due on 9 April."""
    return Story(engine, cast).begin()


def extend(
    story: Story,
    subject_id: int,
    day: date = LATER,
    reason: str = "Wang is ill.",
    by: int | None = None,
    seen: datetime | None = None,
) -> Extended:
    viewer, subject = story.viewer(by or story.cast.hu), story.subject(subject_id)
    with db.write(story.engine) as session:
        return extending.extend(
            session, story.moment, viewer, subject_id, day, reason,
            seen_version=subject.version, seen_due=seen or subject.due_at,
        )  # fmt: skip


def test_until_the_end_of_the_day_where_the_person_works(story: Story) -> None:
    review = story.review()
    story.set(Person, story.cast.lin, zone="America/New_York")
    before = story.subject(review)
    done = extend(story, review)
    assert done.now == LATER
    assert done.due_at == datetime(2026, 4, 21, 4, tzinfo=UTC)
    after = story.subject(review)
    assert (after.due_at, after.version, after.stage) == (done.due_at, before.version, before.stage)


def test_who_when_and_why_stand_in_audit_and_history(story: Story) -> None:
    review = story.review()
    due = story.subject(review).due_at
    assert due is not None
    story.at += timedelta(hours=1)
    extend(story, review)
    with db.read(story.engine) as session:
        row = session.scalars(select(Audit).where(Audit.action == "deadline.extended")).one()
        assert (row.actor_id, row.about_person_id, row.subject_id) == (story.cast.hu, story.cast.lin, review)
        said = json.loads(row.detail)
        assert (said["to"], said["reason"]) == ("2026-04-20", "Wang is ill.")
        assert said["from"] == str((due - timedelta(seconds=1)).date())
        for person in (story.cast.hu, story.cast.lin, story.cast.wang):
            viewer = story.viewer(person)
            record = review_page.record(session, viewer, review)
            assert record is not None
            event = review_page.history(session, viewer, record)[0]
            assert (event.what, event.before, event.after) == ("deadline", said["from"], said["to"])
            assert (event.note, event.at, event.to_stage) == ("Wang is ill.", story.at, record.stage)


def test_the_clock_waits_for_the_new_day(story: Story) -> None:
    """Silence counts as agreement at the deadline that HR set, not at the one before."""
    review = story.review()
    story.answer(story.cast.wang, review, "propose_targets", {"targets": story.targets(review)})
    story.move(story.cast.wang, review, "propose")
    first = story.subject(review).due_at
    assert first is not None
    done = extend(story, review, first.date() + timedelta(days=5))
    story.at = first
    assert story.advance(review) == []
    story.at = done.due_at
    assert story.advance(review) == ["agree_by_silence"]


def test_what_was_refused_at_the_old_deadline_is_forgotten(story: Story) -> None:
    review = story.agreed()
    story.wait_for(review)
    assert story.wait_for(review) == [], "no figure is there"
    assert story.subject(review).held_up is not None
    extend(story, review, story.at.date() + timedelta(days=3))
    after = story.subject(review)
    assert (after.held_up, after.tried_at) == (None, None)


def test_what_has_nothing_to_do_with_the_deadline_stays_said(story: Story) -> None:
    review = story.review()
    with db.write(story.engine) as session:
        hold_up(session, story.moment, [(review, "propose", [Reason("move.failed")])])
    extend(story, review)
    assert story.subject(review).held_up is not None


@pytest.mark.parametrize(
    ("day", "reason", "key"),
    [
        (date(2026, 3, 31), "Late.", "deadline.past"),
        (date(2062, 4, 20), "Late.", "deadline.too_far"),
        (date.max, "Late.", "deadline.too_far"),
        (LATER, " \n", "deadline.reason_required"),
        (LATER, "x" * 2001, "deadline.reason_too_long"),
    ],
)
def test_refused_with_the_reason(story: Story, day: date, reason: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        extend(story, story.review(), day, reason)
    assert keys(refused) == [key]


def test_today_is_early_enough(story: Story) -> None:
    assert extend(story, story.review(), date(2026, 4, 1)).now == date(2026, 4, 1)


def test_only_hr_of_the_unit_and_never_ones_own(story: Story) -> None:
    for person in (story.cast.wang, story.cast.lin):
        with pytest.raises(Refused) as refused:
            extend(story, story.review(), by=person)
        assert "deadline.hr_only" in keys(refused)
    with pytest.raises(Refused) as refused:
        extend(story, story.review(story.cast.hu))
    assert keys(refused) == ["deadline.own"]
    grant(story, story.cast.zhao, "hr", story.cast.office)
    with pytest.raises(Refused) as refused:
        extend(story, story.review(), by=story.cast.zhao)
    assert keys(refused) == ["subject.unknown"]


def test_nothing_to_move_where_a_step_has_no_deadline(story: Story) -> None:
    review = story.judged()
    story.set(Subject, review, due_at=None)
    with pytest.raises(Refused) as refused:
        extend(story, review, story.at.date() + timedelta(days=2))
    assert keys(refused) == ["deadline.none"]


def test_what_changed_meanwhile_is_a_conflict(story: Story) -> None:
    review, first = story.review(), story.subject(story.review()).due_at
    extend(story, review)
    with pytest.raises(Conflict) as conflict:
        extend(story, review, date(2026, 4, 25), seen=first)
    assert conflict.value.by == "Hu Min"
    viewer, seen = story.viewer(story.cast.hu), story.subject(review)
    story.answer(story.cast.wang, review, "propose_targets", {"targets": story.targets(review)})
    with pytest.raises(Conflict), db.write(story.engine) as session:
        extending.extend(
            session,
            story.moment,
            viewer,
            review,
            LATER,
            "Late.",
            seen_version=seen.version,
            seen_due=seen.due_at,
        )


def test_an_award_too(story: Story) -> None:
    review = story.released()
    story.move(story.cast.lin, review, "acknowledge")
    with db.write(story.engine) as session:
        pay.propose(session, story.moment, story.cycle, review, review)
    one = award(story, "bonus")
    day = story.at.date() + timedelta(days=9)
    assert extend(story, one, day).now == day
