"""How far a story has come before a test begins: (where it goes on from, what happens)."""

from __future__ import annotations

from sqlalchemy import select

from reviewflow.services import pay
from reviewflow.store import db
from reviewflow.store.pay import Award
from tests.flows.story import MANAGER_REVIEW, RUBRIC, Story
from tests.flows.templates import Walks


def launched(story: Story) -> None:
    story.begin()


def agreed(story: Story) -> None:
    story.agreed()


def collecting(story: Story) -> None:
    """Lin's review in data collection, nothing measured yet."""
    assert story.wait_for(story.review()) == ["end_tracking"]


def frozen(story: Story) -> None:
    """Lin's review in evaluation, with score lines."""
    review = story.review()
    story.measure(review)
    assert story.wait_for(review) == ["cut_off"]
    story.score(review)


def judged(story: Story) -> None:
    """Lin's review waiting for release."""
    review = story.review()
    story.answer(
        story.cast.lin, review, "self_review", {"rubric": RUBRIC, "achievements": "Three new accounts."}
    )
    story.answer(story.cast.wang, review, "manager_review", MANAGER_REVIEW)
    assert story.advance(review) == ["evaluated"]


def released(story: Story) -> None:
    """Lin's review after HR released it and the letter was printed."""
    story.move(story.cast.hu, story.review(), "release")
    story.print_letters()


def rewarded(story: Story) -> None:
    """Lin acknowledged; her awards are proposed, those of nothing are settled."""
    review = story.review()
    story.move(story.cast.lin, review, "acknowledge")
    with db.write(story.engine) as session:
        pay.propose(session, story.moment, story.cycle, review, review)
    with db.read(story.engine) as session:
        made = session.scalars(select(Award.id).where(Award.review_id == review)).all()
    story.advance(*made)


WALKS: Walks = {
    "launched": (None, launched),
    "agreed": ("launched", agreed),
    "collecting": ("agreed", collecting),
    "frozen": ("collecting", frozen),
    "judged": ("frozen", judged),
    "released": ("judged", released),
    "rewarded": ("released", rewarded),
}
