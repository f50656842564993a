"""Who gets a review, who does not and why; and that thousands cost as many queries as dozens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update

from bench.company import write_crowd
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.values import Period
from reviewflow.core.viewer import the_clock
from reviewflow.services import accept, launch, move
from reviewflow.services.launch import LaunchPlan
from reviewflow.store import db, staff
from reviewflow.store.audit import Audit
from reviewflow.store.cycles import Cycle, CyclePin, LaunchItem
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Membership, Person, RoleGrant
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import MoveLog, Subject
from tests.counting import counted
from tests.flows.story import ROOT, Story
from tests.services.people import grant
from tests.services.reading import keys

Walk = Callable[[str], Story]
Q3 = Period(date(2026, 7, 1), date(2026, 9, 30))


def begin(story: Story, person_id: int | None = None, **changes: Any) -> int:
    """Launch the third quarter; the reviews are only promised."""
    plan = replace(LaunchPlan("2026Q3", "sales_quarterly", Q3, "CNY"), **changes)
    viewer = story.viewer(person_id or story.cast.hu)
    with db.write(story.engine) as session:
        return launch.launch(session, story.moment, viewer, plan)


def make(story: Story, cycle: int) -> None:
    """What the promised jobs do."""
    with db.read(story.engine) as session:
        promised = session.scalars(select(Outbox.payload).where(Outbox.key.like(f"launch:{cycle}:%"))).all()
    for payload in map(json.loads, promised):
        with db.write(story.engine) as session:
            launch.launch_range(session, story.moment, cycle, payload["first"], payload["last"])


def report(story: Story, cycle: int) -> dict[int, tuple[str, str | None]]:
    query = select(LaunchItem.person_id, LaunchItem.state, LaunchItem.reason)
    with db.read(story.engine) as session:
        rows = session.execute(query.where(LaunchItem.cycle_id == cycle))
        return {person: (state, reason) for person, state, reason in rows}


def test_the_jobs_look_at_the_day_of_the_launch(story: Story) -> None:
    """Launched on the last day of June and made in July, after half the company has moved to other units."""
    story.at = datetime(2026, 6, 30, 15, 30, tzinfo=UTC)  # half an hour before midnight in Shanghai
    cycle = begin(story, units=(story.cast.sales,))
    with db.write(story.engine) as session:
        for person in (story.cast.wang, story.cast.lin):
            mine = Membership.person_id == person
            session.execute(update(Membership).where(mine).values(until_on=date(2026, 7, 2)))
            moved = {"person_id": person, "unit_id": story.cast.office, "from_on": date(2026, 7, 2)}
            session.execute(insert(Membership).values(**moved))
    story.at += timedelta(days=5)
    make(story, cycle)
    created = ("created", None)
    assert report(story, cycle) == {story.cast.wang: created, story.cast.lin: created}
    with db.read(story.engine) as session:
        assert session.get_one(Cycle, cycle).expected == 2


def test_hr_launches_for_its_own_units_only(story: Story) -> None:
    with db.write(story.engine) as session:
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == story.cast.hu))
    grant(story, story.cast.hu, "hr", story.cast.sales)
    with pytest.raises(Refused) as refused:
        begin(story)
    assert keys(refused) == ["launch.outside_your_units"]
    assert refused.value.reasons[0].params == {"count": 4}
    plan = LaunchPlan("2026Q3", "sales_quarterly", Q3, "CNY")
    with db.read(story.engine) as session, pytest.raises(Refused) as refused:
        launch.preflight(session, story.moment, story.viewer(story.cast.hu), plan)
    assert keys(refused) == ["launch.outside_your_units"]
    cycle = begin(story, units=(story.cast.sales,))
    make(story, cycle)
    assert set(report(story, cycle)) == {story.cast.wang, story.cast.lin}


def test_nobody_but_hr_sees_the_preflight(story: Story) -> None:
    plan = LaunchPlan("2026Q3", "sales_quarterly", Q3, "CNY")
    for person in (story.cast.wang, story.cast.fang):
        with db.read(story.engine) as session, pytest.raises(Refused) as refused:
            launch.preflight(session, story.moment, story.viewer(person), plan)
        assert keys(refused) == ["launch.hr_only"]


@pytest.mark.parametrize(
    ("key", "reason"),
    [("  ", "launch.key_missing"), ("x" * 21, "launch.key_too_long"), ("Q3\nx", "launch.key_signs")],
)
@pytest.mark.sqlite
def test_a_key_that_no_letter_could_carry_is_refused(story: Story, key: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        begin(story, key=key)
    assert keys(refused) == [reason]


def test_a_calendar_chosen_at_the_launch_is_the_one_that_counts(story: Story) -> None:
    text = (ROOT / "workflows" / "calendars" / "plain.toml").read_text(encoding="utf-8")
    text = text.replace('name = "plain"', 'name = "busy"')
    with db.write(story.engine) as session:
        accept.accept(session, story.moment, None, [accept.Proposal("calendar", "busy", text, "busy.toml")])
    cycle = begin(story, calendar="busy", workflow="appraisal_annual", key="annual")
    with db.read(story.engine) as session:
        names = session.scalars(
            select(CyclePin.name).where(CyclePin.cycle_id == cycle, CyclePin.kind == "calendar")
        ).all()
    assert names == ["busy"]


def test_who_failed_is_tried_again_and_who_is_gone_is_named(story: Story) -> None:
    story.set(Person, story.cast.wang, zone="Atlantis/Centre")
    cycle = begin(story, left_out=("P006",))
    make(story, cycle)
    assert report(story, cycle)[story.cast.wang] == ("failed", "launch.error")
    assert report(story, cycle)[story.cast.zhao] == ("skipped", "launch.left_out_by_hand")
    with db.write(story.engine) as session:
        session.execute(delete(Membership).where(Membership.person_id == story.cast.zhao))
    story.set(Person, story.cast.wang, zone="Asia/Shanghai")
    grant(story, story.cast.fang, "hr")
    fang = story.viewer(story.cast.fang)
    with db.write(story.engine) as session:
        assert launch.retry_failed(session, story.moment, fang, cycle) == 2
    after = report(story, cycle)
    assert after[story.cast.wang] == ("created", None)
    assert after[story.cast.zhao] == ("skipped", "launch.not_in_population")
    assert len(after) == 6
    with db.read(story.engine) as session:
        begun = select(Subject.person_id, MoveLog.actor_id).join(MoveLog).where(Subject.cycle_id == cycle)
        by = {person: actor for person, actor in session.execute(begun)}
        audited = select(Audit.actor_id).join(Subject, Subject.id == Audit.subject_id)
        mine = (Subject.cycle_id == cycle, Subject.person_id == story.cast.wang)
        assert session.scalars(audited.where(*mine)).all() == [story.cast.fang]
    assert {person for person, actor in by.items() if actor == story.cast.fang} == {story.cast.wang}


def test_only_hr_of_their_units_tries_again(story: Story) -> None:
    cycle = begin(story, left_out=("P006",))
    make(story, cycle)
    grant(story, story.cast.wang, "hr", story.cast.sales)
    for person, reason in (
        (story.cast.fang, "launch.hr_only"),
        (story.cast.wang, "launch.outside_your_units"),
    ):
        viewer = story.viewer(person)
        with db.write(story.engine) as session, pytest.raises(Refused) as refused:
            launch.retry_failed(session, story.moment, viewer, cycle)
        assert keys(refused) == [reason]
    assert len(report(story, cycle)) == 6


def test_a_process_that_begins_further_on_begins_with_its_marks(story: Story) -> None:
    """A company's own file may skip the goals: its first stage has marks, a message and a job."""
    text = (ROOT / "workflows" / "sales_quarterly.toml").read_text(encoding="utf-8")
    text = text.replace('start  = "goal_proposal"', 'start  = "tracking"')
    goals = ("goal_proposal", "goal_agreement", "propose_targets", "targets")
    text = without(text, *goals, "propose", "agree", "send_back", "agree_by_silence")
    text = text.replace('from = ["goal_proposal", "goal_agreement", "tracking"', 'from = ["tracking"')
    with db.write(story.engine) as session:
        proposal = accept.Proposal("workflow", "sales_quarterly", text, "sales_quarterly.toml")
        accept.accept(session, story.moment, None, [proposal])
    cycle = begin(story)
    make(story, cycle)
    with db.read(story.engine) as session:
        agreed = session.scalars(select(Review.goals_agreed_at).where(Review.cycle_id == cycle)).all()
    assert agreed == [story.at] * 6


