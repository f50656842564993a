"""Bonus: base times performance coefficient times days in the period."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reviewflow.core.payout.facts import BASE_CHANGES_CURRENCY, PayBase, PayFacts, Payout
from reviewflow.core.payout.line import paid, unpaid
from reviewflow.core.plan import Bonus, Plan
from reviewflow.core.trace import TIMES, Num, Share, Term, Trace, exact, step


def bonus(component: Bonus, plan: Plan, facts: PayFacts) -> Payout:
    """``12,000.00 × 1.20 × 92/92 = 14,400.00``; a base that changed in the period gives one term per span.

    Zero with ``pay.not_employed``, ``pay.no_base``, ``pay.coefficient_zero`` or ``pay.rounds_to_zero``.
    A base that changes its currency in the period is not computed (``pay.base_changes_currency``): no rate of
    exchange is agreed.
    """
    coefficient = plan.band(facts.rating).coefficient
    trace = _trace(component, facts, coefficient)
    rows = _rows(component, facts)
    currency = rows[-1][0].currency if rows else facts.currency
    if facts.present is None:
        return unpaid(component.key, currency, "pay.not_employed", trace)
    if not rows:
        return unpaid(component.key, currency, "pay.no_base", trace)
    factor = coefficient * component.company
    if factor == 0:
        return unpaid(component.key, currency, "pay.coefficient_zero", trace)
    if len({row.currency for row, _ in rows}) > 1:
        return unpaid(component.key, currency, BASE_CHANGES_CURRENCY, trace)
    amount = sum((_base(row) * days for row, days in rows), Fraction(0)) * factor / facts.period.days
    terms = _terms(component, rows, coefficient, facts.period.days)
    trace["steps"] = [step(terms, Num(amount, 2, fixed=True))]
    return paid(component.key, amount, currency, trace)


def _rows(component: Bonus, facts: PayFacts) -> list[tuple[PayBase, int]]:
    rows = facts.bases_of(component.base)
    return [(row, days) for row, days in rows if row.amount is not None and row.amount.minor > 0]


def _base(row: PayBase) -> Fraction:
    return Fraction(row.amount.amount) if row.amount else Fraction(0)


def _terms(
    component: Bonus, rows: Sequence[tuple[PayBase, int]], coefficient: Fraction, period_days: int
) -> list[Term]:
    terms: list[Term] = []
    for row, days in rows:
        terms += ["+"] if terms else []
        terms += [Num(_base(row), 2), TIMES, Num(coefficient, 2)]
        terms += [TIMES, Num(component.company, 2)] if component.company != 1 else []
        terms += [TIMES, Share(days, period_days)]
    return terms


def _trace(component: Bonus, facts: PayFacts, coefficient: Fraction) -> Trace:
    return {
        "kind": "bonus",
        "component": component.key,
        "base": component.base,
        "rating": facts.rating,
        "coefficient": exact(coefficient),
        "company_coefficient": exact(component.company),
        "days": facts.present.days if facts.present else 0,
        "period_days": facts.period.days,
        "period": str(facts.period),
        "steps": [],
    }
