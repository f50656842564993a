"""From points and rubric to a rating, and the guideline."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.core import trace
from reviewflow.core.plan import TotalRule
from reviewflow.core.rating import guideline_counts, rate
from reviewflow.core.reasons import Refused
from tests.core.shipped import STANDARD


@pytest.mark.parametrize(
    ("computed", "levels", "total", "rating"),
    [
        ("93.74", [4, 4, 3, 4, 4], "94.19", "A"),
        ("93.743333", [3, 3, 3, 3, 3], "90.99", "A"),
        ("93.75", [5, 5, 4, 5, 5], "98.20", "S"),
        ("93.75", [4, 4, 4, 4, 4], "95.00", "S"),
        ("93.743749", [4, 4, 4, 4, 4], "94.99", "A"),  # 94.9949992: rounded first, then the band
        ("93.74375", [4, 4, 4, 4, 4], "95.00", "S"),  # 94.995 rounds half up
        ("0", [1, 1, 1, 1, 1], "8.00", "D"),
        ("120", [5, 5, 5, 5, 5], "120.00", "S"),
        ("120", [], "120.00", "S"),
        (None, [3, 3], "80.00", "B"),
    ],
)
def test_total_is_80_percent_score_and_20_percent_rubric(
    computed: str | None, levels: list[int], total: str, rating: str
) -> None:
    rated = rate(STANDARD, None if computed is None else Decimal(computed), levels)
    assert (str(rated.total), rated.rating) == (total, rating)
    assert rated.total_e6 == Decimal(total) * 10**6


def test_the_way_to_the_rating_can_be_read() -> None:
    rated = rate(STANDARD, Decimal("93.74"), [4, 4, 3, 4, 4])
    assert trace.lines(rated.trace) == (
        "(4 + 4 + 3 + 4 + 4) ÷ 5 = 3.80",
        "80 + (3.8 − 3) ÷ (4 − 3) × 20 = 96.00",
        "93.74 × 80% + 96.00 × 20% ≈ 94.19",
        "94.19 → A",
    )
    assert rated.rubric_points == 96


def test_a_missing_half_is_said_in_the_arithmetic() -> None:
    assert trace.lines(rate(STANDARD, Decimal("93.74"), []).trace) == ("93.74 × 100% = 93.74", "93.74 → A")


def test_a_plan_may_leave_the_rubric_out_of_the_total() -> None:
    alone = replace(STANDARD, total=TotalRule(Fraction(100), Fraction(0), STANDARD.total.levels))
    rated = rate(alone, Decimal("84.994"), [5, 5, 5, 5, 5])
    assert (rated.total, rated.rating, rated.rubric_points) == (Decimal("84.99"), "B", None)


def test_without_score_and_rubric_nobody_is_rated() -> None:
    with pytest.raises(Refused) as caught:
        rate(STANDARD, None, [])
    assert [reason.key for reason in caught.value.reasons] == ["rating.nothing_to_rate"]


@given(st.integers(0, 5000), st.lists(st.integers(1, 100), min_size=1, max_size=8))
def test_a_guideline_counts_everybody_once(people: int, shares: list[int]) -> None:
    counts = guideline_counts(people, shares)
    assert sum(counts) == people
    assert all(abs(n - Fraction(people * s, sum(shares))) < 1 for n, s in zip(counts, shares, strict=True))
