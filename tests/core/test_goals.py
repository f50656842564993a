"""Suggested targets, cascades and weights."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.core.goals import cascade, over_assignment, refuse_target, refuse_weights, suggest
from reviewflow.core.reasons import Reason


@pytest.mark.parametrize(
    ("last", "growth", "unit", "expected"),
    [
        (Fraction(10_000_000), "1.20", "money", Decimal("12000000.00")),
        (Fraction("304755.6026"), "1.1", "money", Decimal("335231.16")),
        (Fraction(7), "1.1", "count", Decimal(8)),
        (Fraction(97, 2), "0.95", "days", Decimal("46.1")),
        (Fraction(99), "1.05", "percent", Decimal("100.0")),
        (Fraction(1900, 55), "1.02", "percent", Decimal("35.2")),
        (Fraction(0), "1.1", "money", None),
        (Fraction(-500), "1.1", "money", None),
        (None, "1.1", "money", None),
    ],
)
def test_last_period_times_growth(
    last: Fraction | None, growth: str, unit: str, expected: Decimal | None
) -> None:
    assert suggest(last, Decimal(growth), unit) == expected


def test_a_target_must_be_there_and_positive() -> None:
    assert refuse_target(Decimal("0.0001")) is None
    assert refuse_target(0) == Reason("goal.target_not_positive")
    assert refuse_target(-1) == Reason("goal.target_not_positive")
    assert refuse_target(None) == Reason("goal.target_missing")


def test_nine_weights_of_10_1_and_one_of_9_1_are_exactly_100() -> None:
    """As floats they are 99.99999999999999."""
    assert refuse_weights([101_000] * 9 + [91_000]) is None


def test_weights_that_do_not_sum_say_by_how_much() -> None:
    reason = refuse_weights([950_000, 1])
    assert reason == Reason("goal.weights_sum", {"sum": "95.0001", "missing": "4.9999"})
    assert refuse_weights([]) == Reason("goal.weights_sum", {"sum": "0", "missing": "100"})
    assert refuse_weights([1_100_000]) == Reason("goal.weights_over", {"sum": "110", "over": "10"})


def test_what_the_step_does_not_divide_goes_to_the_largest_share() -> None:
    assert cascade(1_000_500, [1, 2, 1], unit=1000) == [250_000, 500_500, 250_000]
    assert cascade(Fraction("10.5"), [1, 1]) == [Fraction("5.5"), 5]


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any),
    st.sampled_from([1, 10, 1000]),
)
def test_a_cascade_loses_nothing(total: int, shares: list[int], unit: int) -> None:
    assert sum(cascade(total, shares, unit)) == total


def test_over_assignment_of_nothing_is_unknown() -> None:
    assert over_assignment([3, 4], 0) is None
    assert over_assignment([3_000_000, 4_000_000, 4_000_000], 10_000_000) == 110
