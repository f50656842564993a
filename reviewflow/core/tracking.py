"""Mid-period: where a figure stands against an even pace, where it will end, and what it still takes.

Percentages are of the target, 100 = reached, whichever side is better; everything is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from reviewflow.core import rating, scoring
from reviewflow.core.curve import attainment
from reviewflow.core.goals import WHOLE_E4, Goal
from reviewflow.core.indicators import Catalogue, Indicator, Ratio, pace
from reviewflow.core.plan import Band, Plan
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.scoring import Scores
from reviewflow.core.values import Period, half_up

AHEAD, ON_PACE, AT_RISK = 105, 95, 85
"""Percent of the target at the period's end from which a figure is ahead, on pace, at risk; below, behind."""

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Outlook:
    """One figure in mid-period.

    `attainment`: percent reached so far. `pace`: percent that an even pace has reached by today, None for
    figures that do not grow with the days. `projection`: the figure at the end if it goes on like this, in
    its unit, and `at_end` what percent that reaches. `weekly` so far and `needed` a week from now, both None
    for figures that do not grow; `needed` also once the period is over. `state`: ``ahead``, ``on_pace``,
    ``at_risk``, ``behind`` or ``not_yet``.
    """

    attainment: Fraction | None
    pace: Fraction | None
    projection: Fraction | None
    at_end: Fraction | None
    weekly: Fraction | None
    needed: Fraction | None
    state: str


NOT_YET = Outlook(None, None, None, None, None, None, "not_yet")


def outlook(
    indicator: Indicator, actual: Fraction | None, target: Fraction | None, period: Period, today: date
) -> Outlook:
    """The outlook of a figure; `NOT_YET` without a figure or a target, or before the period begins."""
    if actual is None or target is None or target <= 0 or today < period.starts_on:
        return NOT_YET
    lower = indicator.lower_is_better
    even = pace(indicator, actual, target, period, today)
    projection = even.projection if even else actual
    at_end = attainment(projection, target, lower)
    return Outlook(
        attainment=attainment(actual, target, lower),
        pace=None if even is None or lower else 100 * even.expected / target,
        projection=projection,
        at_end=at_end,
        weekly=DAYS_A_WEEK * actual / even.days_gone if even else None,
        needed=DAYS_A_WEEK * even.needed_per_day if even and even.needed_per_day is not None else None,
        state=state(at_end, lower),
    )


def state(at_end: Fraction | None, lower_is_better: bool = False) -> str:
    """The word for a percentage reached, rounded as people read it.

    None means that there is nothing to divide by: perfect where lower is better.
    """
    if at_end is None:
        return "ahead" if lower_is_better else "behind"
    shown = half_up(at_end, 0)
    if shown >= AHEAD:
        return "ahead"
    if shown >= ON_PACE:
        return "on_pace"
    return "at_risk" if shown >= AT_RISK else "behind"


@dataclass(frozen=True)
class Projection:
    """The score if every figure goes on like this. `next_band` is the better rating, None at the best one.

    `measured_e4`: weight of the figures that are there. `most_to_give` is the goal whose target would add the
    most, and `gain` how many points; None if all targets will be reached.
    """

    total: Fraction
    band: Band
    next_band: Band | None
    measured_e4: int
    most_to_give: str | None
    gain: Fraction


def project(
    goals: Sequence[Goal],
    projections: Mapping[str, Fraction | None],
    left_out: Mapping[str, Reason],
    catalogue: Catalogue,
    plan: Plan,
) -> Projection | None:
    """The projected score by the plan's rule, the rubric left aside; None while nothing counts.

    `projections` by indicator, None where there is no figure; then `left_out` says why.
    """
    figures: dict[str, Ratio | Reason] = {
        key: left_out.get(key, Reason("measure.no_rows")) if value is None else Ratio(value, Fraction(1))
        for key, value in projections.items()
    }
    try:
        scores = scoring.score_lines(goals, figures, catalogue, plan)
        rated = rating.rate(plan, scores.points, [])
    except Refused:  # the weights are not agreed yet, or nothing counts
        return None
    at = next(place for place, band in enumerate(plan.bands) if band.letter == rated.rating)
    best, gain = _most_to_give(scores, catalogue, plan)
    return Projection(
        total=Fraction(rated.total),
        band=plan.bands[at],
        next_band=plan.bands[at - 1] if at else None,
        measured_e4=sum(line.agreed_weight_e4 for line in scores.lines if line.reason is None),
        most_to_give=best,
        gain=gain,
    )


def _most_to_give(scores: Scores, catalogue: Catalogue, plan: Plan) -> tuple[str | None, Fraction]:
    """The line that lacks the most points of its target, and how many they are in the total."""
    full = {line.line: plan.curve_for(catalogue[line.line]).target.points for line in scores.lines}
    gains = {
        line.line: (full[line.line] - line.score) * line.weight_e4 / WHOLE_E4
        for line in scores.lines
        if line.score is not None
    }
    best = max(gains, key=lambda key: gains[key], default=None)
    if best is None or gains[best] <= 0:
        return None, Fraction(0)
    return best, gains[best]
