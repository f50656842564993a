"""How pay came about, as steps from base to payable: read from the traces, for the chart and for the table.

Amounts of steps are rounded so that they add up to the cent: each is the difference of two rounded sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

from reviewflow.core import trace as arithmetic
from reviewflow.core.values import Money
from reviewflow.web import charts
from reviewflow.web.charts import Chart, Lane
from reviewflow.web.filters import money, number, percent
from reviewflow.web.language import gettext as _

Trace = Mapping[str, Any]

MOST_STEPS = 8
"""From so many steps on, each award becomes one."""


@dataclass(frozen=True)
class Part:
    """What one rule adds or takes away: ``Tier 1``, ``1%``, ``500,000.00 × 1%``, ``¥5,000.00``.

    `base`: the chart begins with it.
    """

    label: str
    note: str
    change: Money
    how: str = ""
    base: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the table: what, the arithmetic as lines of numbers, and the amount."""

    label: str
    how: tuple[str, ...]
    amount: Money | None


def parts(trace: Trace, amount: Money) -> list[Part]:
    """From base to payable, a correction by hand last. Empty where nothing is due, and for a promotion."""
    maker = _MAKERS.get(str(trace.get("kind")))
    if amount.minor == 0 or not trace.get("steps") or maker is None:
        return []
    found = _rounded(maker(trace, amount.currency), amount.currency)
    change = amount.minor - sum(part.change.minor for part in found)
    return [*found, Part(_("Correction"), "", Money(change, amount.currency))] if change else found


def lines(title: str, trace: Trace | None, proposed: Money | None) -> list[Line]:
    """The arithmetic of one award: a line for each tier where there are several, else one."""
    if trace is None or proposed is None:
        return [Line(title, arithmetic.lines(trace) if trace else (), proposed)]
    tiers = parts(trace, proposed) if trace.get("kind") == "commission" else []
    if len(tiers) < 2:
        return [Line(title, arithmetic.lines(trace), proposed)]
    return [
        Line(_("%(what)s, %(part)s", what=title, part=tier.label), (tier.how,), tier.change) for tier in tiers
    ]


@dataclass(frozen=True)
class Fall:
    """The same steps twice: as columns for a wide card, and line by line for a phone."""

    wide: Chart
    narrow: tuple[Lane, ...]


def fall(awards: Sequence[tuple[str, Trace, Money]]) -> Fall | None:
    """The waterfall of one or more (title, trace, amount) in one currency; None if there is nothing to draw."""
    found = [(title, parts(trace, amount)) for title, trace, amount in awards]
    drawn = [part for _title, some in found for part in some]
    if len(drawn) >= MOST_STEPS:
        drawn = [_whole(title, some) for title, some in found if some]
    if not drawn:
        return None
    total = Money(sum(part.change.minor for part in drawn), drawn[0].change.currency)
    steps = [_step(drawn[0], total=drawn[0].base), *(_step(part) for part in drawn[1:])]
    steps.append(charts.Step(_("Payable"), total.amount, money(total), total=True))
    return Fall(charts.waterfall(steps), charts.lanes(steps))


def _whole(title: str, some: Sequence[Part]) -> Part:
    """All steps of one award in one."""
    total = Money(sum(part.change.minor for part in some), some[0].change.currency)
    return Part(title, "", total)


def _step(part: Part, total: bool = False) -> charts.Step:
    return charts.Step(part.label, part.change.amount, money(part.change, sign=not total), part.note, total)


def _rounded(exact: Sequence[tuple[Part, Fraction]], currency: str) -> list[Part]:
    sums = [Money.of(value, currency).minor for value in accumulate(value for _part, value in exact)]
    return [
        replace(part, change=Money(after - before, currency))
        for (part, _value), before, after in zip(exact, [0, *sums], sums, strict=False)
    ]


def _bonus(trace: Trace, currency: str) -> list[tuple[Part, Fraction]]:
    """Base for the days it held, then what the rating and the company's factor add or take away."""
    none = Money(0, currency)
    base = sum((value * share for value, share in _bases(trace["steps"][0]["terms"])), Fraction(0))
    coefficient, company = Fraction(trace["coefficient"]), Fraction(trace["company_coefficient"])
    days = _("%(days)s days", days=f"{trace['days']}/{trace['period_days']}")
    found = [(Part(_("Base"), days, none, base=True), base)]
    by_rating = _("Rating %(letter)s", letter=trace["rating"])
    if coefficient != 1:
        found.append((Part(by_rating, "× " + number(coefficient, 2), none), base * (coefficient - 1)))
    if company != 1:
        factor = "× " + number(company, 2)
        found.append((Part(_("Company"), factor, none), base * coefficient * (company - 1)))
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


def _commission(trace: Trace, currency: str) -> list[tuple[Part, Fraction]]:
    found = []
    for at, (part, rate) in enumerate(trace["tiers"], start=1):
        label = _("Tier %(n)s", n=at) if len(trace["tiers"]) > 1 else _("Commission")
        share, base = _rate(Fraction(rate) * 100), Fraction(part)
        how = f"{number(base, 2)} × {share}"
        found.append((Part(label, share, Money(0, currency), how), base * Fraction(rate)))
    return found


def _rate(value: Fraction) -> str:
    """``1.5%``: as many decimals as it has, three at most."""
    places = next((n for n in range(3) if (value * 10**n).denominator == 1), 3)
    return percent(value, places)


_MAKERS: Mapping[str, Callable[[Trace, str], list[tuple[Part, Fraction]]]] = {
    "bonus": _bonus,
    "commission": _commission,
}
