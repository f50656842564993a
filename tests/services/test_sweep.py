"""Deadlines: what is due is moved, what is refused says why and is not tried at every beat."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reviewflow.services import move
from reviewflow.services.move.sweep import BATCH, TRY_AGAIN
from reviewflow.store import db
from reviewflow.store.people import Person
from reviewflow.store.reviews import Measured
from reviewflow.store.subjects import MoveLog, Subject
from tests.cast import ZONE
from tests.counting import counted
from tests.flows.story import Story
from tests.services.at_once import together

Walk = Callable[[str], Story]


def sweep(story: Story) -> int:
    with db.write(story.engine) as session:
        return move.sweep(session, story.moment)


def settle(story: Story) -> int:
    """Beat after beat until there is nothing left, as the clock does; how many beats looked at something."""
    beats = 0
    while sweep(story):
        beats += 1
        assert beats < 20, "the sweep spins"
    return beats


def held_up(story: Story, subject_id: int) -> tuple[str, list[str]] | None:
    found = story.subject(subject_id).held_up
    if found is None:
        return None
    kept = json.loads(found)
    return kept["move"], [key for key, _ in kept["reasons"]]


def test_nothing_is_moved_before_its_time(walk: Walk) -> None:
    story = walk("agreed")
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due - timedelta(seconds=1)
    settle(story)
    assert story.subject(story.review()).stage == "tracking"
    story.at = due
    settle(story)
    assert story.subject(story.review()).stage == "data_collection"


def test_a_refused_move_says_why_and_waits_for_a_change(walk: Walk) -> None:
    """The cut-off needs every figure: HR sees which move was refused and what is missing."""
    story = walk("collecting")
    review = story.review()
    story.measure(review)
    with db.write(story.engine) as session:
        missing = Measured.indicator == "visits"
        session.execute(update(Measured).where(missing).values(state="missing"))
    due = story.subject(review).due_at
    assert due is not None
    story.at = due
    assert settle(story) <= 2
    assert held_up(story, review) == ("cut_off", ["guard.measures_open"])
    assert sweep(story) == 0
    with db.write(story.engine) as session:
        session.execute(update(Measured).where(missing).values(state="left_out"))
    assert story.advance(review) == ["cut_off"]
    assert held_up(story, review) is None
    assert story.subject(review).tried_at is None


def test_what_no_promise_announces_is_tried_again_after_an_hour(walk: Walk) -> None:
    story = walk("collecting")
    review = story.review()
    due = story.subject(review).due_at
    assert due is not None
    story.at = due
    settle(story)
    assert held_up(story, review) == ("cut_off", ["guard.measures_not_computed"])
    story.measure(review)
    story.at = due + TRY_AGAIN
    assert sweep(story) == 0
    story.at += timedelta(seconds=1)
    settle(story)
    assert story.subject(review).stage == "evaluation"


def test_late_people_alone_keep_no_clock_busy(walk: Walk) -> None:
    """A stage whose deadline moves nothing is looked at once, however long it stays late."""
    story = walk("launched")
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due
    assert sweep(story) == 6
    assert sweep(story) == 0
    story.at += timedelta(minutes=59)
    assert sweep(story) == 0


@pytest.mark.sqlite
def test_a_beat_takes_a_batch_and_its_queries_do_not_grow(walk: Walk) -> None:
    story = walk("agreed")
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due
    crowd(story, BATCH + 30)
    counts = []
    for expected in (BATCH, 31 + 5):
        with db.write(story.engine) as session, counted(story.engine) as queries:
            assert move.sweep(session, story.moment) == expected
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40
    with db.read(story.engine) as session:
        moves = session.scalars(select(MoveLog.id).where(MoveLog.move == "end_tracking")).all()
    assert len(moves) == BATCH + 31


def crowd(story: Story, size: int) -> None:
    """More people with a review where Lin's is."""
    from sqlalchemy import insert

    from reviewflow.store.reviews import Review

    lin = story.subject(story.review())
    with db.write(story.engine) as session:
        people = [
            {"id": 100 + n, "external_id": f"C{n}", "name": f"Crowd {n}", "language": "en", "zone": ZONE}
            for n in range(size)
        ]
        session.execute(insert(Person), people)
        columns = (
            "kind",
            "definition_id",
            "stage",
            "part",
            "version",
            "round",
            "unit_id",
            "cycle_id",
            "due_at",
        )
        like = {name: getattr(lin, name) for name in columns} | {"entered_at": story.at}
        subjects = [like | {"id": 1000 + n, "person_id": 100 + n} for n in range(size)]
        session.execute(insert(Subject), subjects)
        reviews = [{"id": 1000 + n, "person_id": 100 + n, "cycle_id": story.cycle} for n in range(size)]
        session.execute(insert(Review), reviews)


@pytest.mark.parametrize("place", [0, 2, 5])
def test_one_bad_subject_stops_no_deadline_but_its_own(walk: Walk, place: int) -> None:
    """A zone that nobody knows: the others go on, and HR sees on the record what is wrong with it."""
    story = walk("agreed")
    with db.read(story.engine) as session:
        ids = list(session.scalars(select(Subject.id).order_by(Subject.id)))
    story.at += timedelta(days=30)
    for key in ids:
        story.set(Subject, key, stage="goal_agreement", due_at=story.at)
    bad = ids[place]
    story.set(Person, story.subject(bad).person_id, zone="Mars/Base")
    assert settle(story) == 1
    assert {story.subject(key).stage for key in ids if key != bad} == {"tracking"}
    assert held_up(story, bad) == ("agree_by_silence", ["move.zone_unknown"])
    assert story.subject(bad).tried_at == story.at
    story.set(Person, story.subject(bad).person_id, zone=ZONE)
    story.at += TRY_AGAIN + timedelta(seconds=1)
    settle(story)
    assert story.subject(bad).stage == "tracking"


def test_two_clocks_make_each_move_once(walk: Walk) -> None:
    story = walk("agreed")
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due
    moment = story.moment
    together(story, [lambda session: move.sweep(session, moment)] * 3)
    with db.read(story.engine) as session:
        moves = session.scalars(select(MoveLog.move).where(MoveLog.subject_id == story.review())).all()
    assert moves.count("end_tracking") == 1
