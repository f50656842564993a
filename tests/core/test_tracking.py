"""Mid-period: pace, projection, what is still needed, and the score that would come of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from reviewflow.core import indicators, plan, tracking
from reviewflow.core.goals import Goal
from reviewflow.core.reasons import Reason
from reviewflow.core.tracking import NOT_YET
from reviewflow.core.values import Period

FILES = Path(__file__).resolve().parents[2] / "workflows"
CATALOGUE = indicators.load((FILES / "indicators.toml").read_text("utf-8"))
PLAN = plan.load((FILES / "plans" / "sales_standard.toml").read_text("utf-8"), CATALOGUE)
QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
DAY_54 = date(2026, 11, 23)


def of(key: str, actual: int | str, target: int | str, today: date = DAY_54) -> tracking.Outlook:
    return tracking.outlook(CATALOGUE[key], Fraction(actual), Fraction(target), QUARTER, today)


def test_a_growing_figure_is_projected_by_its_run_rate() -> None:
    seen = of("sales_amount", 846_300, 1_500_000)
    assert seen.projection == Fraction(846_300 * 92, 54)
    assert seen.attainment == Fraction(8463, 150)
    assert seen.pace == Fraction(5400, 92)
    assert seen.weekly == Fraction(846_300 * 7, 54)
    assert seen.needed == Fraction((1_500_000 - 846_300) * 7, 38)
    assert seen.state == "on_pace"


def test_a_rate_stands_where_it_is() -> None:
    seen = of("collection_rate", "77.4", 92)
    assert (seen.projection, seen.pace, seen.needed, seen.weekly) == (Fraction("77.4"), None, None, None)
    assert seen.at_end == Fraction(7740, 92)
    assert seen.state == "behind"


def test_lower_is_better_turns_round() -> None:
    assert of("deal_cycle", "38.2", 35).state == "at_risk"
    assert of("complaint_rate", "0.6", 1).at_end == Fraction(1000, 6)
    assert of("complaint_rate", 0, 1).state == "ahead", "nothing to divide by is perfect here"


@pytest.mark.parametrize(
    ("percent", "state"),
    [("105", "ahead"), ("104.5", "ahead"), ("104.4", "on_pace"), ("94.5", "on_pace"), ("94.4", "at_risk"),
     ("84.5", "at_risk"), ("84.4", "behind"), ("0", "behind")],
)  # fmt: skip
def test_words_follow_the_rounded_percentage(percent: str, state: str) -> None:
    assert tracking.state(Fraction(percent)) == state


def test_after_the_period_nothing_more_is_needed() -> None:
    seen = of("visits", 80, 90, date(2027, 1, 3))
    assert (seen.projection, seen.needed) == (80, None)


@pytest.mark.parametrize(
    ("actual", "target", "today"),
    [
        (None, Fraction(1), DAY_54),
        (Fraction(1), None, DAY_54),
        (Fraction(1), Fraction(0), DAY_54),
        (Fraction(1), Fraction(1), date(2026, 9, 30)),
    ],
)
def test_not_yet(actual: Fraction | None, target: Fraction | None, today: date) -> None:
    assert tracking.outlook(CATALOGUE["visits"], actual, target, QUARTER, today) is NOT_YET


GOALS = [Goal("sales_amount", Fraction(1_000_000), 600_000), Goal("collection_rate", Fraction(90), 400_000)]


def test_the_projected_score_and_the_next_rating() -> None:
    seen = tracking.project(
        GOALS, {"sales_amount": Fraction(1_000_000), "collection_rate": Fraction("85.5")}, {}, CATALOGUE, PLAN
    )
    assert seen is not None
    # Sales on target: 100 points. Collection at 95 % on the narrow curve: 60 + 5/10 x 40 = 80.
    assert seen.total == 92
    assert (seen.band.letter, seen.next_band and seen.next_band.letter) == ("A", "S")
    assert (seen.most_to_give, seen.gain) == ("collection_rate", 8)
    assert seen.measured_e4 == 1_000_000


def test_what_is_not_measured_is_left_out_of_the_projection() -> None:
    why = {"collection_rate": Reason("measure.sample_too_small", {"count": 1, "minimum": 5})}
    projections = {"sales_amount": Fraction(1_200_000), "collection_rate": None}
    seen = tracking.project(GOALS, projections, why, CATALOGUE, PLAN)
    assert seen is not None
    assert (seen.total, seen.measured_e4, seen.next_band) == (120, 600_000, None)
    assert (seen.most_to_give, seen.gain) == (None, 0)


def test_without_any_figure_there_is_no_projection() -> None:
    assert tracking.project(GOALS, {goal.indicator: None for goal in GOALS}, {}, CATALOGUE, PLAN) is None
    unfinished = [Goal("sales_amount", Fraction(1), 500_000)]
    assert tracking.project(unfinished, {"sales_amount": Fraction(1)}, {}, CATALOGUE, PLAN) is None
