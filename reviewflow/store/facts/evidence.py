"""Behind a number: the rows that a figure's trace leads to, their subtotals, and how it grew day by day."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.indicators import Formula, NothingToDivideBy, read_formula
from reviewflow.core.measuring import Rule, Slot, digest_of, row_key, slot_of
from reviewflow.core.values import from_scaled
from reviewflow.core.viewer import Viewer
from reviewflow.store.facts import counting
from reviewflow.store.facts.figures import StoredFigure, figures
from reviewflow.store.facts.imports import inert
from reviewflow.store.facts.rows import Landing, Source

AMOUNT_PLACES: Final = 4


@dataclass(frozen=True)
class EvidenceRow:
    """One event behind a figure. `measures` names those in which it counts; amounts have four decimals."""

    measures: tuple[str, ...]
    kind: str
    source: str
    external_id: str
    revision: int
    batch_no: int
    on: date
    opened: date | None
    amount: Decimal | None
    amount2: Decimal | None
    currency: str | None
    customer: str | None
    outcome: str | None
    product: str | None


@dataclass(frozen=True)
class MeasureLine:
    """One measure of the formula. `unchanged`: its rows are still those of the trace (None: never fixed)."""

    name: str
    rule: Rule
    value: Fraction | None
    rows: int
    unchanged: bool | None


@dataclass(frozen=True)
class Evidence:
    """A figure with everything behind it. Rows are newest first."""

    figure: StoredFigure
    slot: Slot
    formula: Formula
    measures: tuple[MeasureLine, ...]
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class Subtotal:
    """Rows and sum of amounts of one month, customer or product. `label` is None where the field is blank."""

    label: str | None
    rows: int
    amount: Decimal


@dataclass(frozen=True)
class Point:
    """What the formula gives for everything up to and including a day."""

    day: date
    value: Fraction


def evidence(session: Session, viewer: Viewer, review_id: int, indicator: str) -> Evidence | None:
    """What stands behind a figure; None if there is none or the viewer does not see figures of the review.

    One query for each measure, and five.
    """
    figure = figures(session, viewer, [review_id]).get(review_id, {}).get(indicator)
    if figure is None:
        return None
    slot, said = slot_of(figure.trace), figure.trace["measures"]
    rules = {name: Rule.from_json(one["rule"]) for name, one in said.items()}
    found = {
        name: list(session.scalars(counting.rows(figure.batch_no, slot, rule)))
        for name, rule in rules.items()
    }
    names = dict(session.execute(select(Source.id, Source.name)).all())
    return Evidence(
        figure=figure,
        slot=slot,
        formula=read_formula(figure.trace["formula"]),
        measures=tuple(
            MeasureLine(
                name, rules[name], _scaled(rules[name], one["value"]), one["rows"], _same(one, found[name])
            )
            for name, one in said.items()
        ),
        rows=_merged(found, names),
    )


def subtotals(evidence: Evidence, by: str, measure: str | None = None) -> list[Subtotal]:
    """Rows by ``month``, ``customer`` or ``product``: months in order, the others largest amount first."""
    groups: defaultdict[str | None, list[EvidenceRow]] = defaultdict(list)
    for row in evidence.rows:
        if measure is None or measure in row.measures:
            groups[row.on.strftime("%Y-%m") if by == "month" else getattr(row, by)].append(row)
    lines = [
        Subtotal(label, len(rows), sum((row.amount or Decimal(0) for row in rows), Decimal(0)))
        for label, rows in groups.items()
    ]
    if by == "month":
        return sorted(lines, key=lambda line: line.label or "")
    return sorted(lines, key=lambda line: (-line.amount, -line.rows, line.label or ""))


def series(evidence: Evidence) -> list[Point]:
    """The figure as it grew: a point for each day with a row, unless nothing can be divided on it."""
    days = sorted({_day(evidence, row) for row in evidence.rows})
    grown = {line.name: _grown(evidence, line, days) for line in evidence.measures}
    points = []
    for at, day in enumerate(days):
        values = {name: so_far[at] for name, so_far in grown.items()}
        known = {name: value for name, value in values.items() if value is not None}
        with suppress(NothingToDivideBy):
            if len(known) == len(values):
                points.append(Point(day, evidence.formula.ratio(known).value))
    return points


def as_csv(evidence: Evidence) -> bytes:
    """All rows as a file for spreadsheets: UTF-8 with a mark, no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("measures", *_SHOWN))
    for row in evidence.rows:
        cells = [" ".join(row.measures), *(getattr(row, name) for name in _SHOWN)]
        writer.writerow(["" if cell is None else inert(str(cell)) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


_SHOWN: Final = tuple(name for name in EvidenceRow.__dataclass_fields__ if name != "measures")


def _merged(found: Mapping[str, Sequence[Landing]], sources: Mapping[int, str]) -> tuple[EvidenceRow, ...]:
    """Every row once, with the measures in which it counts."""
    counted: defaultdict[str, list[str]] = defaultdict(list)
    rows: dict[str, Landing] = {}
    for name, some in found.items():
        for row in some:
            rows[_key(row)] = row
            counted[_key(row)].append(name)
    newest = sorted(rows.items(), key=lambda item: (item[1].on_date, item[0]), reverse=True)
    return tuple(_shown(row, tuple(counted[key]), sources[row.source_id]) for key, row in newest)


def _shown(row: Landing, measures: tuple[str, ...], source: str) -> EvidenceRow:
    return EvidenceRow(
        measures=measures,
        kind=row.kind,
        source=source,
        external_id=row.external_id,
        revision=row.revision,
        batch_no=row.batch_no,
        on=row.on_date,
        opened=row.opened_on,
        amount=_amount(row.amount_e4),
        amount2=_amount(row.amount2_e4),
        currency=row.currency,
        customer=row.customer_ref,
        outcome=row.outcome,
        product=row.product,
    )


def _amount(scaled: int | None) -> Decimal | None:
    return None if scaled is None else from_scaled(scaled, AMOUNT_PLACES)


def _scaled(rule: Rule, value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, 10**AMOUNT_PLACES if rule.is_money else 1)


def _key(row: Landing) -> str:
    return row_key(row.source_id, row.kind, row.external_id, row.revision)


def _same(said: Mapping[str, object], rows: Iterable[Landing]) -> bool | None:
    if said["digest"] is None:
        return None
    return said["digest"] == digest_of(_key(row) for row in rows)


def _day(evidence: Evidence, row: EvidenceRow) -> date:
    """When a row counts in the chart: on the date that its measure looks at, history on the first day."""
    first = next(line for line in evidence.measures if line.name in row.measures)
    day = row.opened if first.rule.on == "opened" and row.opened else row.on
    return max(day, evidence.slot.period.starts_on)


def _grown(evidence: Evidence, line: MeasureLine, days: Sequence[date]) -> list[Fraction | None]:
    """A measure over the rows up to each of the days."""
    by_day: defaultdict[date, list[EvidenceRow]] = defaultdict(list)
    for row in evidence.rows:
        if line.name in row.measures:
            by_day[_day(evidence, row)].append(row)
    operation, field = line.rule.operation, line.rule.field or ""
    if operation == "count_distinct":
        return _distinct(by_day[day] for day in days)
    if operation in ("min", "max"):
        return _extremes(min if operation == "min" else max, field, (by_day[day] for day in days))
    added = (sum((_added(operation, field, row) for row in by_day[day]), Fraction(0)) for day in days)
    return list(accumulate(added))


def _distinct(rows_of_days: Iterable[Sequence[EvidenceRow]]) -> list[Fraction | None]:
    seen: set[str | None] = set()
    counts: list[Fraction | None] = []
    for rows in rows_of_days:
        seen |= {row.customer for row in rows}
        counts.append(Fraction(len(seen)))
    return counts


def _extremes(
    better: Callable[..., Fraction], field: str, rows_of_days: Iterable[Sequence[EvidenceRow]]
) -> list[Fraction | None]:
    best: list[Fraction] = []
    found: list[Fraction | None] = []
    for rows in rows_of_days:
        amounts = best + [Fraction(getattr(row, field)) for row in rows]
        best = [better(amounts)] if amounts else []
        found.append(best[0] if best else None)
    return found


def _added(operation: str, field: str, row: EvidenceRow) -> Fraction:
    """What a row adds to a sum or count."""
    if operation == "sum":
        return Fraction(getattr(row, field))
    if operation == "sum_days":
        return Fraction((row.on - (row.opened or row.on)).days)
    return Fraction(1)
