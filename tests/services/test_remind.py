"""The button that reminds the late: everybody once a day, however much waits and however often it is pressed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from reviewflow.core.reasons import Refused
from reviewflow.services import remind
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.messages import Message
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import RoleGrant
from reviewflow.store.subjects import Subject
from tests.flows.story import Story
from tests.services.people import grant, leave
from tests.services.reading import keys

Walk = Callable[[str], Story]


@pytest.fixture
def late(walk: Walk) -> Story:
    """All six reviews wait for their managers' targets, one second too long."""
    story = walk("launched")
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due + timedelta(seconds=1)
    return story


def press(story: Story, person_id: int | None = None, holder_id: int | None = None) -> int:
    viewer = story.viewer(person_id or story.cast.hu)
    with db.write(story.engine) as session:
        return remind.remind(session, story.moment, viewer, story.cycle, holder_id=holder_id)


def reminded(story: Story) -> Counter[int]:
    with db.read(story.engine) as session:
        return Counter(session.scalars(select(Message.person_id).where(Message.kind == "reminder")))


def test_the_director_with_four_late_reviews_gets_one_message(late: Story) -> None:
    assert press(late) == 2
    assert reminded(late) == {late.cast.wang: 1, late.cast.director: 1}
    assert press(late) == 0
    with db.read(late.engine) as session:
        promised = session.scalars(select(Outbox.key).where(Outbox.kind == "message")).all()
    assert len(promised) == 2


def test_tomorrow_they_are_reminded_again(late: Story) -> None:
    press(late)
    late.at += timedelta(days=1)
    assert press(late) == 2
    assert reminded(late) == {late.cast.wang: 2, late.cast.director: 2}


def test_one_person_can_be_reminded_alone(late: Story) -> None:
    assert press(late, holder_id=late.cast.wang) == 1
    assert press(late) == 1  # the others
    with db.read(late.engine) as session:
        kept = session.scalars(select(Audit.detail).where(Audit.action == "cycle.reminded")).all()
    assert [json.loads(one) for one in kept] == [{"cycle": "2026Q2", "messages": 1}] * 2
    assert reminded(late) == {late.cast.wang: 1, late.cast.director: 1}


def test_who_is_in_time_or_gone_is_left_alone(late: Story) -> None:
    """Wang's people went to the director; Lin's agreement is asked of her in vain."""
    yesterday = late.at.date() - timedelta(days=1)
    leave(late, late.cast.wang, yesterday)
    leave(late, late.cast.lin, yesterday)
    late.set(Subject, late.review(), stage="goal_agreement")
    press(late)
    assert reminded(late) == {late.cast.director: 1, late.cast.hu: 1}  # Hu manages the director


def test_nobody_is_reminded_before_the_deadline_is_over(walk: Walk) -> None:
    story = walk("launched")
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due - timedelta(seconds=1)
    assert press(story) == 0


def test_hr_reminds_about_its_own_units_only(late: Story) -> None:
    with db.write(late.engine) as session:
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == late.cast.hu))
    grant(late, late.cast.hu, "hr", late.cast.east)
    assert press(late) == 1
    assert reminded(late) == {late.cast.wang: 1}
    for person in (late.cast.wang, late.cast.fang):
        with pytest.raises(Refused) as refused:
            press(late, person)
        assert keys(refused) == ["remind.hr_only"]


def test_nobody_is_reminded_of_a_letter_that_is_not_printed(walk: Walk) -> None:
    story = walk("judged")
    story.move(story.cast.hu, story.review(), "release")
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due + timedelta(seconds=1)
    press(story)
    assert story.cast.lin not in reminded(story)
    with db.write(story.engine) as session:
        session.execute(delete(Message))
    story.print_letters()
    story.set(Subject, story.review(), due_at=due)
    story.at += timedelta(days=1)
    press(story)
    assert story.cast.lin in reminded(story)
