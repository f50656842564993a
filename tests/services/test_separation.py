"""Preparer, approver and beneficiary are three people, whatever roles they come by (S09, S10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update

from reviewflow.core.reasons import Refused
from reviewflow.services import answer, move, rate
from reviewflow.services.move import Left, Moved
from reviewflow.store import db, turns
from reviewflow.store.pay import Award
from reviewflow.store.people import ReportingLine
from reviewflow.store.reviews import Measured
from reviewflow.store.subjects import MoveLog, Subject
from tests.cast import HIRED
from tests.flows.story import Story
from tests.services.answering import open_missing
from tests.services.people import grant
from tests.services.reading import award, keys
from tests.services.walks import rewarded

pytestmark = pytest.mark.sqlite  # the rule is pure and its queries run on both in tests/store
Walk = Callable[[str], Story]
DECIDING = ("approve", "return", "reject")


def decisions(story: Story, subject_id: int) -> list[str]:
    query = select(MoveLog.move).where(MoveLog.subject_id == subject_id, MoveLog.role != "clock")
    with db.read(story.engine) as session:
        return list(session.scalars(query.order_by(MoveLog.version)))


def refused_all(story: Story, person_id: int, subject_id: int, moves: tuple[str, ...], reason: str) -> None:
    """Each of the moves is refused with this reason, one by one and in bulk, and nothing is written."""
    before = decisions(story, subject_id)
    for key in moves:
        with pytest.raises(Refused) as refused:
            story.move(person_id, subject_id, key, "Note.")
        assert keys(refused) == [reason], key
        with db.write(story.engine) as session:
            seen = session.get_one(Subject, subject_id).version
            (left,) = move.move_many(
                session, story.moment, story.viewer(person_id), [(subject_id, seen)], key, note="Note."
            )
        assert isinstance(left, Left)
        assert left.reasons[0].key == reason
    assert decisions(story, subject_id) == before


def test_the_beneficiary_decides_nothing_whatever_their_roles(walk: Walk) -> None:
    story = walk("rewarded")
    bonus = award(story, "bonus")
    for role in ("sales_director", "finance", "hr"):
        grant(story, story.cast.lin, role)
    own = "policy.excluded_beneficiary"
    refused_all(story, story.cast.lin, bonus, DECIDING, own)
    story.set(Subject, bonus, stage="finance_approval")
    refused_all(story, story.cast.lin, bonus, ("approve_finance", "return_finance", "reject_finance"), own)
    story.set(Subject, bonus, stage="returned", part="returned")
    refused_all(story, story.cast.lin, bonus, ("resubmit",), own)
    story.set(Subject, bonus, stage="approved", part="approved")
    refused_all(story, story.cast.lin, bonus, ("export",), own)


def test_who_released_the_result_may_not_approve_what_follows(walk: Walk) -> None:
    story = walk("rewarded")
    grant(story, story.cast.hu, "sales_director")
    refused_all(story, story.cast.hu, award(story, "bonus"), DECIDING, "policy.excluded_preparer")


def test_who_set_the_rating_may_not_approve_what_follows(walk: Walk) -> None:
    """Zhao overrides as HR, Hu releases, and Zhao becomes sales director afterwards."""
    story = walk("judged")
    review = story.review()
    grant(story, story.cast.zhao, "hr")
    with db.write(story.engine) as session:
        seen = session.get_one(Subject, review).version
        zhao = story.viewer(story.cast.zhao)
        rate.override(
            session, story.moment, zhao, review, "A", "An order fell into April.", seen_version=seen
        )
    story.move(story.cast.hu, review, "release")
    story.print_letters()
    rewarded(story)
    grant(story, story.cast.zhao, "sales_director")
    refused_all(story, story.cast.zhao, award(story, "bonus"), DECIDING, "policy.excluded_preparer")


def test_nobody_sets_their_own_rating_or_releases_their_own_result(walk: Walk) -> None:
    story = walk("judged")
    review = story.review()
    grant(story, story.cast.lin, "hr")
    refused_all(story, story.cast.lin, review, ("release", "void"), "policy.excluded_reviewee")
    lin, seen = story.viewer(story.cast.lin), story.subject(review).version
    with db.write(story.engine) as session, pytest.raises(Refused) as refused:
        rate.override(session, story.moment, lin, review, "S", "I earned it.", seen_version=seen)
    assert keys(refused) == ["rating.own"]


def test_a_manager_of_the_beneficiary_gets_no_say_by_that(walk: Walk) -> None:
    story = walk("rewarded")
    refused_all(story, story.cast.wang, award(story, "bonus"), DECIDING, "policy.belongs_to")


def test_a_director_who_comes_to_earn_the_award_stops_deciding(walk: Walk) -> None:
    """The roles held on the record count when the decision is made, not when the grant was."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    story.set(Subject, bonus, person_id=story.cast.director)
    refused_all(story, story.cast.director, bonus, DECIDING, "policy.excluded_beneficiary")


def test_in_bulk_the_own_award_stays_and_the_others_go(walk: Walk) -> None:
    story = walk("rewarded")
    mine, other = award(story, "bonus"), copy_of_award(story)
    story.set(Subject, mine, person_id=story.cast.director)
    with db.write(story.engine) as session:
        seen = [(key, session.get_one(Subject, key).version) for key in (mine, other)]
        left, moved = move.move_many(
            session, story.moment, story.viewer(story.cast.director), seen, "approve"
        )
    assert isinstance(left, Left)
    assert isinstance(moved, Moved)
    assert (decisions(story, mine), decisions(story, other)) == ([], ["approve"])


