"""Whoever holds a granted role sees of their own record what anybody else sees of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.services import rate
from reviewflow.store import approvals, audit_page, dashboard, db, letter_page, review_page
from reviewflow.store.audit_page import Wanted
from reviewflow.store.letters import Letter
from reviewflow.store.subjects import Subject
from tests.flows.story import Story
from tests.services.people import grant
from tests.services.reading import award

pytestmark = pytest.mark.sqlite
Walk = Callable[[str], Story]
ALL = ("hr", "hrbp", "auditor", "sales_director", "finance", "data_inputter")


def lin(story: Story) -> Viewer:
    """Lin with every role there is for the whole company."""
    for role in ALL:
        grant(story, story.cast.lin, role)
    return story.viewer(story.cast.lin)


def test_no_result_before_the_release(walk: Walk) -> None:
    story = walk("judged")
    with db.write(story.engine) as session:
        version = session.get_one(Subject, story.review()).version
        rate.override(
            session, story.moment, story.viewer(story.cast.hu), story.review(), "A", "Two territories.",
            seen_version=version,
        )  # fmt: skip
    me = lin(story)
    with db.read(story.engine) as session:
        record = review_page.record(session, me, story.review())
        assert record is not None
        assert record.result is None
        assert "score" in record.seen
        forms = review_page.forms(session, me, record)
        assert forms.written["manager_review"].body is None
        assert [one.what for one in review_page.history(session, me, record) if one.what == "rating"] == []
        assert review_page.fallen(session, me, record) is None
        (mine,) = waiting(session, me, story)
        assert (mine.person_id, mine.rating, mine.computed) == (story.cast.lin, None, None)
        head = dashboard.head(session, me, story.cycle)
        assert head is not None
        assert dashboard.results(session, me, head).rated == 0
        hu = story.viewer(story.cast.hu)
        assert dashboard.results(session, hu, head).rated == 1
        assert waiting(session, hu, story)[0].rating == "A"
        (row,) = audit_page.entries(session, me, Wanted(group="answers", person="P003"), limit=1)
        assert (row.action, row.detail) == ("rating.overridden", {})


def waiting(session: Session, viewer: Viewer, story: Story) -> list[Any]:
    head = dashboard.head(session, viewer, story.cycle)
    assert head is not None
    return dashboard.waiting(session, viewer, head, ["release"], 10, 0)


def test_the_letter_shows_with_the_release(walk: Walk) -> None:
    story = walk("released")
    me = lin(story)
    with db.read(story.engine) as session:
        record = review_page.record(session, me, story.review())
        assert record is not None
        assert record.result is not None
        letter = session.scalars(select(Letter.id)).one()
        assert letter_page.letter(session, me, letter) is not None


def test_no_amount_before_the_decision(walk: Walk) -> None:
    story = walk("rewarded")
    me, bonus = lin(story), award(story, "bonus")
    with db.read(story.engine) as session:
        found = approvals.page(session, me, bonus)
        assert found is not None
        assert (found.line.amount, found.line.rating, found.trace, found.score_e6) == (None, None, None, None)
        lines = approvals.lines(session, me, "pending", limit=10)
        assert {one.amount for one in lines if one.person_id == story.cast.lin} == {None}
        assert sum(one.whole for one in approvals.sums(session, me)) == 0
        assert sum(one.whole for one in approvals.sums(session, story.viewer(story.cast.fang))) > 0


def test_a_link_to_what_an_amount_rests_on_only_where_it_opens(walk: Walk) -> None:
    """Finance signs without seeing the review; with the entry of data they may look at figures only."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    fang = story.viewer(story.cast.fang)
    grant(story, story.cast.fang, "data_inputter")
    both = story.viewer(story.cast.fang)
    with db.read(story.engine) as session:
        pages = [
            approvals.page(session, viewer, bonus) for viewer in (fang, both, story.viewer(story.cast.hu))
        ]
    assert [(one.review_id is not None, one.figures, one.result) for one in pages if one] == [
        (False, False, False), (True, True, False), (True, True, True),
    ]  # fmt: skip
