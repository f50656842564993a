"""The trace behind a number as people read it: chart, sum, formula, rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from reviewflow.core import trace
from reviewflow.core.curve import attainment
from reviewflow.core.indicators import Indicator
from reviewflow.core.measuring import Rule
from reviewflow.store.facts.evidence import Evidence, EvidenceRow, MeasureLine, series
from reviewflow.store.review_page import Line, Lines
from reviewflow.web import charts
from reviewflow.web.charts import Curve
from reviewflow.web.filters import day, figure, listed, number
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language

KINDS: Mapping[str, Callable[[], str]] = {
    "order": lambda: _("Orders"),
    "invoice": lambda: _("Invoices"),
    "payment": lambda: _("Payments"),
    "visit": lambda: _("Visits"),
    "opportunity": lambda: _("Opportunities"),
    "satisfaction": lambda: _("Satisfaction replies"),
    "complaint": lambda: _("Complaints"),
}
OUTCOMES: Mapping[str, Callable[[], str]] = {
    "won": lambda: _("won"),
    "lost": lambda: _("lost"),
    "open": lambda: _("still open"),
    "cancelled": lambda: _("cancelled"),
    "rejected": lambda: _("rejected"),
}
_TAKES: Mapping[str, Callable[[str], str]] = {
    "sum:amount": lambda kind: _("%(kind)s, sum of amounts", kind=kind),
    "sum:amount2": lambda kind: _("%(kind)s, sum of costs", kind=kind),
    "count": lambda kind: _("%(kind)s, how many", kind=kind),
    "count_distinct:customer": lambda kind: _("%(kind)s, different customers", kind=kind),
    "sum_days:opened..on": lambda kind: _("%(kind)s, days from the first to the last", kind=kind),
    "min:amount": lambda kind: _("%(kind)s, smallest amount", kind=kind),
    "max:amount": lambda kind: _("%(kind)s, largest amount", kind=kind),
}
_ONLY: Mapping[str, Callable[[str], str]] = {
    "new": lambda kind: _("%(kind)s, customers who are new", kind=kind),
    "kept": lambda kind: _("%(kind)s, customers from before who came again", kind=kind),
    "before": lambda kind: _("%(kind)s, customers from before", kind=kind),
}
WIDTH, HEIGHT = 340, 150
"""Of the chart: small, so that its words can be read on a phone."""
_SIGNS = {"*": "×", "/": "÷", "-": "−"}


@dataclass(frozen=True)
class Sum:
    """One measure of the formula: its name there, what it is in words, how many rows, and its value."""

    name: str
    words: str
    rows: int
    value: str


@dataclass(frozen=True)
class Shown:
    """Everything of the drawer. `formula` and `worked` are the formula with names and with numbers."""

    title: str
    value: str
    of_target: str
    target: str
    definition: str
    sums: tuple[Sum, ...]
    formula: str
    worked: str
    curve: Curve | None
    curve_label: str
    points: tuple[tuple[str, str], ...]
    count: int
    sources: tuple[str, ...]
    changed: bool
    steps: tuple[str, ...]


def shown(lines: Lines, line: Line, found: Evidence | None) -> Shown:
    """The trace of one line; `found` is None where a figure has no rows."""
    target = Fraction(line.goal.target) if line.goal and line.goal.target is not None else None
    value = line.figure.value if line.figure else None
    said = figure(value, line.indicator, lines.currency)
    sums = tuple(_sum(measure) for measure in _in_order(line.indicator, found)) if found else ()
    grown = [(one.day, one.value) for one in series(found)] if found else []
    return Shown(
        title=line.indicator.title[language()],
        value=said,
        of_target=_of_target(line.indicator, value, target),
        target=figure(target, line.indicator, lines.currency),
        definition=line.indicator.definition[language()],
        sums=sums,
        formula=_formula(found) if found else "",
        worked=_worked(found, sums, said) if found and value is not None else "",
        curve=_curve(lines, line.indicator, grown, target),
        curve_label=_curve_label(line.indicator, said, len(grown)),
        points=tuple((day(on), figure(at, line.indicator, lines.currency)) for on, at in grown),
        count=len(found.rows) if found else 0,
        sources=tuple(sorted({row.source for row in found.rows})) if found else (),
        changed=found is not None and any(one.unchanged is False for one in found.measures),
        steps=trace.lines(line.score.trace) if line.score else (),
    )


def _of_target(indicator: Indicator, value: Fraction | None, target: Fraction | None) -> str:
    """Percent reached, as a number: ``56.4``; empty where there is none."""
    if value is None or target is None or target <= 0:
        return ""
    reached = attainment(value, target, indicator.lower_is_better)
    return number(reached, 1) + "%" if reached is not None else ""


def _in_order(indicator: Indicator, found: Evidence) -> list[MeasureLine]:
    """The measures in the catalogue's order; those of an older catalogue last."""
    order = [measure.key for measure in indicator.measures]
    return sorted(found.measures, key=lambda one: order.index(one.name) if one.name in order else len(order))


