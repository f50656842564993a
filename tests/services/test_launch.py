"""Launching a cycle: one review per person, pinned definitions, and a report that says what became of whom."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, update

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.values import Period
from reviewflow.core.viewer import the_clock
from reviewflow.services import accept, accounts
from reviewflow.services.launch import LaunchPlan, launch, launch_range, preflight
from reviewflow.store import db, staff
from reviewflow.store.accounts import Account
from reviewflow.store.cycles import Cycle, CyclePin, LaunchItem
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Membership, Person
from reviewflow.store.reviews import Goal, Review
from reviewflow.store.subjects import MoveLog, Subject
from tests.cast import HIRED, ZONE, Cast
from tests.services.people import give_target

ROOT = Path(__file__).resolve().parents[2]
Q2 = Period(date(2026, 4, 1), date(2026, 6, 30))


def plan(**changes: object) -> LaunchPlan:
    values: dict[str, object] = {
        "key": "2026Q2",
        "workflow": "sales_quarterly",
        "period": Q2,
        "currency": "CNY",
    }
    return LaunchPlan(**(values | changes))  # type: ignore[arg-type]  # a test's shorthand


@pytest.fixture
def accepted(engine: Engine, cast: Cast, moment: Moment) -> Cast:
    with db.write(engine) as session:
        accept.accept(session, moment, cast.hu, accept.read_folders(ROOT / "workflows", ROOT / "templates"))
    return cast


def test_everybody_gets_a_review_with_goals_that_sum_to_100(
    engine: Engine, accepted: Cast, moment: Moment
) -> None:
    with db.write(engine) as session:
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        cycle = launch(session, moment, hu, plan())
        launch_range(session, moment, cycle, 1, 10)
    with db.read(engine) as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 6
        sums = session.scalars(select(func.sum(Goal.weight_e4)).group_by(Goal.review_id)).all()
        assert sums == [1_000_000] * 6
        stages = session.execute(select(Subject.stage, Subject.due_at.is_not(None)).distinct()).all()
        assert [tuple(row) for row in stages] == [("goal_proposal", True)]
        assert session.scalar(select(func.count()).select_from(MoveLog)) == 6
        assert session.scalar(select(func.count()).select_from(CyclePin)) >= 6
        assert session.get_one(Cycle, cycle).expected == 6


def test_a_chunk_run_twice_makes_no_second_review(engine: Engine, accepted: Cast, moment: Moment) -> None:
    with db.write(engine) as session:
        cycle = launch(session, moment, staff.viewer(session, accepted.hu, Q2.starts_on), plan())
    for _ in range(2):
        with db.write(engine) as session:
            launch_range(session, moment, cycle, 1, 10)
    with db.read(engine) as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 6
        assert session.scalar(select(func.count()).select_from(LaunchItem)) == 6


def test_who_is_in_an_overlapping_cycle_is_skipped_with_the_reason(
    engine: Engine, accepted: Cast, moment: Moment
) -> None:
    with db.write(engine) as session:
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        first = launch(session, moment, hu, plan(key="first", units=(accepted.east,)))
        launch_range(session, moment, first, 1, 10)
        second = launch(session, moment, hu, plan(key="second"))
        launch_range(session, moment, second, 1, 10)
    with db.read(engine) as session:
        rows = session.execute(
            select(LaunchItem.person_id, LaunchItem.reason).where(
                LaunchItem.cycle_id == second, LaunchItem.state == "skipped"
            )
        ).all()
        assert [tuple(row) for row in rows] == [(accepted.lin, "launch.already_in_cycle")]


def test_the_preflight_says_what_the_launch_will_do(engine: Engine, accepted: Cast, moment: Moment) -> None:
    with db.read(engine) as session:
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        found = preflight(session, moment, hu, plan())
    assert (found.matching, found.ready, found.left_out) == (6, 6, 0)
    people = {finding.key: [who for who, _ in finding.people] for finding in found.findings}
    # Who is the only director, the only one of HR, the only one in finance: nobody else could decide about them.
    assert people["launch.nobody_for_role"] == ["P001", "P004", "P005"]
    assert any(reason.key == "launch.no_source" for reason in found.sources)


def test_who_cannot_sign_in_is_named(engine: Engine, accepted: Cast, moment: Moment) -> None:
    """An account that is switched off is none."""
    with db.write(engine) as session:
        for login in ("lin", "wang"):
            clock = the_clock(moment.business.date())
            person = getattr(accepted, login)
            made = accounts.open_account(session, moment, clock, person, login, "a long enough password")
        session.execute(update(Account).where(Account.id == made).values(active=False))
    with db.read(engine) as session:
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        found = preflight(session, moment, hu, plan(units=(accepted.sales,)))
    people = {finding.key: [who for who, _ in finding.people] for finding in found.findings}
    assert people["launch.no_account"] == ["P002"]


def test_people_are_counted_by_their_nearest_unit(engine: Engine, accepted: Cast, moment: Moment) -> None:
    asked = (accepted.company, accepted.east, accepted.office)
    with db.read(engine) as session:
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        found = preflight(session, moment, hu, plan(), asked)
    assert found.units == {accepted.company: 2, accepted.east: 1, accepted.office: 3}


@pytest.mark.parametrize(("whose", "without"), [("lin", ["P002"]), ("zhao", [])])
def test_targets_are_missed_where_others_of_the_launch_have_one(
    engine: Engine, accepted: Cast, moment: Moment, whose: str, without: list[str]
) -> None:
    with db.write(engine) as session:
        give_target(session, getattr(accepted, whose), Q2)
    with db.read(engine) as session:
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        found = preflight(session, moment, hu, plan(units=(accepted.sales,)))
    people = {finding.key: [who for who, _ in finding.people] for finding in found.findings}
    assert people.get("launch.no_target", []) == without


def test_the_first_fifty_are_the_same_on_both_databases(
    engine: Engine, accepted: Cast, moment: Moment
) -> None:
    """In the order of code points: capital letters first, Han last."""
    ids = [*(f"a{n:02}" for n in range(60)), "B01", "柏01"]
    with db.write(engine) as session:
        for number, external_id in enumerate(ids, 100):
            person = {"id": number, "external_id": external_id, "name": "X", "language": "en", "zone": ZONE}
            session.execute(insert(Person).values(**person, hired_on=HIRED))
            place = {"person_id": number, "unit_id": accepted.east, "position": "sales rep"}
            session.execute(insert(Membership).values(**place, from_on=HIRED))
    with db.read(engine) as session:
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        found = preflight(session, moment, hu, plan(units=(accepted.sales,)))
    named = next(finding.people for finding in found.findings if finding.key == "launch.no_manager")
    assert [who for who, _ in named] == ["B01", *(f"a{n:02}" for n in range(49))]


def test_who_has_left_holds_no_role_for_the_others(engine: Engine, accepted: Cast, moment: Moment) -> None:
    """Though nobody has ended it."""
    with db.write(engine) as session:
        gone = Q2.starts_on - timedelta(days=1)
        session.execute(update(Person).where(Person.id == accepted.fang).values(left_on=gone))
    with db.read(engine) as session:
        found = preflight(session, moment, staff.viewer(session, accepted.hu, Q2.starts_on), plan())
    people = {finding.key: [who for who, _ in finding.people] for finding in found.findings}
    assert people["launch.nobody_for_role"] == ["P001", "P002", "P003", "P004", "P006"]


def test_only_hr_launches_and_a_key_is_used_once(engine: Engine, accepted: Cast, moment: Moment) -> None:
    with db.write(engine) as session:
        with pytest.raises(Refused) as refused:
            launch(session, moment, staff.viewer(session, accepted.wang, Q2.starts_on), plan())
        assert [reason.key for reason in refused.value.reasons] == ["launch.hr_only"]
        hu = staff.viewer(session, accepted.hu, Q2.starts_on)
        launch(session, moment, hu, plan())
        with pytest.raises(Refused) as refused:
            launch(session, moment, hu, plan())
        assert [reason.key for reason in refused.value.reasons] == ["launch.key_taken"]


def test_the_work_is_promised_in_the_same_commit(engine: Engine, accepted: Cast, moment: Moment) -> None:
    with db.write(engine) as session:
        launch(session, moment, staff.viewer(session, accepted.hu, Q2.starts_on), plan())
    with db.read(engine) as session:
        assert session.scalars(select(Outbox.kind)).all() == ["launch"]
