"""When an amount changed by hand is so far off that it is shown in red."""

from __future__ import annotations

from fractions import Fraction

import pytest

from reviewflow.core.payout import steep, times
from reviewflow.core.values import Money


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


@pytest.mark.parametrize(
    ("amount", "computed", "earlier", "found"),
    [
        (16_800, 16_800, 1_000, False),
        (25_200, 16_800, None, False),
        (25_201, 16_800, None, True),
        (8_400, 16_800, None, False),
        (8_399, 16_800, None, True),
        (0, 16_800, None, True),
        (1, 0, None, True),
        (20_000, 16_800, 10_000, False),
        (20_001, 16_800, 10_000, True),
        (20_001, 16_800, 0, False),
    ],
)
def test_more_than_half_of_the_computed_or_twice_the_last(
    amount: int, computed: int, earlier: int | None, found: bool
) -> None:
    last = None if earlier is None else yuan(earlier)
    assert steep(yuan(amount), yuan(computed), last) is found


def test_the_factor_is_exact_and_of_nothing_there_is_none() -> None:
    assert times(yuan(25_200), yuan(16_800)) == Fraction(3, 2)
    assert times(yuan(1), yuan(0)) is None
