"""Short ways to answer Lin's tasks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from reviewflow.core.reasons import Refused
from reviewflow.services import answer
from reviewflow.store import db
from reviewflow.store.reviews import Measured
from reviewflow.store.subjects import ClosedTask
from tests.flows.story import Story
from tests.services.reading import keys

PDF = b"%PDF-1.7 invoice"


def save(
    story: Story, person_id: int, task: str, body: dict[str, Any], seen: int, hand: answer.Hand | None = None
) -> answer.Saved:
    viewer = story.viewer(person_id)
    with db.write(story.engine) as session:
        return answer.save(session, story.moment, viewer, story.review(), task, body, seen=seen, hand=hand)


def submit(
    story: Story,
    person_id: int,
    task: str,
    body: dict[str, Any],
    seen: int = 0,
    hand: answer.Hand | None = None,
) -> int:
    viewer = story.viewer(person_id)
    with db.write(story.engine) as session:
        return answer.submit(session, story.moment, viewer, story.review(), task, body, seen=seen, hand=hand)


def refused_for(story: Story, person_id: int, task: str, body: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        submit(story, person_id, task, body)
    return keys(refused)


def open_missing(story: Story) -> tuple[str, str]:
    """Two figures of Lin's review are missing, so the task to enter them is open."""
    review = story.review()
    story.measure(review)
    with db.write(story.engine) as session:
        found = session.scalars(
            select(Measured)
            .where(Measured.review_id == review, Measured.indicator != "sales_amount")
            .order_by(Measured.indicator)
        ).all()[:2]
        for row in found:
            row.state = "missing"
    assert story.advance(review) == []
    with db.read(story.engine) as session:
        assert session.get(ClosedTask, (review, "enter_missing")) is None
    return found[0].indicator, found[1].indicator


def evidence(story: Story, person_id: int, task: str, name: str = "slip.pdf", body: bytes = PDF) -> int:
    viewer = story.viewer(person_id)
    with db.write(story.engine) as session:
        return answer.attach(session, story.moment, viewer, story.review(), task, name, body)
