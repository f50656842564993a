"""What pay is computed from, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from reviewflow.core.trace import Trace
from reviewflow.core.values import Money, Period

PROMOTION = "promotion"
"""The component of an award that recommends a promotion; it has no amount."""


OTHER_CURRENCY = "pay.other_currency"
BASE_CHANGES_CURRENCY = "pay.base_changes_currency"
UNCOMPUTED = frozenset({OTHER_CURRENCY, BASE_CHANGES_CURRENCY})
"""Reasons why a line is 0 although something may be due: people have to say what."""


@dataclass(frozen=True)
class PayBase:
    """One dated row of a person's pay base: an amount or a rate (0.012 = 1.2 %); `until_on` is exclusive."""

    component: str
    from_on: date
    until_on: date
    amount: Money | None
    rate: Fraction | None
    currency: str

    def within(self, period: Period) -> Period | None:
        """The days of the period on which the row is in force."""
        if self.until_on <= self.from_on:
            return None
        return Period(self.from_on, self.until_on - timedelta(days=1)).overlap(period)


@dataclass(frozen=True)
class PayFacts:
    """One person's result in one period.

    `present`: the days of the period on which the person was employed. `figures` and `attainments` (percent)
    are per indicator; what was not computed is absent. `earlier_ratings`: newest first, None for a cycle
    without one. `currency` is that of the figures, and of lines without a pay base.
    """

    period: Period
    present: Period | None
    rating: str
    figures: Mapping[str, Fraction]
    attainments: Mapping[str, Fraction]
    bases: Sequence[PayBase]
    earlier_ratings: Sequence[str | None]
    currency: str

    def bases_of(self, component: str) -> list[tuple[PayBase, int]]:
        """Rows of one component, oldest first, with the days on which each holds and the person is there."""
        rows = sorted((row for row in self.bases if row.component == component), key=lambda row: row.from_on)
        spans = [(row, row.within(self.present)) for row in rows] if self.present else []
        return [(row, span.days) for row, span in spans if span is not None]


@dataclass(frozen=True)
class Payout:
    """A proposed award. `amount` is None for a promotion alone; `zero_reason` is set exactly if it is 0."""

    component: str
    amount: Money | None
    zero_reason: str | None
    trace: Trace

    @property
    def uncomputed(self) -> bool:
        """Whether 0 is no result but stands for an amount that people have to find."""
        return self.zero_reason in UNCOMPUTED
