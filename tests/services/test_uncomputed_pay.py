"""Pay that nobody can compute: it is held for people with its reason, never settled as nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import insert, select, update

from reviewflow.store import db
from reviewflow.store.pay import Award
from reviewflow.store.people import PayBase
from reviewflow.store.subjects import MoveLog
from tests.flows.story import Story
from tests.services import walks
from tests.services.reading import award

pytestmark = pytest.mark.sqlite  # nothing here is the database's own
Walk = Callable[[str], Story]


@pytest.fixture
def held(walk: Walk) -> tuple[Story, int]:
    """Lin's bonus, whose base is in dollars from the middle of the quarter on."""
    story, middle = walk("released"), date(2026, 5, 16)
    with db.write(story.engine) as session:
        session.execute(
            update(PayBase).where(PayBase.person_id == story.cast.lin).values(until_on=middle)
        )  # fmt: skip
        session.execute(
            insert(PayBase).values(
                person_id=story.cast.lin, component="bonus", from_on=middle, amount_minor=200_000, currency="USD"
            )
        )  # fmt: skip
    walks.rewarded(story)
    return story, award(story, "bonus")


def test_a_bonus_in_two_currencies_waits_for_hr_with_its_reason(held: tuple[Story, int]) -> None:
    story, bonus = held
    row: Award = story.row(Award, bonus)
    assert (row.amount_minor, row.currency, row.zero_reason) == (0, "USD", "pay.base_changes_currency")
    assert story.subject(bonus).stage == "returned"
    with db.read(story.engine) as session:
        to = session.scalars(select(MoveLog.to_stage).where(MoveLog.subject_id == bonus)).all()
    assert to == ["returned"]
    assert story.advance(bonus, story.review()) == []
    assert story.subject(story.review()).stage == "reward"


def test_hr_finds_the_amount_and_the_director_signs_it(held: tuple[Story, int]) -> None:
    story, bonus = held
    story.answer(
        story.cast.hu, bonus, "correct", {"amount": "3100.00", "reason": "46 of 91 days at each base."}
    )
    story.move(story.cast.hu, bonus, "resubmit")
    row: Award = story.row(Award, bonus)
    assert (row.amount_minor, row.proposed_minor, row.zero_reason) == (310_000, 0, None)
    assert story.move(story.cast.director, bonus, "approve").to_stage == "finance_approval"
