"""A returned award: who corrects it prepared it, the proposed amount stays beside the new one, zero has a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from reviewflow.core.reasons import Refused
from reviewflow.services import answer
from reviewflow.store import db
from reviewflow.store.pay import Award, AwardPart, PayoutLine
from tests.flows.story import Story
from tests.services.people import grant
from tests.services.reading import award, keys

pytestmark = pytest.mark.sqlite  # nothing here is the database's own
Walk = Callable[[str], Story]


@pytest.fixture
def returned(walk: Walk) -> tuple[Story, int]:
    """Lin's bonus of 18,000.00, sent back to whoever prepares it."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    story.move(story.cast.director, bonus, "return", "The base is last year's.")
    return story, bonus


def correct(story: Story, person_id: int, bonus: int, amount: str, reason: str = "Base of 2026.") -> None:
    story.answer(person_id, bonus, "correct", {"amount": amount, "reason": reason})


def preparers(story: Story, bonus: int) -> set[int]:
    query = select(AwardPart.person_id).where(AwardPart.award_id == bonus, AwardPart.part == "preparer")
    with db.read(story.engine) as session:
        return set(session.scalars(query))


def test_whoever_changes_the_amount_prepared_it(returned: tuple[Story, int]) -> None:
    story, bonus = returned
    grant(story, story.cast.zhao, "hr")
    correct(story, story.cast.zhao, bonus, "9,000.50")
    row: Award = story.row(Award, bonus)
    assert (row.amount_minor, row.proposed_minor, row.changed_reason) == (900_050, 1_800_000, "Base of 2026.")
    assert preparers(story, bonus) == {story.cast.hu, story.cast.zhao}


def test_who_changed_it_may_not_approve_it_under_another_role(returned: tuple[Story, int]) -> None:
    story, bonus = returned
    grant(story, story.cast.zhao, "hr")
    correct(story, story.cast.zhao, bonus, "9000.00")
    story.move(story.cast.zhao, bonus, "resubmit")
    grant(story, story.cast.zhao, "sales_director")
    with pytest.raises(Refused) as refused:
        story.move(story.cast.zhao, bonus, "approve")
    assert keys(refused) == ["policy.excluded_preparer"]
    assert story.move(story.cast.director, bonus, "approve").to_stage == "approved"


def test_the_proposed_amount_put_back_needs_no_reason_for_a_change(returned: tuple[Story, int]) -> None:
    story, bonus = returned
    correct(story, story.cast.hu, bonus, "18000.00", "It was right.")
    row: Award = story.row(Award, bonus)
    assert (row.amount_minor, row.changed_reason, row.zero_reason) == (1_800_000, None, None)


def test_corrected_to_zero_it_is_signed_like_any_amount_and_never_paid(returned: tuple[Story, int]) -> None:
    """One person of HR alone takes nobody's bonus away."""
    story, bonus = returned
    correct(story, story.cast.hu, bonus, "0", "On leave for the whole quarter.")
    row: Award = story.row(Award, bonus)
    assert (row.amount_minor, row.zero_reason) == (0, "pay.corrected_to_zero")
    assert row.changed_reason == "On leave for the whole quarter."
    story.move(story.cast.hu, bonus, "resubmit")
    assert story.advance(bonus) == []
    assert story.subject(bonus).stage == "director_approval"
    assert story.move(story.cast.director, bonus, "approve").to_stage == "approved"
    assert story.move(story.cast.fang, bonus, "export").to_stage == "paid"
    with db.read(story.engine) as session:
        assert session.scalars(select(PayoutLine)).all() == []


def test_who_finds_no_amount_for_what_could_not_be_computed_is_signed_too(
    returned: tuple[Story, int],
) -> None:
    """Such an award is proposed as zero; the zero that a person then gives it is that person's."""
    story, bonus = returned
    story.set(Award, bonus, amount_minor=0, proposed_minor=0, zero_reason="pay.base_changes_currency")
    correct(story, story.cast.hu, bonus, "0", "Neither base counts.")
    story.move(story.cast.hu, bonus, "resubmit")
    assert story.advance(bonus) == []
    assert story.move(story.cast.director, bonus, "approve").to_stage == "approved"


def test_corrected_in_a_second_round_it_may_leave_zero_again(returned: tuple[Story, int]) -> None:
    story, bonus = returned
    correct(story, story.cast.hu, bonus, "0")
    story.move(story.cast.hu, bonus, "resubmit")
    story.move(story.cast.director, bonus, "return", "Half of it is due.")
    correct(story, story.cast.hu, bonus, "7200")
    row: Award = story.row(Award, bonus)
    assert (row.amount_minor, row.zero_reason, row.changed_reason) == (720_000, None, "Base of 2026.")


def test_nobody_corrects_their_own_award(returned: tuple[Story, int]) -> None:
    story, bonus = returned
    grant(story, story.cast.lin, "hr")
    with pytest.raises(Refused) as refused:
        correct(story, story.cast.lin, bonus, "99999.00")
    assert keys(refused) == ["policy.excluded_beneficiary"]


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("-1", "answer.negative"),
        ("1.005", "answer.too_many_decimals"),
        ("all of it", "answer.not_a_number"),
        ("", "answer.required"),
        ("99999999999999999999", "answer.number_too_large"),
    ],
)
def test_an_amount_that_cannot_be_paid_is_refused(
    returned: tuple[Story, int], amount: str, reason: str
) -> None:
    story, bonus = returned
    viewer = story.viewer(story.cast.hu)
    body = {"amount": amount, "reason": "Because."}
    with db.write(story.engine) as session, pytest.raises(Refused) as refused:
        answer.submit(session, story.moment, viewer, bonus, "correct", body, seen=0)
    assert keys(refused) == [reason]


def test_it_cannot_be_submitted_again_before_it_is_corrected(returned: tuple[Story, int]) -> None:
    story, bonus = returned
    with pytest.raises(Refused) as refused:
        story.move(story.cast.hu, bonus, "resubmit")
    assert keys(refused) == ["guard.task_open"]
