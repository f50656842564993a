"""What the pages of managers and HR ask, on both databases: the team, its growth, what waits, goals, the scheme."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from reviewflow.core.viewer import Viewer
from reviewflow.store import db, goals_page, scheme, staff, team
from reviewflow.store.goals_page import AGREED
from reviewflow.store.team import Point
from tests.cast import Cast
from tests.counting import counted
from tests.web.pay.payday import as_lin, hire
from tests.web.stage import Stage

MIDDLE = datetime(2026, 5, 15, 4, 0, tzinfo=UTC)


@pytest.fixture
def stage(engine: Engine, cast: Cast) -> Stage:
    """Lin with goals and sales, Han Lei still without; on 15 May."""
    (han,) = hire(engine, ["Han Lei"])
    stage = Stage(engine, cast).begin()
    stage.agreed()
    stage.sell((date(2026, 4, 20), 200_000), (date(2026, 4, 20), 1_000), (date(2026, 5, 4), 50_000))
    batch = stage.sell((date(2026, 4, 9), 70_000), person_id=han, customer="Boyu")
    stage.show_time(MIDDLE)
    stage.live(stage.review(), batch)
    stage.live(stage.review(han), batch)
    return stage


def who(stage: Stage, person_id: int) -> Viewer:
    with db.read(stage.engine) as session:
        return staff.viewer(session, person_id, MIDDLE.date())


def test_a_team_with_its_cycles_and_growth(stage: Stage, engine: Engine) -> None:
    wang = who(stage, stage.cast.wang)
    with db.read(engine) as session, counted(engine) as queries:
        (cycle,) = team.cycles(session, wang)
        found = team.team(session, wang, cycle.id)
        lines = list(found.lines.values())
        points = team.growth(session, wang, lines[0]["sales_amount"].indicator, lines)
    assert (cycle.key, cycle.open) == ("2026Q2", 2)
    assert [(one.name, one.stage) for one in found.members] == [
        ("Han Lei", "goal_proposal"), ("Lin Yue", "tracking"),
    ]  # fmt: skip
    assert points == [
        Point(date(2026, 4, 9), Fraction(70_000)),
        Point(date(2026, 4, 20), Fraction(271_000)),
        Point(date(2026, 5, 4), Fraction(321_000)),
    ]
    live = sum(
        line.figure.value
        for one in lines
        for line in [one["sales_amount"]]
        if line.figure and line.figure.value
    )
    assert live == points[-1].value, "the chart ends where the figures stand"
    assert len(queries) <= 6


def test_what_waits_for_a_manager_is_about_the_people_of_today(stage: Stage, engine: Engine) -> None:
    with db.read(engine) as session:
        (waits,) = team.waiting(session, who(stage, stage.cast.wang))
        assert not team.waiting(session, who(stage, stage.cast.lin)), "one's own work is no team's"
    assert (waits.person, waits.part, waits.what, waits.item) == (
        "Han Lei",
        "goal_setting",
        "task",
        "propose_targets",
    )
    assert waits.title["en"] == "Propose targets"
    assert waits.is_late(MIDDLE)


def test_goals_by_stage(stage: Stage, engine: Engine) -> None:
    hu, wang = who(stage, stage.cast.hu), who(stage, stage.cast.wang)
    with db.read(engine) as session:
        (cycle,) = goals_page.cycles(session, wang)
        assert goals_page.counts(session, wang, cycle.id, MIDDLE) == goals_page.Counts(1, 1)
        assert goals_page.counts(session, hu, cycle.id, MIDDLE) == goals_page.Counts(6, 6)
        (agreed,) = goals_page.proposals(session, hu, cycle.id, AGREED, limit=50)
        (open_one,) = goals_page.proposals(session, wang, cycle.id, None, limit=50)
    assert (agreed.person, agreed.manager, agreed.weights_e4, agreed.targets) == (
        "Lin Yue",
        "Wang Fang",
        1_000_000,
        10,
    )
    assert (open_one.person, open_one.targets) == ("Han Lei", 0)
    assert as_lin(stage, open_one.person_id).review() == open_one.review_id


def test_versions_know_their_cycles(stage: Stage, engine: Engine) -> None:
    hu = who(stage, stage.cast.hu)
    with db.read(engine) as session:
        found = scheme.versions(session, hu)
        (plan,) = found["plan", "sales_standard"]
        text = scheme.texts(session, hu, plan.id)[plan.id]
        assert scheme.may_accept(session, hu)
        assert not scheme.may_accept(session, who(stage, stage.cast.wang))
    assert [one.cycle for one in plan.pinned_by] == ["2026Q2"]
    assert 'name = "sales_standard"' in text
    assert not found["plan", "commission_only"][0].pinned_by
