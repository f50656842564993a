"""A rating against the rule: with a reason, beside the computed one, and only before anybody has read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services import move, rate
from reviewflow.store import db, review_page
from reviewflow.store.audit import Audit
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject
from tests.flows.story import MANAGER_REVIEW, Story
from tests.services.people import grant
from tests.services.reading import keys

pytestmark = pytest.mark.sqlite  # nothing here is the database's own
Walk = Callable[[str], Story]
WHY = "One order fell into April."


def override(
    story: Story, rating: str, reason: str, person_id: int | None = None, seen: int | None = None
) -> int:
    review, viewer = story.review(), story.viewer(person_id or story.cast.hu)
    with db.write(story.engine) as session:
        version = seen or session.get_one(Subject, review).version
        return rate.override(session, story.moment, viewer, review, rating, reason, seen_version=version)


def seen_by(story: Story, person_id: int) -> tuple[Viewer, review_page.Record]:
    viewer = story.viewer(person_id)
    with db.read(story.engine) as session:
        found = review_page.record(session, viewer, story.review())
    assert found is not None
    return viewer, found


def rated(story: Story) -> tuple[Any, ...]:
    row: Review = story.row(Review, story.review())
    return row.rating, row.rating_computed, row.rating_reason, row.rating_by


def test_the_original_is_kept_and_everything_is_in_the_audit(walk: Walk) -> None:
    story = walk("judged")
    version = override(story, "A", f" {WHY}\x00 ")
    assert rated(story) == ("A", "S", WHY, story.cast.hu)
    assert story.subject(story.review()).version == version
    with db.read(story.engine) as session:
        row = session.scalars(select(Audit).where(Audit.action == "rating.overridden")).one()
    assert json.loads(row.detail) == {"computed": "S", "from": "S", "to": "A", "reason": WHY}
    assert (row.actor_id, row.about_person_id) == (story.cast.hu, story.cast.lin)


def test_setting_the_computed_rating_takes_it_back(walk: Walk) -> None:
    story = walk("judged")
    override(story, "A", WHY)
    override(story, "S", "")
    assert rated(story) == ("S", "S", None, None)
    with db.read(story.engine) as session:
        assert review_page.fallen(session, *seen_by(story, story.cast.hu)) is None


@pytest.mark.parametrize(
    ("at", "rating", "reason", "person", "expected"),
    [
        ("judged", "A", " ", "hu", "rating.reason_required"),
        ("judged", "A", "x" * 2001, "hu", "rating.reason_too_long"),
        ("judged", "Z", WHY, "hu", "rating.unknown"),
        ("judged", "A", WHY, "wang", "rating.hr_only"),
        ("judged", "A", WHY, "zhao", "subject.unknown"),
        ("frozen", "A", WHY, "hu", "rating.not_computed"),
        ("released", "A", WHY, "hu", "rating.released"),
    ],
)
def test_it_is_refused_with_the_reason(
    walk: Walk, at: str, rating: str, reason: str, person: str, expected: str
) -> None:
    story = walk(at)
    before = rated(story)
    with pytest.raises(Refused) as refused:
        override(story, rating, reason, getattr(story.cast, person))
    assert keys(refused) == [expected]
    assert rated(story) == before


def test_hr_of_another_unit_has_no_say(walk: Walk) -> None:
    story = walk("judged")
    grant(story, story.cast.zhao, "hr", story.cast.office)
    with pytest.raises(Refused) as refused:
        override(story, "A", WHY, story.cast.zhao)
    assert keys(refused) == ["subject.unknown"]


def test_from_an_old_page_it_is_a_conflict(walk: Walk) -> None:
    story = walk("judged")
    with pytest.raises(Conflict):
        override(story, "A", WHY, seen=2)


def test_it_falls_when_the_judgement_changes_and_is_not_forgotten(walk: Walk) -> None:
    """Its reason spoke of the figures and words of then; it stays in the history, and HR is told."""
    story = walk("judged")
    override(story, "A", WHY)
    story.move(story.cast.hu, story.review(), "return_evaluation", "Look at the sentence on integrity.")
    assert rated(story) == ("A", "S", WHY, story.cast.hu)
    story.answer(story.cast.wang, story.review(), "manager_review", MANAGER_REVIEW)
    assert rated(story) == ("S", "S", None, None)
    with db.read(story.engine) as session:
        row = session.scalars(select(Audit).where(Audit.action == "rating.restored")).one()
        assert json.loads(row.detail) == {"from": "A", "to": "S", "computed": "S", "cause": "judged"}
        assert (row.actor_id, row.about_person_id) == (story.cast.wang, story.cast.lin)
        hu, record = seen_by(story, story.cast.hu)
        told = [event for event in review_page.history(session, hu, record) if event.what == "rating"]
        assert [(one.before, one.after, one.note, one.cause) for one in told] == [
            ("A", "S", None, "judged"),
            ("S", "A", WHY, ""),
        ]
        assert review_page.fallen(session, hu, record) == review_page.Fallen(
            "A", "Hu Min", WHY, "S", "judged"
        )
        assert review_page.fallen(session, *seen_by(story, story.cast.wang)) is None


def test_it_falls_with_new_points_and_another_one_replaces_the_notice(walk: Walk) -> None:
    story = walk("judged")
    override(story, "A", WHY)
    story.score(story.review())
    with db.read(story.engine) as session:
        found = review_page.fallen(session, *seen_by(story, story.cast.hu))
    assert found is not None
    assert (found.rating, found.cause) == ("A", "scored")
    override(story, "B", WHY)
    story.score(story.review())
    override(story, "A", WHY)
    with db.read(story.engine) as session:
        assert review_page.fallen(session, *seen_by(story, story.cast.hu)) is None


def test_computing_a_rating_that_nobody_set_is_not_news(walk: Walk) -> None:
    story = walk("judged")
    story.score(story.review())
    with db.read(story.engine) as session:
        assert session.scalars(select(Audit).where(Audit.action.like("rating.%"))).all() == []


def test_a_rating_that_a_colleague_changed_meanwhile_is_not_calibrated_unseen(walk: Walk) -> None:
    story = walk("judged")
    review = story.review()
    story.set(Subject, review, stage="calibration", part="calibration")
    seen = story.subject(review).version
    grant(story, story.cast.zhao, "hr")
    override(story, "A", WHY, story.cast.zhao)
    hu = story.viewer(story.cast.hu)
    with db.write(story.engine) as session, pytest.raises(Conflict) as conflict:
        move.move(session, story.moment, hu, review, "calibrated", seen_version=seen)
    assert conflict.value.by == "Zhao Lei"
    assert story.move(story.cast.hu, review, "calibrated").to_stage == "release"