def _sum(measure: MeasureLine) -> Sum:
    return Sum(measure.name, in_words(measure.rule), measure.rows, _amount(measure))


def _amount(measure: MeasureLine) -> str:
    return number(measure.value, 2 if measure.rule.is_money else 0)


def in_words(rule: Rule) -> str:
    """``Opportunities, how many (won)``."""
    kind = _kind(rule.of)
    said = _ONLY[rule.only](kind) if rule.only else _TAKES[rule.take](kind) if rule.take in _TAKES else kind
    outcomes = [_outcome(word) for field, words in rule.where if field == "outcome" for word in words]
    without = [_outcome(word) for field, words in rule.unless if field == "outcome" for word in words]
    if outcomes:
        said = _("%(what)s (%(outcomes)s)", what=said, outcomes=listed(outcomes))
    if without:
        said = _("%(what)s (without %(outcomes)s)", what=said, outcomes=listed(without))
    return said


def _kind(key: str) -> str:
    return KINDS[key]() if key in KINDS else key


def _outcome(word: str) -> str:
    return OUTCOMES[word]() if word in OUTCOMES else word


def _formula(found: Evidence) -> str:
    return _pretty(found.formula.text)


def _worked(found: Evidence, sums: tuple[Sum, ...], value: str) -> str:
    """The formula with its numbers: ``100 × 26 ÷ 99 = 26.3%``. Empty where it is one number only."""
    numbers = {one.name: one.value for one in sums}
    if found.formula.text.strip() in numbers:
        return ""
    words = _pretty(re.sub(r"[A-Za-z_]\w*", lambda name: numbers.get(name[0], name[0]), found.formula.text))
    return f"{words} = {value}"


def _pretty(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in text)


def _curve(
    lines: Lines, indicator: Indicator, grown: list[tuple[date, Fraction]], target: Fraction | None
) -> Curve | None:
    """Growing figures against an even pace from nothing to the target, others against the target itself."""
    if not grown:
        return None
    begin = lines.period.starts_on
    points = [((on - begin).days + 1, at) for on, at in grown]
    drawn = charts.curve(points, lines.period.days, target, width=WIDTH, height=HEIGHT)
    if indicator.formula.accumulates:
        return drawn
    _, _, rest = drawn.actual.partition(" L")
    level = drawn.goal[1]
    pace = f"M0 {level} L{drawn.goal[0]} {level}" if target else ""
    return replace(drawn, actual=f"M{rest}", pace=pace)


def _curve_label(indicator: Indicator, value: str, days: int) -> str:
    title = indicator.title[language()]
    return _(
        "%(title)s day by day, %(value)s by now, from %(days)s days with rows",
        title=title,
        value=value,
        days=days,
    )


@dataclass(frozen=True)
class Row:
    """One event: when, whose, its reference, its kind where there are several, and what it adds."""

    on: date
    whose: str
    reference: str
    kind: str
    value: str


def rows(indicator: Indicator, found: Evidence, begin: int, most: int) -> list[Row]:
    """Some of the rows behind a figure, newest first."""
    rules = {line.name: line.rule for line in _in_order(indicator, found)}
    several = len({rule.of for rule in rules.values()}) > 1
    return [
        Row(
            on=row.on,
            whose=row.customer or row.product or "–",
            reference=row.external_id,
            kind=_kind(row.kind) if several else "",
            value=_adds(row, next(rule for name, rule in rules.items() if name in row.measures)),
        )
        for row in found.rows[begin : begin + most]
    ]


def _adds(row: EvidenceRow, rule: Rule) -> str:
    """What a row adds to its first measure; where it is only counted, what came of it."""
    if rule.operation == "sum_days" and row.opened is not None:
        return _("%(days)s days", days=number(Decimal((row.on - row.opened).days)))
    if rule.is_money:
        amount = row.amount2 if rule.field == "amount2" else row.amount
        return number(amount, 2)
    return _outcome(row.outcome) if row.outcome else ""
