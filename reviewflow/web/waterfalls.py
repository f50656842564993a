"""How an award's amount came about, as the steps of a waterfall, read from its trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from reviewflow.core.values import Money
from reviewflow.web.charts import Step
from reviewflow.web.filters import money, number, percent


def steps(trace: Mapping[str, Any], amount: Money) -> list[Step]:
    """From base to payable. Empty where there is nothing to draw (zero, or a promotion)."""
    if amount.minor == 0 or not trace.get("steps"):
        return []
    makers = {"bonus": _bonus, "commission": _commission}
    found = makers[trace["kind"]](trace, amount.currency) if trace.get("kind") in makers else []
    return [*found, *_corrected(trace, amount), _sum(_("Payable"), Fraction(amount.amount), amount.currency)]


def _bonus(trace: Mapping[str, Any], currency: str) -> list[Step]:
    """Base for the days it held, then what the rating and the company's factor add or take away."""
    terms = trace["steps"][0]["terms"]
    base = sum((value * share for value, share in _bases(terms)), Fraction(0))
    coefficient, company = Fraction(trace["coefficient"]), Fraction(trace["company_coefficient"])
    by_rating = base * (coefficient - 1)
    days = f"{trace['days']}/{trace['period_days']}"
    found = [_sum(_("Base"), base, currency, note=_("%(days)s days", days=days))]
    factor = "× " + number(coefficient, 2)
    found.append(_change(_("Rating %(letter)s", letter=trace["rating"]), by_rating, currency, note=factor))
    if company != 1:
        by_company = base * coefficient * (company - 1)
        found.append(_change(_("Company"), by_company, currency, note="× " + number(company, 2)))
    return found


def _bases(terms: Sequence[Any]) -> list[tuple[Fraction, Fraction]]:
    """Base amount and share of days of each span: its first number and its last share."""
    spans: list[tuple[Fraction, Fraction]] = []
    value: Fraction | None = None
    for term in terms:
        if isinstance(term, Mapping) and "part" in term and value is not None:
            spans.append((value, Fraction(term["part"], term["whole"])))
            value = None
        elif isinstance(term, Mapping) and "number" in term and value is None:
            value = Fraction(term["number"])
    return spans


def _commission(trace: Mapping[str, Any], currency: str) -> list[Step]:
    found = []
    for at, (part, rate) in enumerate(trace["tiers"], start=1):
        note = percent(Fraction(rate) * 100, 2)
        label = _("Tier %(n)s", n=at) if len(trace["tiers"]) > 1 else _("Commission")
        found.append(_change(label, Fraction(part) * Fraction(rate), currency, note=note))
    return found


def _corrected(trace: Mapping[str, Any], amount: Money) -> list[Step]:
    """What a correction by hand changed against the computed amount."""
    proposed = Fraction(trace.get("amount", amount.amount))
    change = Fraction(amount.amount) - proposed
    return [_change(_("Correction"), change, amount.currency)] if change else []


def _sum(label: str, value: Fraction, currency: str, note: str = "") -> Step:
    return Step(label, value, money(Money.of(value, currency)), note, total=True)


def _change(label: str, value: Fraction, currency: str, note: str = "") -> Step:
    return Step(label, value, money(Money.of(value, currency), sign=True), note)
