"""Plans: the shipped ones, and how a spoiled file is reported."""

from __future__ import annotations

from fractions import Fraction

import pytest

from reviewflow.core import plan
from reviewflow.core.plan import Tier
from reviewflow.core.reasons import Faulty
from tests.core.shipped import CATALOGUE, COMMISSION_ONLY, STANDARD, text


def faults(old: str, new: str, name: str = "sales_standard") -> list[str]:
    """Fault keys after one change to a shipped plan."""
    whole = text(f"plans/{name}")
    assert old in whole
    with pytest.raises(Faulty) as caught:
        plan.load(whole.replace(old, new, 1), CATALOGUE)
    assert all(fault.line is not None for fault in caught.value.faults)
    return [fault.key for fault in caught.value.faults]


def test_default_weights_sum_to_exactly_100() -> None:
    for shipped in (STANDARD, COMMISSION_ONLY):
        assert sum(goal.weight_e4 for goal in shipped.default_goals()) == 1_000_000


def test_every_indicator_of_the_catalogue_is_weighed() -> None:
    assert set(STANDARD.lines) == set(CATALOGUE.indicators)


def test_the_total_is_out_of_120() -> None:
    assert STANDARD.highest_total == 120


def test_a_better_rating_never_pays_less() -> None:
    coefficients = [band.coefficient for band in STANDARD.bands]
    assert coefficients == sorted(coefficients, reverse=True)
    assert [band.letter for band in STANDARD.bands] == ["S", "A", "B", "C", "D"]
    assert STANDARD.band("A").coefficient == Fraction("1.2")


def test_tiers_are_read_exactly() -> None:
    commission = next(one for one in STANDARD.components if isinstance(one, plan.Commission))
    assert commission.tiers == (
        Tier(Fraction(500_000), Fraction("0.01")),
        Tier(Fraction(1_000_000), Fraction("0.015")),
        Tier(None, Fraction("0.02")),
    )


def test_a_goal_outside_the_plan_takes_the_first_curve_of_its_direction() -> None:
    assert COMMISSION_ONLY.curve_for(CATALOGUE["visits"]).key == "standard"
    with pytest.raises(KeyError):
        COMMISSION_ONLY.curve_for(CATALOGUE["complaint_rate"])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("weight = 25", "weight = 24.9999", ["plan.weights_sum"]),
        ("weight = 25", "weight = 24.99999", ["plan.weights_sum", "file.too_many_decimals"]),
        ("weight = 25", "weight = 0", ["plan.weights_sum", "plan.weight_zero"]),
        ('key = "gross_margin"', 'key = "sales_amount"', ["file.repeated_name"]),
        ('key = "gross_margin"', 'key = "gross_profit"', ["plan.unknown_indicator"]),
        ('curve = "wide"', 'curve = "broad"', ["plan.unknown_curve"]),
        ('curve = "rarer"', 'curve = "standard"', ["plan.curve_direction"]),
        ("at = 80, points = 60", "at = 110, points = 60", ["plan.curve_order"]),
        ("at = 120, points = 120", "at = 120, points = 90", ["plan.curve_points"]),
        ("at = 100, points = 100", "at = 99, points = 100", ["plan.target_is_100"]),
        ("computed = 80", "computed = 70", ["plan.total_is_100"]),
        ("levels = [40, 60, 80, 100, 120]", "levels = [40, 60, 80, 100]", ["plan.levels"]),
        ("levels = [40, 60, 80, 100, 120]", "levels = [40, 60, 60, 100, 120]", ["plan.levels"]),
        ("from = 85", "from = 96", ["plan.rating_order"]),
        ("coefficient = 1.20", "coefficient = 1.60", ["plan.coefficient_order"]),
        ("from = 0", "from = 1", ["plan.last_rating_from_0"]),
        ("share = 50", "share = 49", ["plan.guideline_is_100"]),
        ('letter = "A"', 'letter = "Excellent"', ["plan.rating_too_long", "plan.unknown_rating"]),
        ("  { rate = 0.020 },\n", "", ["plan.tiers_gap"]),
        ("{ up_to = 500000, rate = 0.010 }", "{ rate = 0.010 }", ["plan.tiers_gap"]),
        ("up_to = 500000", "up_to = 1500000", ["plan.tiers_order"]),
        ('indicator = "sales_amount"\ntiers', 'indicator = "visits"\ntiers', ["plan.commission_on_money"]),
        (
            'indicator = "sales_amount"\ntiers',
            'indicator = "sales_amount"\nrate = 0.01\ntiers',
            ["plan.one_rate"],
        ),
        ('key = "bonus"', 'key = "promotion"', ["plan.reserved_component"]),
        ('ratings = ["S", "A"]', 'ratings = ["S", "E"]', ["plan.unknown_rating"]),
        ('ratings = ["S", "A"]', "ratings = []", ["plan.no_promotion_ratings"]),
        ("attainment = 100\n", "", ["plan.attainment_of_what"]),
        ("rate = 0.010", "rate = 1.2", ["file.out_of_range"]),
        ('zh = "优秀"', 'zh = ""', ["file.blank"]),
        ('kind = "bonus"\ntitle', 'kind = "draw"\ntitle', ["file.not_one_of"]),
    ],
)
def test_one_slip_is_one_fault(old: str, new: str, expected: list[str]) -> None:
    assert sorted(faults(old, new)) == sorted(expected)


def test_a_plan_without_anything_says_everything() -> None:
    with pytest.raises(Faulty) as caught:
        plan.load('format = 2\nname = "empty"\nkind = "plan"\n', CATALOGUE)
    assert {fault.key for fault in caught.value.faults} == {
        "file.unknown_format",
        "file.missing_key",
        "plan.no_curves",
        "plan.no_ratings",
        "plan.weights_sum",
    }