def copy_of_award(story: Story) -> int:
    """Another award of the same size, for Lin."""
    bonus = award(story, "bonus")
    with db.write(story.engine) as session:
        subject = dict(session.execute(select(Subject.__table__).where(Subject.id == bonus)).mappings().one())
        row = dict(session.execute(select(Award.__table__).where(Award.id == bonus)).mappings().one())
        del subject["id"]
        key = session.scalars(insert(Subject).returning(Subject.id), [subject]).one()
        session.execute(insert(Award), [row | {"id": key, "component": "spot"}])
    return int(key)


def test_one_person_never_takes_both_steps_under_two_roles(walk: Walk) -> None:
    story = walk("rewarded")
    bonus = award(story, "bonus")
    story.set(Award, bonus, amount_minor=3_000_000, changed_reason="A test.")
    grant(story, story.cast.director, "finance")
    assert story.move(story.cast.director, bonus, "approve").to_stage == "finance_approval"
    refused_all(story, story.cast.director, bonus, ("approve_finance",), "policy.excluded_earlier_approver")
    assert story.move(story.cast.fang, bonus, "approve_finance").to_stage == "approved"


def test_a_signature_counts_within_its_round_only(walk: Walk) -> None:
    """After a return the same director signs again, and finance is still another person."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    story.set(Award, bonus, amount_minor=3_000_000, changed_reason="A test.")
    for _ in range(2):
        story.move(story.cast.director, bonus, "approve")
        story.move(story.cast.fang, bonus, "return_finance", "Please check the base.")
        story.answer(story.cast.hu, bonus, "correct", {"amount": "30000.00", "reason": "Checked."})
        story.move(story.cast.hu, bonus, "resubmit")
    story.move(story.cast.director, bonus, "approve")
    assert story.move(story.cast.fang, bonus, "approve_finance").to_stage == "approved"


def test_at_the_top_nobody_manages_themselves(walk: Walk) -> None:
    """The director has no manager; HR acts, and for the only person of HR somebody else must."""
    story = walk("launched")
    with db.write(story.engine) as session:
        session.execute(delete(ReportingLine).where(ReportingLine.person_id == story.cast.hu))
        session.execute(
            insert(ReportingLine).values(
                person_id=story.cast.director, manager_id=story.cast.hu, kind="effective", from_on=HIRED
            )
        )
    mine = story.review(story.cast.hu)
    with pytest.raises(Refused) as refused:
        story.move(story.cast.hu, mine, "propose")
    assert keys(refused) == ["policy.belongs_to"]
    with db.read(story.engine) as session:
        offers = move.offers(session, story.viewer(story.cast.hu), story.review(story.cast.director))
    assert "propose" in [offer.move.key for offer in offers]


def test_nobody_enters_a_figure_of_their_own_whatever_their_roles(walk: Walk) -> None:
    story = walk("collecting")
    first, _ = open_missing(story)
    body = {"values": {first: {"value": "9900000"}}, "reason": "Slip", "evidence": []}
    for role in ("data_inputter", "hr"):
        grant(story, story.cast.lin, role)
        viewer = story.viewer(story.cast.lin)
        with db.write(story.engine) as session, pytest.raises(Refused) as refused:
            answer.submit(session, story.moment, viewer, story.review(), "enter_missing", body, seen=0)
        assert keys(refused) == ["policy.excluded_reviewee"]


@pytest.mark.parametrize("key", ["return_evaluation", "reopen_collection"])
def test_nobody_takes_their_own_evaluation_back(walk: Walk, key: str) -> None:
    story = walk("judged")
    grant(story, story.cast.lin, "hr")
    refused_all(story, story.cast.lin, story.review(), (key,), "policy.excluded_reviewee")


def test_if_the_only_one_of_hr_is_the_reviewee_it_says_that_nobody_can(walk: Walk) -> None:
    """Their own missing figure waits for a second person of HR or somebody who enters data."""
    story = walk("collecting")
    hu = story.review(story.cast.hu)
    story.measure(hu)
    with db.write(story.engine) as session:
        session.execute(update(Measured).where(Measured.indicator == "visits").values(state="missing"))
    story.set(Subject, hu, stage="data_collection", part="data_collection", due_at=None)
    story.advance(hu)
    with db.read(story.engine) as session:
        assert turns.nobody_can(session, [hu], story.at.date()) == {hu: ["enter_missing"]}
    grant(story, story.cast.zhao, "data_inputter")
    with db.read(story.engine) as session:
        assert turns.nobody_can(session, [hu], story.at.date()) == {}


def test_who_entered_a_figure_by_hand_may_not_approve_what_follows(walk: Walk) -> None:
    story = walk("released")
    by_hand = {"state": "by_hand", "entered_by": story.cast.director, "reason": "Bank statement"}
    with db.write(story.engine) as session:
        sales = Measured.indicator == "sales_amount"
        session.execute(update(Measured).where(sales).values(by_hand))
    rewarded(story)
    refused_all(story, story.cast.director, award(story, "bonus"), DECIDING, "policy.excluded_preparer")
