"""The scoring curve: attainment and points between threshold, target and stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from reviewflow.core.trace import LEADS_TO, MINUS, OVER, TIMES, Num, Term, Trace, step


@dataclass(frozen=True)
class Anchor:
    """A point of a curve: `points` are earned at the figure `at`."""

    at: Fraction
    points: Fraction


@dataclass(frozen=True)
class Curve:
    """Anchors in percent of the target: ``80, 100, 120`` rise, ``125, 100, 80`` fall (lower is better).

    Nothing is earned before the threshold, and nothing more after the stretch (the cap).
    """

    key: str
    threshold: Anchor
    target: Anchor
    stretch: Anchor

    @property
    def anchors(self) -> tuple[Anchor, Anchor, Anchor]:
        return self.threshold, self.target, self.stretch

    @property
    def falls(self) -> bool:
        return self.threshold.at > self.stretch.at

    def around(self, target: Fraction) -> tuple[Anchor, Anchor, Anchor]:
        """The anchors in the unit of the target: 800,000 / 1,000,000 / 1,200,000."""
        threshold, middle, stretch = (Anchor(target * one.at / 100, one.points) for one in self.anchors)
        return threshold, middle, stretch


def attainment(actual: Fraction, target: Fraction, lower_is_better: bool = False) -> Fraction | None:
    """Percent reached: actual / target, or target / actual where lower is better.

    None where it does not exist: a target or (lower is better) an actual of zero or less.
    """
    divisor = actual if lower_is_better else target
    if divisor <= 0:
        return None
    return 100 * (target / actual if lower_is_better else actual / target)


def points_at(anchors: Sequence[Anchor], at: Fraction) -> Fraction:
    """Linear between neighbouring anchors, 0 before the first, capped at the last. Anchors rise or fall."""
    first, last = anchors[0], anchors[-1]
    sign = 1 if first.at < last.at else -1
    if sign * at < sign * first.at:
        return Fraction(0)
    for low, high in pairwise(anchors):
        if sign * at < sign * high.at:
            return low.points + (at - low.at) / (high.at - low.at) * (high.points - low.points)
    return last.points


def explain(anchors: Sequence[Anchor], at: Fraction, percent: bool = False) -> Trace:
    """The step of arithmetic behind `points_at`, with the numbers in a person's hand.

    ``100 + (1,082,000 − 1,000,000) ÷ (1,200,000 − 1,000,000) × 20 = 108.20``
    """

    def shown(value: Fraction) -> Num:
        return Num(value, percent=percent)

    first, last = anchors[0], anchors[-1]
    falls = first.at > last.at
    score = Num(points_at(anchors, at), 2, fixed=True)
    if at > first.at if falls else at < first.at:
        return step([shown(at), ">" if falls else "<", shown(first.at)], score, LEADS_TO)
    if at <= last.at if falls else at >= last.at:
        return step([shown(at), "≤" if falls else "≥", shown(last.at)], score, LEADS_TO)
    low, high = _neighbours(anchors, at)

    def distance(one: Fraction, other: Fraction) -> list[Term]:
        return ["(", shown(max(one, other)), MINUS, shown(min(one, other)), ")"]

    gone, whole = distance(low.at, at), distance(low.at, high.at)
    return step([Num(low.points), "+", *gone, OVER, *whole, TIMES, Num(high.points - low.points)], score)


def _neighbours(anchors: Sequence[Anchor], at: Fraction) -> tuple[Anchor, Anchor]:
    """The two anchors that `at` lies between; exactly on an anchor it begins a new stretch."""
    falls = anchors[0].at > anchors[-1].at
    return next(
        pair
        for pair in reversed(list(pairwise(anchors)))
        if (at <= pair[0].at if falls else at >= pair[0].at)
    )
