"""Commission: a rate, or a graduated table of rates, on the figure of one indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reviewflow.core.payout.facts import OTHER_CURRENCY, PayBase, PayFacts, Payout
from reviewflow.core.payout.line import paid, unpaid
from reviewflow.core.plan import Commission, Tier
from reviewflow.core.trace import TIMES, Num, Term, Trace, exact, step


@dataclass(frozen=True)
class Slice:
    """The part of an amount that falls into one tier."""

    amount: Fraction
    rate: Fraction

    @property
    def commission(self) -> Fraction:
        return self.amount * self.rate


def graduated(amount: Fraction, tiers: Sequence[Tier]) -> list[Slice]:
    """Each slice of the amount at its own tier's rate; tiers that the amount does not reach are absent.

    11,000 at 5 % up to 5,000, 10 % up to 10,000, 15 % above: 250 + 500 + 150 = 900.
    """
    slices, begin = [], Fraction(0)
    for tier in tiers:
        end = amount if tier.up_to is None else min(amount, tier.up_to)
        if end > begin:
            slices.append(Slice(end - begin, tier.rate))
            begin = end
    return slices


def commission(component: Commission, facts: PayFacts) -> Payout:
    """``304,755.6026 × 1.2% ≈ 3,657.07``, or one term per tier. Exact until the line, then half up once.

    Paid in the currency of the figure. A rate from the pay base is the one in force on the person's last day in
    the period; a rate for another currency is not taken (``pay.other_currency``). Zero with
    ``pay.not_employed``, ``pay.not_computed``, ``pay.nothing_sold``, ``pay.no_rate``, ``pay.rate_zero``
    or ``pay.rounds_to_zero``.
    """
    trace: Trace = {
        "kind": "commission",
        "component": component.key,
        "indicator": component.indicator,
        "period": str(facts.period),
        "steps": [],
    }
    base = _base_in_force(component, facts)
    figure = facts.figures.get(component.indicator)
    zero = _zero_reason(component, facts, base)
    if zero is not None or figure is None:
        return unpaid(component.key, facts.currency, zero or "pay.not_computed", trace)
    slices = graduated(figure, _tiers(component, base))
    amount = sum((one.commission for one in slices), Fraction(0))
    trace["figure"] = exact(figure)
    trace["tiers"] = [[exact(one.amount), exact(one.rate)] for one in slices]
    trace["steps"] = [step(_terms(slices), Num(amount, 2, fixed=True))]
    return paid(component.key, amount, facts.currency, trace)


def _base_in_force(component: Commission, facts: PayFacts) -> PayBase | None:
    if component.base is None:
        return None
    rows = [row for row, _ in facts.bases_of(component.base) if row.rate is not None]
    return rows[-1] if rows else None


def _tiers(component: Commission, base: PayBase | None) -> Sequence[Tier]:
    flat = base.rate if base else component.rate
    return component.tiers if flat is None else (Tier(None, flat),)


def _zero_reason(component: Commission, facts: PayFacts, base: PayBase | None) -> str | None:
    """Why nothing is due, whatever the figure and rate would give; the first that applies."""
    figure = facts.figures.get(component.indicator)
    tiers = _tiers(component, base)
    if facts.present is None:
        return "pay.not_employed"
    if not tiers:
        return "pay.no_rate"
    if all(tier.rate == 0 for tier in tiers):
        return "pay.rate_zero"
    if figure is None:
        return "pay.not_computed"
    if figure <= 0:
        return "pay.nothing_sold"
    return OTHER_CURRENCY if base is not None and base.currency != facts.currency else None


def _terms(slices: Sequence[Slice]) -> list[Term]:
    terms: list[Term] = []
    for one in slices:
        terms += ["+"] if terms else []
        terms += [Num(one.amount, 2), TIMES, Num(100 * one.rate, percent=True)]
    return terms
