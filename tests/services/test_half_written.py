"""When an effect fails, nothing of the move is there: no stage, no mark, no log, no promise (S17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from reviewflow.services import move
from reviewflow.services.launch import LaunchPlan, launch, launch_range
from reviewflow.store import db
from reviewflow.store.company import Company, NoCompany
from reviewflow.store.cycles import LaunchItem
from reviewflow.store.outbox import Outbox
from reviewflow.store.pay import PayoutLine, PayoutRun
from reviewflow.store.people import Person
from reviewflow.store.schema import metadata
from reviewflow.store.subjects import Subject
from tests.flows.story import Q2, Story
from tests.services.reading import award

Walk = Callable[[str], Story]


def everything(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with db.read(engine) as session:
        return {
            table.name: list(session.execute(select(table).order_by(*table.primary_key.columns)))
            for table in metadata.sorted_tables
        }


def test_a_letter_without_a_sender_takes_the_release_back(walk: Walk) -> None:
    """The letter is written after stage, marks and log; that the company is unknown shows there."""
    story = walk("judged")
    with db.write(story.engine) as session:
        session.execute(delete(Company))
    before = everything(story.engine)
    with pytest.raises(NoCompany):
        story.move(story.cast.hu, story.review(), "release")
    assert everything(story.engine) == before


def test_money_that_is_in_a_file_already_takes_the_export_back(walk: Walk) -> None:
    """The last line of defence: an award has one payout line, whatever its stage says."""
    story = walk("rewarded")
    bonus = award(story, "bonus")
    story.move(story.cast.director, bonus, "approve")
    with db.write(story.engine) as session:
        run = session.scalars(
            insert(PayoutRun)
            .values(
                cycle_id=story.cycle, no=1, file_digest="x", body="", total_minor=1, currency="CNY",
                by_id=story.cast.fang, at=story.at,
            )
            .returning(PayoutRun.id)
        ).one()  # fmt: skip
        session.execute(insert(PayoutLine).values(award_id=bonus, run_id=run, amount_minor=1))
    before = everything(story.engine)
    with pytest.raises(IntegrityError):
        story.move(story.cast.fang, bonus, "export")
    assert everything(story.engine) == before


def test_whoever_goes_on_after_a_failure_finds_the_rows_as_they_were(walk: Walk) -> None:
    """Whoever catches the failure and commits commits nothing of the move: no drift between object and row."""
    story = walk("judged")
    review = story.review()
    with db.write(story.engine) as session:
        session.execute(delete(Company))
    with db.write(story.engine) as session:
        held = session.get_one(Subject, review)
        seen, viewer = held.version, story.viewer(story.cast.hu)
        with pytest.raises(NoCompany):
            move.move(session, story.moment, viewer, review, "release", seen_version=seen)
        assert (held.stage, held.version) == ("release", seen)
    found = story.subject(review)
    assert (found.stage, found.version) == ("release", seen)


def test_one_bad_person_costs_one_review_of_a_chunk(walk: Walk) -> None:
    """A zone that no longer exists fails that person, with the reason, and everybody else is launched."""
    story = walk("launched")
    with db.write(story.engine) as session:
        session.execute(delete(Outbox))
    story.set(Person, story.cast.wang, zone="Atlantis/Centre")
    again = second_cycle(story)
    with db.write(story.engine) as session:
        launch_range(session, story.moment, again, 1, 100)
    with db.read(story.engine) as session:
        rows = session.execute(
            select(LaunchItem.person_id, LaunchItem.state, LaunchItem.reason).where(
                LaunchItem.cycle_id == again
            )
        )
        found = {person: (state, reason) for person, state, reason in rows}
    assert found.pop(story.cast.wang) == ("failed", "launch.error")
    assert set(found.values()) == {("created", None)}
    assert len(found) == 5


def second_cycle(story: Story) -> int:
    plan = LaunchPlan("annual", "appraisal_annual", Q2, "CNY")
    viewer = story.viewer(story.cast.hu)
    with db.write(story.engine) as session:
        return launch(session, story.moment, viewer, plan)
