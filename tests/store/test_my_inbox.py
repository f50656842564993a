"""The inbox of a page: one query counts what five list, in random worlds on both databases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.store import db, my_inbox, staff
from reviewflow.store.inbox import inbox
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import Story
from tests.store import worlds
from tests.store.worlds import TODAY


def listed(session: Session, viewer: Viewer) -> int:
    """Each subject of one's own once, granted work once for each cycle and stage."""
    found = inbox(session, viewer)
    own = {row.subject_id for row in found.own}
    groups = {(r.cycle_id, r.definition_id, r.stage) for r in found.granted if r.subject_id not in own}
    return len(own) + len(groups)


@pytest.mark.sqlite
def test_the_bar_counts_what_the_page_lists_in_100_worlds(session: Session) -> None:
    compare(session, range(100))


@pytest.mark.postgresql
def test_the_bar_counts_what_the_page_lists_on_postgresql(session: Session) -> None:
    compare(session, range(1_000, 1_020))


def compare(session: Session, seeds: Iterable[int]) -> None:
    total = 0
    for seed in seeds:
        world = worlds.make(seed)
        worlds.write(session, [world])
        for person in world.people:
            viewer = staff.viewer(session, person["id"], TODAY)
            expected = listed(session, viewer)
            assert my_inbox.count(session, viewer) == expected, (seed, person["id"])
            total += expected
        session.rollback()
    assert total > 50, "the worlds must hold work"


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    return Story(engine, cast).begin()


def test_one_query_to_count_and_five_to_list(story: Story, cast: Cast, engine: Engine) -> None:
    story.judged()
    for person in (cast.lin, cast.wang, cast.hu, cast.fang):
        viewer = story.viewer(person)
        with db.read(engine) as session:
            my_inbox.todos(session, viewer)  # what is pinned is now known
            with counted(engine) as queries:
                number = my_inbox.count(session, viewer)
            assert len(queries) == 1
            with counted(engine) as queries:
                found = my_inbox.todos(session, viewer)
            assert found.count == number
            assert len(queries) <= 5


def test_waiting_for_others_names_whom_and_since_when(story: Story, cast: Cast, engine: Engine) -> None:
    with db.read(engine) as session:
        (lin,) = my_inbox.others(session, story.viewer(cast.lin))
        wang = my_inbox.others(session, story.viewer(cast.wang))
    assert (lin.item, lin.role, lin.holders, lin.since) == (
        "propose_targets", "manager", ("Wang Fang",), story.at,
    )  # fmt: skip
    assert [one.person for one in wang] == ["Wang Fang"], "Lin's targets are Wang's own turn"


def test_done_tells_the_same_for_many_once(story: Story, cast: Cast, engine: Engine) -> None:
    long_ago = datetime.min.replace(tzinfo=story.at.tzinfo)
    people = (cast.hu, cast.fang)
    for person in people:
        review = story.review(person)
        story.answer(cast.director, review, "propose_targets", {"targets": story.targets(review)})
    with db.read(engine) as session:
        director = my_inbox.done(session, story.viewer(cast.director), long_ago)
        hu = my_inbox.done(session, story.viewer(cast.hu), long_ago)
    assert [(one.title["en"], one.count, one.person) for one in director] == [("Propose targets", 2, None)]
    assert hu == [], "a launch is no step of the process"
