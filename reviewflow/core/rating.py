"""From points and rubric to a total, from the total to a rating, and the advisory distribution of ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviewflow.core.curve import Anchor, explain, points_at
from reviewflow.core.plan import Band, Plan, TotalRule
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.trace import LEADS_TO, OVER, TIMES, Num, Term, Trace, exact, step
from reviewflow.core.values import Exact, half_up, half_up_scaled, share_out


@dataclass(frozen=True)
class Rated:
    """What the plan's rule gives: total (2 decimals half up), the rating of its band, and how it came about.

    `rubric_points` are None if nobody could judge any criterion.
    """

    total: Decimal
    rating: str
    rubric_points: Fraction | None
    trace: Trace

    @property
    def total_e6(self) -> int:
        return half_up_scaled(self.total, 6)


def rate(plan: Plan, computed: Exact | None, levels: Sequence[int]) -> Rated:
    """Rate by the plan's rule. `computed` = points of all lines; `levels` = judged criteria, 1 to 5 each.

    If one of the two does not exist (all indicators left out, or nothing could be judged), the other counts
    whole. Raises `Refused` with ``rating.nothing_to_rate`` if neither exists.
    """
    rubric, steps = _rubric(plan.total, levels)
    parts = [
        (value, share)
        for value, share in ((computed, plan.total.computed), (rubric, plan.total.rubric))
        if value is not None and share > 0
    ]
    if not parts:
        raise Refused([Reason("rating.nothing_to_rate")])
    whole = sum(share for _, share in parts)
    exact_total = sum((Fraction(value) * share for value, share in parts), Fraction(0)) / whole
    total = half_up(exact_total, 2)
    rating = band(total, plan.bands).letter
    steps = [*steps, _total_step(parts, exact_total), step([Num(total, 2)], rating, LEADS_TO)]
    return Rated(total, rating, rubric, _trace(plan, computed, rubric, total, rating, steps))


def band(total: Exact, bands: Sequence[Band]) -> Band:
    """The first band, best first, whose lower bound is reached after rounding half up to 2 decimals."""
    rounded = half_up(total, 2)
    return next((one for one in bands if rounded >= one.least), bands[-1])


def guideline_counts(people: int, shares: Sequence[Exact]) -> list[int]:
    """How many people a guideline means for each rating: largest remainder, ties go towards the middle."""
    middle = Fraction(len(shares) - 1, 2)
    order = sorted(range(len(shares)), key=lambda at: (abs(at - middle), at))
    counts = dict(zip(order, share_out(people, [shares[at] for at in order]), strict=True))
    return [counts[at] for at in range(len(shares))]


def _rubric(rule: TotalRule, levels: Sequence[int]) -> tuple[Fraction | None, list[Trace]]:
    """Points of the mean level, and the steps that lead there."""
    if not levels or rule.rubric == 0:
        return None, []
    mean = Fraction(sum(levels), len(levels))
    anchors = [Anchor(Fraction(level), points) for level, points in enumerate(rule.levels, start=1)]
    return points_at(anchors, mean), [_mean_step(levels, mean), explain(anchors, mean)]


def _mean_step(levels: Sequence[int], mean: Fraction) -> Trace:
    terms: list[Term] = ["("]
    for at, level in enumerate(levels):
        terms += ["+", Num(level)] if at else [Num(level)]
    return step([*terms, ")", OVER, Num(len(levels))], Num(mean, 2))


def _total_step(parts: Sequence[tuple[Exact, Fraction]], total: Fraction) -> Trace:
    terms: list[Term] = []
    whole = sum(share for _, share in parts)
    for value, share in parts:
        terms += ["+"] if terms else []
        terms += [Num(value, 2), TIMES, Num(100 * share / whole, percent=True)]
    return step(terms, Num(total, 2, fixed=True))


def _trace(
    plan: Plan,
    computed: Exact | None,
    rubric: Fraction | None,
    total: Decimal,
    rating: str,
    steps: list[Trace],
) -> Trace:
    return {
        "kind": "rating",
        "plan": plan.name,
        "computed": None if computed is None else exact(computed),
        "computed_share": exact(plan.total.computed),
        "rubric": None if rubric is None else exact(rubric),
        "rubric_share": exact(plan.total.rubric),
        "total": exact(total),
        "rating": rating,
        "bands": [[one.letter, exact(one.least)] for one in plan.bands],
        "steps": steps,
    }
