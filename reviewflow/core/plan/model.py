"""What a plan says: weights, curves, rating bands, pay components, the promotion rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from reviewflow.core.curve import Curve
from reviewflow.core.goals import WHOLE_E4, Goal
from reviewflow.core.indicators import Indicator
from reviewflow.core.toml_table import Words


@dataclass(frozen=True)
class PlanLine:
    """One indicator in the plan: its usual weight (100 = 1,000,000), growth factor and curve."""

    indicator: str
    weight_e4: int
    growth: Fraction
    curve: str


@dataclass(frozen=True)
class TotalRule:
    """Total = computed % of the score plus rubric % of the rubric's points; both sum to 100.

    `levels` are the points of the rubric levels 1 to 5, linear between them.
    """

    computed: Fraction
    rubric: Fraction
    levels: tuple[Fraction, ...]


@dataclass(frozen=True)
class Band:
    """One rating: given from this total on (lower bound inclusive). `share` is the guideline in percent."""

    letter: str
    title: Words
    least: Fraction
    coefficient: Fraction
    share: Fraction


@dataclass(frozen=True)
class Bonus:
    """Base times coefficient times days. `base` names the row of a person's pay base that holds the amount.

    `company` is a coefficient that is the same for everybody, 1 if the plan has none.
    """

    key: str
    title: Words
    base: str
    company: Fraction


@dataclass(frozen=True)
class Tier:
    """A slice of a graduated rate table, up to and with `up_to` (None: no end)."""

    up_to: Fraction | None
    rate: Fraction


@dataclass(frozen=True)
class Commission:
    """A share of an indicator's figure: by `tiers` (each slice at its own rate), by `rate`, or by `base`.

    Exactly one of the three is set; `base` names the row of a person's pay base that holds the rate.
    """

    key: str
    title: Words
    indicator: str
    base: str | None
    rate: Fraction | None
    tiers: tuple[Tier, ...]


Component = Bonus | Commission


@dataclass(frozen=True)
class Promotion:
    """Recommended with one of `ratings` in `cycles` cycles in a row, and the attainment if it is asked."""

    title: Words
    ratings: tuple[str, ...]
    cycles: int
    indicator: str | None
    attainment: Fraction | None


@dataclass(frozen=True)
class Plan:
    """An incentive plan. `bands` stand best first."""

    name: str
    title: Words
    lines: Mapping[str, PlanLine]
    curves: Mapping[str, Curve]
    total: TotalRule
    bands: tuple[Band, ...]
    components: tuple[Component, ...]
    promotion: Promotion | None

    def band(self, rating: str) -> Band:
        """The band of a rating. Raises `KeyError`."""
        for band in self.bands:
            if band.letter == rating:
                return band
        raise KeyError(rating)

    def curve_for(self, indicator: Indicator) -> Curve:
        """The curve of an indicator, for goals outside the plan the first one of its direction."""
        line = self.lines.get(indicator.key)
        if line is not None:
            return self.curves[line.curve]
        for curve in self.curves.values():
            if curve.falls == indicator.lower_is_better:
                return curve
        raise KeyError(indicator.key)

    def default_goals(self) -> tuple[Goal, ...]:
        """The plan's indicators with their usual weights and no targets yet."""
        return tuple(Goal(line.indicator, None, line.weight_e4) for line in self.lines.values())

    @property
    def highest_total(self) -> Fraction:
        """The total if everything reaches its stretch: "of 120"."""
        lines = self.lines.values()
        stretches = [self.curves[line.curve].stretch.points * line.weight_e4 for line in lines]
        stretch = sum(stretches, Fraction(0)) / WHOLE_E4
        return (self.total.computed * stretch + self.total.rubric * max(self.total.levels)) / 100