def without(text: str, *keys: str) -> str:
    """A workflow file without the entries of these keys."""
    entries = re.split(r"(?m)^(?=\[\[)", text)
    return "".join(
        one for one in entries if not one.partition("\n")[2].startswith(tuple(f'key = "{k}"' for k in keys))
    )


# ---- how many queries ----------------------------------------------------------------------------------------


def company(engine: Engine, size: int) -> Moment:
    moment = Moment(datetime(2026, 4, 1, 9, tzinfo=UTC), datetime(2026, 4, 1, 9, tzinfo=UTC))
    with db.write(engine) as session:
        write_crowd(session, size)
        accept.accept(session, moment, None, accept.read_folders(ROOT / "workflows", ROOT / "templates"))
    return moment


def launched(engine: Engine, moment: Moment) -> int:
    """A launch and its promised jobs."""
    with db.write(engine) as session:
        viewer = staff.viewer(session, 2, moment.business.date())
        cycle = launch.launch(session, moment, viewer, LaunchPlan("2026Q3", "sales_quarterly", Q3, "CNY"))
        query = select(Outbox.payload).where(Outbox.kind == "launch")
        spans = [json.loads(payload) for payload in session.scalars(query)]
    for span in spans:
        with db.write(engine) as session:
            launch.launch_range(session, moment, cycle, span["first"], span["last"])
    return cycle


def test_a_thousand_people_are_launched_in_fifty_queries(engine: Engine) -> None:
    moment = company(engine, 997)  # and three officers
    with counted(engine) as queries:
        cycle = launched(engine, moment)
    assert len(queries) <= 50, [query[:60] for query in queries]
    with db.read(engine) as session:
        states = select(LaunchItem.state, func.count()).where(LaunchItem.cycle_id == cycle)
        assert session.execute(states.group_by(LaunchItem.state)).all() == [("created", 1000)]


def test_advancing_costs_as_many_queries_for_thirty_as_for_three(engine: Engine) -> None:
    moment = company(engine, 40)
    launched(engine, moment)
    with db.read(engine) as session:
        ids = session.scalars(select(Subject.id).order_by(Subject.id)).all()
    with db.write(engine) as session:
        session.execute(update(Subject).values(stage="goal_agreement", due_at=moment.business))
    clock, counts = the_clock(moment.business.date()), []
    for some in (ids[:3], ids[3:33]):
        with db.write(engine) as session, counted(engine) as queries:
            moved = move.advance(session, moment, clock, some)
        assert [one.move for one in moved] == ["agree_by_silence"] * len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
