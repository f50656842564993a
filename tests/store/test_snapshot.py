"""What a reader has learnt holds for its snapshot, and nothing is kept of what may be rolled back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, insert

from reviewflow.store import db, pinned, relations
from reviewflow.store.people import ReportingLine
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import Story


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    return Story(engine, cast).begin()


def test_a_reader_asks_once_for_each_subject(story: Story, cast: Cast, engine: Engine) -> None:
    mine, other = story.review(), story.review(cast.wang)
    lin, wang = story.viewer(cast.lin), story.viewer(cast.wang)
    with db.read(engine) as session, counted(engine) as queries:
        assert relations.held_on(session, lin, [mine])[mine] == {"reviewee"}
        assert relations.held_on(session, lin, [mine, other]) == {mine: {"reviewee"}, other: frozenset()}
        assert relations.held_on(session, wang, [mine])[mine] == {"manager"}, "another viewer asks anew"
        assert relations.held_on(session, lin, [other, mine])[mine] == {"reviewee"}
    assert len(queries) == 3


def test_a_writer_sees_what_it_wrote(story: Story, cast: Cast, engine: Engine) -> None:
    mine, zhao = story.review(), story.viewer(cast.zhao)
    with db.write(engine) as session:
        assert relations.held_on(session, zhao, [mine])[mine] == frozenset()
        line = {"person_id": cast.lin, "manager_id": cast.zhao, "kind": "effective"}
        until = {"from_on": date(2000, 1, 1), "until_on": date(2099, 1, 1)}
        session.execute(insert(ReportingLine).values(**line, **until))
        assert relations.held_on(session, zhao, [mine])[mine] == {"manager"}


def test_pins_are_read_once_a_process_by_readers_alone(story: Story, engine: Engine) -> None:
    with db.write(engine) as session, counted(engine) as queries:
        pinned.of_cycle(session, story.cycle)
        first = pinned.of_cycle(session, story.cycle)
    assert len(queries) == 2
    with db.read(engine) as session:
        assert pinned.of_cycle(session, story.cycle) == first
    with db.read(engine) as session, counted(engine) as queries:
        pins = pinned.of_cycle(session, story.cycle)
        known = pinned.workflows(session, [pins.workflow_id, *pins.awards.values()])
    assert queries == []
    assert known[pins.workflow_id] == pins.workflow
