"""Somebody who came after the launch is taken in as the launch would have done, or left out and not asked again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from reviewflow.core.reasons import Refused
from reviewflow.services import launch
from reviewflow.services.launch import DISMISSED, Added
from reviewflow.store import dashboard, db
from reviewflow.store.audit import Audit
from reviewflow.store.cycles import Cycle, LaunchItem
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Membership, Person
from reviewflow.store.reviews import Goal, Review
from reviewflow.store.subjects import MoveLog, Subject
from tests.cast import ZONE, Cast
from tests.flows.story import Q2, Story
from tests.services.people import give_target, grant
from tests.services.reading import keys

FU = 11


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    """A cycle over the sales unit, and Fu, who joined it in May."""
    told = Story(engine, cast).begin(units=(cast.sales,))
    told.at = datetime(2026, 5, 11, 3, tzinfo=UTC)
    joined = told.at.date() - timedelta(days=3)
    person = {"id": FU, "external_id": "P011", "name": "Fu Guangyao", "language": "zh", "zone": ZONE}
    with db.write(engine) as session:
        session.execute(insert(Person).values(**person, hired_on=joined))
        place = {"unit_id": cast.east, "position": "sales rep", "from_on": joined}
        session.execute(insert(Membership).values(person_id=FU, **place))
    return told


def add(story: Story, person_id: int = FU, by: int | None = None) -> Added:
    viewer = story.viewer(by or story.cast.hu)
    with db.write(story.engine) as session:
        return launch.add(session, story.moment, viewer, story.cycle, person_id)


def dismiss(story: Story, person_id: int = FU) -> str:
    viewer = story.viewer(story.cast.hu)
    with db.write(story.engine) as session:
        return launch.dismiss(session, story.moment, viewer, story.cycle, person_id)


def joined(story: Story) -> list[str]:
    viewer = story.viewer(story.cast.hu)
    with db.read(story.engine) as session:
        cycle = dashboard.head(session, viewer, story.cycle)
        assert cycle is not None
        return [one.name for one in dashboard.troubles(session, viewer, cycle).joined]


def test_the_review_is_made_as_the_launch_makes_it(story: Story) -> None:
    assert joined(story) == ["Fu Guangyao"]
    done = add(story)
    assert done.person == "Fu Guangyao"
    assert [reason.key for reason in done.warnings] == [
        "launch.no_manager", "launch.joined_late", "launch.no_pay_base", "launch.no_email", "launch.no_account",
    ]  # fmt: skip
    assert joined(story) == []
    theirs, lins = story.subject(done.review_id), story.subject(story.review())
    assert (theirs.stage, theirs.version, theirs.unit_id) == (lins.stage, 1, story.cast.east)
    assert theirs.entered_at == story.at
    assert theirs.due_at is not None
    assert theirs.due_at > story.at
    with db.read(story.engine) as session:
        assert session.get_one(LaunchItem, (story.cycle, FU)).state == "created"
        log = session.scalars(select(MoveLog).where(MoveLog.subject_id == done.review_id)).one()
        assert (log.move, log.actor_id, log.role) == ("launch", story.cast.hu, "hr")
        goals = set(session.scalars(select(Goal.indicator).where(Goal.review_id == done.review_id)))
        assert goals == set(session.scalars(select(Goal.indicator).where(Goal.review_id == lins.id)))
        promised = select(Outbox.key).where(Outbox.key == f"suggest_targets:launch:{done.review_id}")
        assert session.scalars(promised).one()
        about = select(Audit.action).where(Audit.about_person_id == FU, Audit.actor_id == story.cast.hu)
        assert set(session.scalars(about)) == {"review.launched", "cycle.person_added"}
        assert session.get_one(Cycle, story.cycle).expected == 3


@pytest.mark.parametrize(("whose", "warned"), [("lin", True), ("zhao", False), ("", False)])
def test_who_alone_has_no_target_is_told(story: Story, whose: str, warned: bool) -> None:
    """Lin is one of the people of the cycle; Zhao, in the office, is not."""
    if whose:
        with db.write(story.engine) as session:
            give_target(session, getattr(story.cast, whose), Q2)
    assert ("launch.no_target" in [reason.key for reason in add(story).warnings]) is warned


def test_twice_is_refused(story: Story) -> None:
    add(story)
    with pytest.raises(Refused) as refused:
        add(story)
    assert keys(refused) == ["launch.in_it_already"]


def test_who_does_not_fit_is_refused(story: Story) -> None:
    """Zhao works in the office, which the cycle is not for."""
    with pytest.raises(Refused) as refused:
        add(story, story.cast.zhao)
    assert keys(refused) == ["launch.not_in_population"]


def test_only_hr_of_the_unit(story: Story) -> None:
    with pytest.raises(Refused) as refused:
        add(story, by=story.cast.wang)
    assert keys(refused) == ["launch.hr_only"]
    grant(story, story.cast.zhao, "hr", story.cast.office)
    with pytest.raises(Refused) as refused:
        add(story, by=story.cast.zhao)
    assert keys(refused) == ["launch.outside_your_units"]


def test_who_is_in_an_overlapping_cycle_is_refused_with_the_reason(story: Story) -> None:
    done = add(story)
    with db.write(story.engine) as session:
        other = session.get_one(Cycle, story.cycle)
        values = {
            name: getattr(other, name) for name in ("workflow_id", "currency", "population", "launched_by")
        }
        made = insert(Cycle).values(
            key="2026Q2-2", starts_on=other.starts_on, ends_on=other.ends_on, **values
        )
        second = session.execute(made.returning(Cycle.id)).scalar_one()
        session.execute(update(LaunchItem).where(LaunchItem.person_id == FU).values(cycle_id=second))
        session.execute(update(Review).where(Review.id == done.review_id).values(cycle_id=second))
        session.execute(update(Subject).where(Subject.id == done.review_id).values(cycle_id=second))
    with pytest.raises(Refused) as refused:
        add(story)
    assert keys(refused) == ["launch.already_in_cycle"]


def test_left_out_stays_out_until_somebody_thinks_better_of_it(story: Story) -> None:
    assert dismiss(story) == "Fu Guangyao"
    assert joined(story) == []
    with db.read(story.engine) as session:
        item = session.get_one(LaunchItem, (story.cycle, FU))
        assert (item.state, item.reason, item.detail) == ("skipped", DISMISSED, "Hu Min, 2026-05-11")
        row = session.scalars(select(Audit).where(Audit.action == "cycle.person_left_out")).one()
        assert (row.actor_id, row.about_person_id, json.loads(row.detail)) == (
            story.cast.hu, FU, {"cycle": "2026Q2"},
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        dismiss(story)
    assert keys(refused) == ["launch.listed_already"]
    viewer = story.viewer(story.cast.hu)
    with db.write(story.engine) as session:
        assert launch.retry_failed(session, story.moment, viewer, story.cycle) == 0
        assert session.get_one(LaunchItem, (story.cycle, FU)).reason == DISMISSED
    assert add(story).person == "Fu Guangyao"
