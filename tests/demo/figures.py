"""Indicator figures worked out from the generated records by plain loops, without the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from reviewflow.core.indicators import Catalogue, Indicator, Measure, Ratio, evaluate, load
from reviewflow.core.indicators.history import begin_of_history
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.demo.events import Records

WORKFLOWS = Path(__file__).parents[2] / "workflows"


@dataclass(frozen=True)
class Fact:
    """A record as the product sees it; amounts times 10^4."""

    person: str
    on: date
    customer: str = ""
    opened: date | None = None
    amount: int = 0
    amount2: int = 0
    outcome: str | None = None


Facts = Mapping[str, Mapping[str, list[Fact]]]
"""By event kind and person."""


def catalogue() -> Catalogue:
    """The shipped indicators."""
    return load((WORKFLOWS / "indicators.toml").read_text(encoding="utf-8"))


def facts(records: Records) -> Facts:
    """The records by event kind and person."""
    kinds = {
        "order": [Fact(r.rep, r.on, r.customer, None, r.amount * 100, r.cost * 100) for r in records.orders],
        "invoice": [Fact(r.rep, r.due_on, r.customer, r.issued_on, r.amount * 100) for r in records.invoices],
        "payment": [Fact(r.rep, r.on, r.customer, None, r.amount * 100) for r in records.payments],
        "visit": [Fact(r.rep, r.on, r.customer, outcome=r.status) for r in records.visits],
        "opportunity": [
            Fact(r.rep, r.closed_on, r.customer, r.opened_on, r.amount * 100, outcome=r.stage)
            for r in records.opportunities
            if r.closed_on
        ],
        "satisfaction": [Fact(r.rep, r.on, r.customer, amount=r.score * 10_000) for r in records.replies],
        "complaint": [Fact(r.rep, r.on, r.customer, outcome=r.verdict) for r in records.complaints],
    }
    by_person: dict[str, dict[str, list[Fact]]] = {}
    for kind, rows in kinds.items():
        for row in rows:
            by_person.setdefault(kind, {}).setdefault(row.person, []).append(row)
    return by_person


def figure(known: Facts, indicator: Indicator, person: str, period: Period) -> Ratio | Reason:
    """One person's figure, or why there is none."""
    values = {
        measure.key: _measured(known, measure, person, period, indicator.history)
        for measure in indicator.measures
    }
    return evaluate(indicator, values)


def _measured(known: Facts, measure: Measure, person: str, period: Period, history: str | None) -> int:
    of_kind = known.get(measure.of, {})
    rows = [row for row in of_kind.get(person, []) if _counts(row, measure, period)]
    if measure.operation == "count":
        return len(rows)
    if measure.operation == "sum_days":
        return sum((row.on - row.opened).days for row in rows if row.opened)
    if measure.operation == "sum":
        return sum(row.amount2 if measure.field == "amount2" else row.amount for row in rows)
    now = {row.customer for row in rows}
    if measure.only is None or history is None:
        return len(now)
    earlier = Period(begin_of_history(period.starts_on, history), period.starts_on - timedelta(days=1))
    mine = {row.customer for row in of_kind.get(person, []) if row.on in earlier}
    if measure.only != "new":
        return len(mine & now if measure.only == "kept" else mine)
    return len(now - {row.customer for rows in of_kind.values() for row in rows if row.on in earlier})


def _counts(row: Fact, measure: Measure, period: Period) -> bool:
    day = row.opened if measure.on == "opened" else row.on
    wanted = measure.where.get("outcome")
    return (
        day is not None
        and day in period
        and (wanted is None or row.outcome in wanted)
        and row.outcome not in measure.unless.get("outcome", ())
    )
