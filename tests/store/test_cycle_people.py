"""The people of a cycle as a list: who is found, in which order, and what of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from reviewflow.core.viewer import Grant, Viewer
from reviewflow.core.workflow.vocabulary import AWARD, REVIEW
from reviewflow.services import pay
from reviewflow.store import cycle_people, dashboard, db
from reviewflow.store.cycle_people import Asked, CyclePerson
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import Story
from tests.store.test_dashboard import hr, of_sales


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    return Story(engine, cast).begin()


def lines(story: Story, viewer: Viewer, many: bool, **asked: object) -> list[CyclePerson]:
    with db.read(story.engine) as session:
        cycle = dashboard.head(session, viewer, story.cycle)
        assert cycle is not None
        wanted = Asked(**asked)  # type: ignore[arg-type]
        ids = cycle_people.found(session, viewer, cycle, wanted, story.at, many=many, limit=50)
        assert cycle_people.count(session, viewer, cycle, wanted, story.at) == len(ids)
        return cycle_people.lines(session, viewer, ids)


def names(story: Story, viewer: Viewer, many: bool, **asked: object) -> list[str]:
    return [line.person for line in lines(story, viewer, many, **asked)]


MANY = pytest.mark.parametrize("many", [False, True])


@MANY
def test_by_name_both_ways(story: Story, many: bool) -> None:
    with db.read(story.engine) as session:
        everybody = sorted(session.scalars(select(Person.name).join(Review, Review.person_id == Person.id)))
    assert names(story, hr(story), many) == everybody
    assert names(story, hr(story), many, sort="-name") == everybody[::-1]


@MANY
def test_hr_of_a_unit_finds_that_unit(story: Story, many: bool) -> None:
    assert names(story, of_sales(story), many) == ["Lin Yue", "Wang Fang"]
    assert names(story, Viewer(story.cast.hu, (Grant("hrbp", story.cast.east),), story.at.date()), many) == [
        "Lin Yue"
    ]
    assert names(story, hr(story), many, unit=story.cast.east) == ["Lin Yue"]


@MANY
def test_by_deadline_and_the_late(story: Story, many: bool) -> None:
    review = story.review()
    first = story.subject(review).due_at
    assert first is not None
    story.set(Subject, review, due_at=first - timedelta(days=1))
    story.set(Subject, story.review(story.cast.wang), due_at=None)
    found = names(story, hr(story), many, sort="due")
    assert (found[0], found[-1]) == ("Lin Yue", "Wang Fang")
    assert names(story, hr(story), many, sort="-due")[-2:] == ["Lin Yue", "Wang Fang"]
    assert names(story, hr(story), many, late=True) == []
    story.at = first - timedelta(days=1)
    assert names(story, hr(story), many, late=True) == ["Lin Yue"]
    assert names(story, hr(story), many, late=True, part="goal_setting", sort="due") == ["Lin Yue"]
    assert names(story, hr(story), many, late=True, part="evaluation", sort="due") == []


@MANY
def test_by_result_and_answer(story: Story, many: bool) -> None:
    review = story.released()
    (mine,) = lines(story, hr(story), many, answer="not_yet")
    assert (mine.person, mine.part, mine.released, mine.answer) == ("Lin Yue", "feedback", True, None)
    story.move(story.cast.lin, review, "acknowledge_disagree", note="Not so.")
    assert names(story, hr(story), many, answer="not_yet") == []
    (mine,) = lines(story, hr(story), many, answer="acknowledged_disagree", sort="rating")
    assert mine.rating is not None
    assert mine.total_e6 is not None
    assert names(story, hr(story), many, rating=mine.rating, sort="-total") == ["Lin Yue"]
    other = story.review(story.cast.wang)
    story.set(Review, other, rating="D", rating_computed="D", score_e6=1)
    first_by = {"rating": "Lin Yue", "-rating": "Wang Fang", "total": "Wang Fang", "-total": "Lin Yue"}
    for sort, first in first_by.items():
        found = names(story, hr(story), many, sort=sort)
        assert (found[0], len(found)) == (first, 6), sort


@pytest.mark.parametrize("sort", ["name", "-name", "due", "-due", "total", "-total", "rating", "-rating"])
def test_pages_follow_each_other(story: Story, sort: str) -> None:
    """Everybody stands on one page, nobody on two, whatever is equal."""
    for person, rating in ((story.cast.lin, "B"), (story.cast.wang, "B"), (story.cast.zhao, "C")):
        story.set(Review, story.review(person), rating=rating, rating_computed=rating, score_e6=70_000_000)
    story.set(Review, story.review(story.cast.wang), acknowledgement=None, score_e6=None)
    story.set(Subject, story.review(story.cast.fang), due_at=None)
    with db.read(story.engine) as session:
        viewer = hr(story)
        cycle = dashboard.head(session, viewer, story.cycle)
        assert cycle is not None
        pages = [
            cycle_people.found(
                session, viewer, cycle, Asked(sort=sort), story.at, many=True, limit=2, offset=at
            )
            for at in (0, 2, 4, 6)
        ]
        whole = cycle_people.found(session, viewer, cycle, Asked(sort=sort), story.at, many=True, limit=50)
    assert [key for page in pages for key in page] == whole
    assert len(set(whole)) == 6


def test_a_page_says_how_many_there_are_in_all(story: Story) -> None:
    """Whether they are looked for at once or counted first; behind the last page, too."""
    for person in (story.cast.lin, story.cast.wang, story.cast.zhao):
        story.set(Review, story.review(person), rating="B", rating_computed="B")
    below, late = {"unit": story.cast.sales}, {"rating": "B", "late": True}
    now = story.at + timedelta(days=30)
    with db.read(story.engine) as session:
        viewer = hr(story)
        cycle = dashboard.head(session, viewer, story.cycle)
        assert cycle is not None
        for filters, number in (
            ({}, 6),
            (below, 2),
            ({"unit": 1}, 6),
            (late, 3),
            ({**late, "rating": "A"}, 0),
        ):
            asked = Asked(**filters)  # type: ignore[arg-type]
            whole = cycle_people.found(session, viewer, cycle, asked, now, many=False)
            for at in (0, 1, 9):
                found = cycle_people.page(session, viewer, cycle, asked, now, limit=2, offset=at)
                assert found == (number, whole[at : at + 2])


@MANY
def test_ones_own_result_moves_nothing_before_its_release(story: Story, many: bool) -> None:
    """Neither a filter nor the order tells HR how they were rated themselves."""
    own = story.review(story.cast.hu)
    story.set(Review, own, rating="A", rating_computed="A", score_e6=999_000_000)
    story.set(Review, story.review(), rating="B", rating_computed="B", score_e6=1)
    assert names(story, hr(story), many, rating="A") == []
    for sort in ("-total", "rating"):
        found = lines(story, hr(story), many, sort=sort)
        assert (found[0].person, len(found)) == ("Lin Yue", 6)
        mine = next(line for line in found if line.person_id == story.cast.hu)
        assert (mine.rating, mine.total_e6) == (None, None)


def test_awards_with_where_they_stand(story: Story) -> None:
    review = story.released()
    story.move(story.cast.lin, review, "acknowledge")
    with db.write(story.engine) as session:
        pay.propose(session, story.moment, story.cycle, review, review)
    line = next(one for one in lines(story, hr(story), False) if one.review_id == review)
    assert line.awards.amounts
    assert line.awards.foremost == "pending"
    assert sum(line.awards.parts.values()) >= 1


def test_as_many_queries_for_one_as_for_six(story: Story) -> None:
    def queries(viewer: Viewer) -> int:
        with counted(story.engine) as statements:
            lines(story, viewer, False)
        return len(statements)

    queries(hr(story))
    assert queries(of_sales(story)) == queries(hr(story)) <= 9


def test_open_parts_are_those_of_reviews_alone() -> None:
    """Walking along deadlines relies on it."""
    assert set(REVIEW.parts) & set(AWARD.parts) == {"closed"}
