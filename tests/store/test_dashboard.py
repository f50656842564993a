"""A cycle counted in the database: the right numbers for whoever looks, with the same queries at any size."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.core.values import Money
from reviewflow.core.viewer import Grant, Viewer
from reviewflow.services import launch, remind
from reviewflow.services.launch import LaunchPlan
from reviewflow.store import cycles_page, dashboard, db, launch_page
from reviewflow.store.cycles import Cycle, LaunchItem
from reviewflow.store.letters import Letter
from reviewflow.store.outbox import Outbox
from reviewflow.store.pay import PayoutRun
from reviewflow.store.people import Membership, Person, ReportingLine, RoleGrant
from reviewflow.store.scopes import CYCLE_ROLES, scope
from reviewflow.store.subjects import Subject
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import Q2, Story


@pytest.fixture
def story(engine: Engine, cast: Cast) -> Story:
    """Six reviews, whose targets are proposed."""
    return Story(engine, cast).begin()


@pytest.fixture
def late(story: Story) -> Story:
    """The same a second after their deadline."""
    due = story.subject(story.review()).due_at
    assert due is not None
    story.at = due + timedelta(seconds=1)
    return story


def hr(story: Story) -> Viewer:
    return story.viewer(story.cast.hu)


def of_sales(story: Story) -> Viewer:
    """HR of the sales unit alone: Wang and Lin."""
    return Viewer(story.cast.hu, (Grant("hr", story.cast.sales),), story.at.date())


def figures(story: Story, viewer: Viewer) -> dashboard.Figures:
    with db.read(story.engine) as session:
        return dashboard.figures(session, viewer, story.cycle, story.at)


def late_of(story: Story, viewer: Viewer) -> dashboard.Late:
    with db.read(story.engine) as session:
        return dashboard.late(session, viewer, story.cycle, story.at)


def troubles(story: Story, viewer: Viewer) -> dashboard.Troubles:
    with db.read(story.engine) as session:
        cycle = dashboard.head(session, viewer, story.cycle)
        assert cycle is not None
        return dashboard.troubles(session, viewer, cycle)


def test_who_looks_after_cycles_sees_all_groups_of_fields_at_all_times() -> None:
    """The pages count ratings, letters and awards without looking at single records: this is why they may."""
    for role in CYCLE_ROLES:
        assert all(role in row and not row[role] for row in VISIBLE.values())


def test_reviews_are_counted_by_part_with_the_late(late: Story) -> None:
    found = figures(late, hr(late))
    assert {part.key: (part.count, part.late) for part in found.parts if part.count} == {
        "goal_setting": (6, 6)
    }
    assert (found.reviews, found.late_reviews, found.evaluated) == (6, 6, 0)


def test_hr_of_a_unit_counts_that_unit(late: Story) -> None:
    assert figures(late, of_sales(late)).reviews == 2
    with db.read(late.engine) as session:
        assert scope(session, hr(late), CYCLE_ROLES).whole
        assert not scope(session, of_sales(late), CYCLE_ROLES).whole
        nobody = Viewer(late.cast.zhao, (), late.at.date())
        assert dashboard.head(session, nobody, late.cycle) is None
        assert dashboard.figures(session, nobody, late.cycle, late.at).reviews == 0
        assert cycles_page.cycle_lines(session, nobody, late.at) == []


def test_a_cycle_without_records_of_ones_units_is_not_there(late: Story) -> None:
    elsewhere = Viewer(late.cast.zhao, (Grant("hrbp", late.cast.office),), late.at.date())
    office = select(Subject.id).where(Subject.unit_id == late.cast.office)
    with db.write(late.engine) as session:
        session.execute(update(Subject).where(Subject.id.in_(office)).values(unit_id=late.cast.sales))
    with db.read(late.engine) as session:
        assert dashboard.head(session, elsewhere, late.cycle) is None


def test_closed_awards_are_not_taken_for_closed_reviews(story: Story) -> None:
    """Both kinds have a part of that name."""
    with db.write(story.engine) as session:
        session.execute(
            insert(Subject).values(
                id=999, kind="award", definition_id=1, stage="nothing_due", part="closed", version=1, round=1,
                person_id=story.cast.lin, unit_id=story.cast.east, cycle_id=story.cycle, entered_at=story.at,
                closed_at=story.at,
            )
        )  # fmt: skip
    assert sum(part.count for part in figures(story, hr(story)).parts if part.key == "closed") == 0


def test_money_of_two_currencies_is_not_added(story: Story) -> None:
    assert figures(story, hr(story)).paid == ()
    with db.write(story.engine) as session:
        for no, (minor, currency) in enumerate(((1_000_00, "CNY"), (200_00, "EUR"), (50_00, "CNY")), 1):
            session.execute(
                insert(PayoutRun).values(
                    cycle_id=story.cycle, no=no, file_digest="0" * 64, body="", total_minor=minor,
                    currency=currency, by_id=story.cast.fang, at=story.at,
                )
            )  # fmt: skip
    found = figures(story, hr(story))
    assert (found.paid, found.payroll_files) == ((Money(1_050_00, "CNY"), Money(200_00, "EUR")), 3)


def test_results_by_rating_and_answer(story: Story) -> None:
    review = story.released()
    story.move(story.cast.lin, review, "acknowledge_disagree", note="Not so.")
    with db.read(story.engine) as session:
        cycle = dashboard.head(session, hr(story), story.cycle)
        assert cycle is not None
        found = dashboard.results(session, hr(story), cycle)
        of_office = Viewer(story.cast.hu, (Grant("hr", story.cast.office),), story.at.date())
        assert dashboard.results(session, of_office, cycle).rated == 0
    assert (found.rated, found.released, found.answered) == (1, 1, 1)
    assert list(found.ratings) == ["S", "A", "B", "C", "D"]
    assert found.answers["acknowledged_disagree"] == 1


class TestLate:
    def test_by_whose_turn_it_is(self, late: Story) -> None:
        found = late_of(late, hr(late))
        lines = {(line.person_id, line.item): line.records for line in found.lines}
        cast = late.cast
        assert lines == {(cast.director, "propose_targets"): 4, (cast.wang, "propose_targets"): 1}
        assert (found.people, found.records, found.all_seen) == (2, 6, True)

    def test_a_task_hides_the_move_that_follows_it(self, late: Story) -> None:
        """Who has to write first is not also late with sending."""
        assert {line.what for line in late_of(late, hr(late)).lines} == {"task"}
        review = late.review()
        late.answer(late.cast.wang, review, "propose_targets", {"targets": late.targets(review)})
        mine = [line for line in late_of(late, hr(late)).lines if line.person_id == late.cast.wang]
        assert [(line.what, line.item, line.record) for line in mine] == [
            ("move", "propose", ("review", review))
        ]

    def test_reminders_stand_beside_it(self, late: Story) -> None:
        with db.write(late.engine) as session:
            remind.remind(session, late.moment, hr(late), late.cycle, holder_id=late.cast.wang)
        told = {line.person_id: len(line.reminded) for line in late_of(late, hr(late)).lines}
        assert told == {late.cast.wang: 1, late.cast.director: 0}

    def test_what_nobody_can_do(self, late: Story) -> None:
        """The director has no manager: nobody proposes their targets."""
        found = late_of(late, hr(late))
        assert [one.person_id for one in found.stuck] == [late.cast.director]
        assert [title["en"] for title in found.stuck[0].titles] == ["Propose targets"]

    def test_of_ones_own_units_only(self, late: Story) -> None:
        assert {line.person_id for line in late_of(late, of_sales(late)).lines} == {
            late.cast.wang,
            late.cast.director,
        }
        assert late_of(late, of_sales(late)).records == 2

    def test_more_than_is_looked_at(self, late: Story, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys.modules["reviewflow.store.dashboard.late"], "MOST_LATE", 2)
        found = late_of(late, hr(late))
        assert (found.records, found.all_seen) == (3, False)

    def test_nothing_is_late_before_the_deadline(self, story: Story) -> None:
        assert late_of(story, hr(story)) == dashboard.Late((), late_of(story, hr(story)).stuck, 0, True)

    def test_what_nobody_can_do_shows_before_it_is_late(self, story: Story) -> None:
        assert [one.person_id for one in late_of(story, hr(story)).stuck] == [story.cast.director]

    def test_the_only_hr_person_s_own_review_waits_for_nobody(self, story: Story) -> None:
        """A release has no deadline, so that it never is late."""
        hu = story.review(story.cast.hu)
        story.set(Subject, hu, stage="release", part="evaluation", due_at=None)
        stuck = {one.record_id: one.items for one in late_of(story, hr(story)).stuck}
        assert stuck[hu] == ("release",)
        granted = {"person_id": story.cast.zhao, "role": "hr", "unit_id": story.cast.company}
        with db.write(story.engine) as session:
            session.execute(
                insert(RoleGrant).values(**granted, from_on=date(2026, 1, 1), granted_by=story.cast.hu)
            )
        assert hu not in {one.record_id for one in late_of(story, hr(story)).stuck}

    def test_half_of_what_is_asked_can_be_done(self, story: Story) -> None:
        """Lin writes about herself; nobody is there to review her."""
        review = story.review()
        story.set(Subject, review, stage="evaluation", part="evaluation")
        mine = ReportingLine.person_id == story.cast.lin
        with db.write(story.engine) as session:
            session.execute(delete(ReportingLine).where(mine))
        stuck = {one.record_id: one.items for one in late_of(story, hr(story)).stuck}
        assert stuck[review] == ("manager_review",)

    def test_the_own_form_of_a_leaver_holds_nothing_up(self, story: Story) -> None:
        review = story.review()
        story.set(Subject, review, stage="evaluation", part="evaluation")
        story.set(Person, story.cast.lin, left_on=story.at.date() - timedelta(days=1))
        assert review not in {one.record_id for one in late_of(story, hr(story)).stuck}


class TestTroubles:
    def test_a_failed_letter_with_its_reason(self, story: Story) -> None:
        review = story.judged()
        story.move(story.cast.hu, review, "release")
        problem = json.dumps([["letter.failed", {}]])
        with db.write(story.engine) as session:
            session.execute(update(Letter).values(state="failed", problem=problem))
        (letter,) = troubles(story, hr(story)).letters
        assert (letter.review_id, letter.person) == (review, "Lin Yue")
        assert [reason.key for reason in letter.reasons] == ["letter.failed"]
        assert figures(story, hr(story)).letters_failed == 1
        office = Viewer(story.cast.hu, (Grant("hr", story.cast.office),), story.at.date())
        assert troubles(story, office).letters == ()

    def test_a_letter_of_another_cycle_is_not_here(self, story: Story) -> None:
        review = story.judged()
        story.move(story.cast.hu, review, "release")
        with db.write(story.engine) as session:
            session.execute(update(Letter).values(state="failed", problem="[]"))
            other = session.get_one(Cycle, story.cycle)
            values = {
                c.key: getattr(other, c.key) for c in Cycle.__table__.columns if c.key not in ("id", "key")
            }
            session.add(Cycle(key="other", **values))
            session.flush()
            story.cycle = session.scalars(select(Cycle.id).where(Cycle.key == "other")).one()
        assert figures(story, hr(story)).letters_failed == 0

    def test_a_refused_move_of_the_clock(self, story: Story) -> None:
        review = story.agreed()
        story.wait_for(review)
        story.at += timedelta(days=30)
        assert story.advance(review) == []
        (held,) = troubles(story, hr(story)).held_up
        assert (held.id, held.move, held.person) == (review, "cut_off", "Lin Yue")
        assert held.reasons
        story.measure(review)
        story.advance(review)
        assert troubles(story, hr(story)).held_up == ()

    def test_who_joined_after_the_launch(self, story: Story) -> None:
        with db.write(story.engine) as session:
            for person_id, unit, day in ((11, story.cast.east, 20), (12, story.cast.east, 1)):
                values = {"id": person_id, "external_id": f"N{person_id}", "name": f"New {person_id}"}
                common = {"language": "en", "zone": "UTC", "hired_on": date(2026, 4, day)}
                session.execute(insert(Person).values(**values, **common))
                member = {"unit_id": unit, "position": "sales rep", "from_on": date(2026, 4, day)}
                session.execute(insert(Membership).values(person_id=person_id, **member))
            session.execute(insert(LaunchItem).values(cycle_id=story.cycle, person_id=12, state="created"))
        story.at += timedelta(days=30)
        (one,) = troubles(story, hr(story)).joined
        assert (one.person_id, one.since, one.position) == (11, date(2026, 4, 20), "sales rep")

    def test_work_that_was_given_up(self, story: Story) -> None:
        with db.write(story.engine) as session:
            for number, cycle in ((1, story.cycle), (2, 99)):
                session.execute(
                    insert(Outbox).values(
                        kind="launch", key=f"parked:{number}", payload=json.dumps({"cycle": cycle}),
                        not_before_at=story.at, attempts=5, parked_reason='[["job.failed", {}]]',
                    )
                )  # fmt: skip
        (job,) = troubles(story, hr(story)).parked
        assert (job.kind, [reason.key for reason in job.reasons]) == ("launch", ["job.failed"])


def test_a_launch_is_under_way_while_chunks_are_open(story: Story) -> None:
    def launching() -> bool:
        with db.read(story.engine) as session:
            found = dashboard.head(session, hr(story), story.cycle)
            assert found is not None
            return found.launching

    assert launching()
    with db.write(story.engine) as session:
        session.execute(update(Outbox).where(Outbox.kind == "launch").values(done_at=story.at))
    assert not launching()


def test_the_report_of_a_launch(story: Story) -> None:
    with db.write(story.engine) as session:
        values = {"state": "failed", "reason": "launch.error", "detail": "disk"}
        session.execute(update(LaunchItem).where(LaunchItem.person_id == story.cast.lin).values(**values))
    with db.read(story.engine) as session:
        counts = launch_page.report_counts(session, hr(story), story.cycle)
        lines = launch_page.report_lines(session, hr(story), story.cycle, created=False)
        everybody = launch_page.report_lines(session, hr(story), story.cycle, created=True)
        of_office = Viewer(story.cast.hu, (Grant("hr", story.cast.office),), story.at.date())
        theirs = launch_page.report_counts(session, of_office, story.cycle)
    assert counts == {("created", None): 5, ("failed", "launch.error"): 1}
    assert [(line.name, line.detail) for line in lines] == [("Lin Yue", "disk")]
    assert len(everybody) == 6
    assert theirs == {("created", None): 3}


def test_as_many_queries_for_one_review_as_for_six(engine: Engine, cast: Cast) -> None:
    one = Story(engine, cast).begin(key="one", positions=("sales rep",))
    every = replace(one, cycle=_annual(one))
    assert _queries(one) == _queries(every) <= 13


def _annual(story: Story) -> int:
    """A second cycle over the same files, of another process, for everybody."""
    plan = LaunchPlan(key="all", workflow="appraisal_annual", period=Q2, currency="CNY")
    with db.write(story.engine) as session:
        cycle = launch.launch(session, story.moment, hr(story), plan)
        launch.launch_range(session, story.moment, cycle, 1, 100)
    return cycle


def _queries(story: Story) -> int:
    """Of everything that the page asks, once the pins are known to the process."""
    viewer = hr(story)
    with db.read(story.engine) as session:
        _ask(session, story, viewer)
    with db.read(story.engine) as session, counted(story.engine) as queries:
        late = _ask(session, story, viewer)
    assert late.records
    return len(queries)


def _ask(session: Session, story: Story, viewer: Viewer) -> dashboard.Late:
    at = story.at + timedelta(days=30)
    cycle = dashboard.head(session, viewer, story.cycle)
    assert cycle is not None
    dashboard.figures(session, viewer, story.cycle, at)
    dashboard.results(session, viewer, cycle)
    dashboard.troubles(session, viewer, cycle)
    dashboard.waiting_count(session, viewer, cycle, ("release",), 501)
    cycles_page.cycle_lines(session, viewer, at)
    return dashboard.late(session, viewer, story.cycle, at)
