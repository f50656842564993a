"""Short ways to look at what a service left behind."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from reviewflow.core.reasons import Refused
from reviewflow.store import db
from reviewflow.store.pay import Award
from reviewflow.store.subjects import Answer
from tests.flows.story import Story


def keys(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    """The keys of all reasons, in order."""
    return [reason.key for reason in refused.value.reasons]


def award(story: Story, component: str, review_id: int | None = None) -> int:
    """The newest award of a component, of Lin's review by default."""
    review = review_id or story.review()
    query = select(Award.id).where(Award.review_id == review, Award.component == component)
    with db.read(story.engine) as session:
        found = session.scalars(query.order_by(Award.revision.desc())).first()
    assert found is not None
    return found


def the_answer(story: Story, task: str, round_: int = 1, subject_id: int | None = None) -> Answer:
    """The answer to a task, of Lin's review by default."""
    found: Answer = story.row(Answer, (subject_id or story.review(), task, round_, 1))
    return found
