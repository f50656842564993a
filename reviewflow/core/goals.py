"""Goals: a suggested target, targets shared out down the tree, and weights that sum to 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviewflow.core.indicators import UNIT_PLACES
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Exact, from_scaled, half_up, share_out

WHOLE_E4 = 1_000_000
"""A weight of 100, scaled."""


@dataclass(frozen=True)
class Goal:
    """What was agreed for one indicator. `target` is in its unit, None = not set; 100 = 1,000,000."""

    indicator: str
    target: Fraction | None
    weight_e4: int

    @classmethod
    def from_scaled(cls, indicator: str, target_e4: int | None, weight_e4: int) -> Goal:
        return cls(indicator, None if target_e4 is None else Fraction(target_e4, 10**4), weight_e4)


def suggest(last: Fraction | None, growth: Exact, unit: str) -> Decimal | None:
    """Last period's figure times `growth` (1.2 = 20 % more), half up to the unit's decimals.

    A percentage is not suggested above 100. None without a last figure, or if nothing positive comes out.
    """
    if last is None:
        return None
    target = half_up(last * Fraction(growth), UNIT_PLACES[unit])
    if unit == "percent":
        target = min(target, Decimal(100).quantize(target))
    return target if target > 0 else None


def refuse_target(target: Exact | None) -> Reason | None:
    """Why a target cannot stand: it must be there and greater than zero."""
    if target is None:
        return Reason("goal.target_missing")
    return Reason("goal.target_not_positive") if target <= 0 else None


def refuse_weights(weights_e4: Sequence[int]) -> Reason | None:
    """Why weights cannot stand: they must sum to exactly 100."""
    total = sum(weights_e4)
    if total == WHOLE_E4:
        return None
    if total > WHOLE_E4:
        return Reason("goal.weights_over", {"sum": _percent(total), "over": _percent(total - WHOLE_E4)})
    return Reason("goal.weights_sum", {"sum": _percent(total), "missing": _percent(WHOLE_E4 - total)})


def _percent(scaled_e4: int) -> str:
    text = format(from_scaled(scaled_e4, 4), "f")
    return text.rstrip("0").rstrip(".")


def cascade(total: Exact, shares: Sequence[Exact], unit: Exact = 1) -> list[Fraction]:
    """Share a target out in steps of `unit` (1,000 for round numbers) so that the parts sum to it.

    What `unit` does not divide goes to the largest share. Raises ValueError for shares that are negative or
    all zero.
    """
    steps, rest = divmod(Fraction(total), Fraction(unit))
    parts = [Fraction(unit) * part for part in share_out(int(steps), shares)]
    largest = max(range(len(parts)), key=lambda at: (Fraction(shares[at]), -at))
    parts[largest] += rest
    return parts


def over_assignment(parts: Sequence[Exact], target: Exact) -> Fraction | None:
    """Sum of the handed-out targets in percent of the target above them; None for a target of 0."""
    if target == 0:
        return None
    return 100 * sum((Fraction(part) for part in parts), Fraction(0)) / Fraction(target)
