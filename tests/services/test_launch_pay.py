"""What a launch would pay: nobody is paid the same twice, and a missing pay base is said before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, update

from reviewflow.core.values import Period
from reviewflow.services import launch
from reviewflow.services.launch import LaunchPlan, Preflight
from reviewflow.store import db, pinned
from reviewflow.store.people import PayBase
from reviewflow.store.reviews import Review
from tests.flows.story import Story
from tests.services.test_launch_people import begin, make, report

pytestmark = pytest.mark.sqlite  # nothing here is the database's own
Walk = Callable[[str], Story]
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
ANNUAL = LaunchPlan("2026Y", "appraisal_annual", YEAR, "CNY")
SALES_YEAR = replace(ANNUAL, key="2026S", uses={"plan": "sales_standard"})
EVERYBODY = ("P001", "P002", "P003", "P004", "P005", "P006")


def look(story: Story, plan: LaunchPlan) -> Preflight:
    with db.read(story.engine) as session:
        return launch.preflight(session, story.moment, story.viewer(story.cast.hu), plan)


def found(story: Story, plan: LaunchPlan) -> dict[str, tuple[str, ...]]:
    return {one.key: tuple(key for key, _ in one.people) for one in look(story, plan).findings}


def test_the_year_pays_its_own_bonus_beside_the_quarters(walk: Walk) -> None:
    story = walk("launched")
    assert "launch.paid_elsewhere" not in found(story, ANNUAL)
    cycle = begin(story, key="2026Y", workflow="appraisal_annual", period=YEAR)
    make(story, cycle)
    assert set(report(story, cycle).values()) == {("created", None)}
    with db.read(story.engine) as session:
        keys = [one.key for one in pinned.of_cycle(session, cycle).plan.components]
    assert keys == ["annual_bonus"]


def test_who_is_paid_the_same_by_another_process_is_left_out_and_told(walk: Walk) -> None:
    story = walk("launched")
    voided = story.review(story.cast.zhao)
    story.set(Review, voided, voided_at=story.at)
    assert found(story, SALES_YEAR)["launch.paid_elsewhere"] == EVERYBODY[:5]
    assert look(story, SALES_YEAR).ready == 1
    cycle = begin(
        story, key="2026S", workflow="appraisal_annual", period=YEAR, uses={"plan": "sales_standard"}
    )
    make(story, cycle)
    twice = ("skipped", "launch.paid_elsewhere")
    wanted = dict.fromkeys(story.cast.people(), twice) | {story.cast.zhao: ("created", None)}
    assert report(story, cycle) == wanted


def test_a_process_that_pays_nothing_stands_beside_any_other(walk: Walk) -> None:
    story = walk("launched")
    month = Period(date(2026, 5, 1), date(2026, 5, 31))
    assert "launch.paid_elsewhere" not in found(story, LaunchPlan("2026M5", "sales_monthly", month, "CNY"))


def test_after_the_period_the_same_component_is_paid_again(walk: Walk) -> None:
    story = walk("launched")
    half = replace(SALES_YEAR, period=Period(date(2026, 7, 1), date(2026, 12, 31)))
    assert "launch.paid_elsewhere" not in found(story, half)


def test_a_missing_pay_base_is_said_with_its_name(walk: Walk) -> None:
    story = walk("launched")
    [missing] = [one for one in look(story, ANNUAL).findings if one.key == "launch.no_pay_base"]
    assert (missing.blocks, dict(missing.params), len(missing.people)) == (False, {"base": "annual_bonus"}, 6)
    quarter = LaunchPlan("2026Q3", "sales_quarterly", Period(date(2026, 7, 1), date(2026, 9, 30)), "CNY")
    assert "launch.no_pay_base" not in found(story, quarter)
    with db.write(story.engine) as session:
        session.execute(
            update(PayBase).where(PayBase.person_id == story.cast.lin).values(until_on=YEAR.starts_on)
        )
        session.execute(delete(PayBase).where(PayBase.person_id == story.cast.wang))
    assert found(story, quarter)["launch.no_pay_base"] == ("P002", "P003")
