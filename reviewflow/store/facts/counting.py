"""Rules as plain SQL over the landed rows: the few rows of one person, without an engine.

The second reading of `core.measuring`; a property test holds it against the engine and against plain Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from reviewflow.core.measuring import Rule, Slot, Taken, digest_of, row_key
from reviewflow.core.values import NO_CURRENCY, Period
from reviewflow.store.chunks import chunks
from reviewflow.store.facts.landing import newest_of
from reviewflow.store.facts.rows import Landing

_COLUMNS = {
    "on": "on_date",
    "opened": "opened_on",
    "amount": "amount_e4",
    "amount2": "amount2_e4",
    "customer": "customer_ref",
    "outcome": "outcome",
}


def rows(batch_no: int, slot: Slot, rule: Rule) -> Select[Landing]:
    """The landed rows behind a measure as of a batch."""
    chosen = select(Landing).where(
        Landing.person_id == slot.person_id,
        _counts(Landing, rule, rule.days(slot.period), batch_no),
    )
    if rule.only == "new":
        return chosen.where(~_earlier(rule, slot, batch_no, anybody=True))
    if rule.only == "kept":
        return chosen.where(_earlier(rule, slot, batch_no, anybody=False))
    return chosen


def taken(session: Session, batch_no: int, slot: Slot, rule: Rule, currency: str | None = None) -> Taken:
    """Value, number and digest of the rows behind a measure, the same as the engine's. One query."""
    fields = ("source_id", "kind", "external_id", "revision", "on_date", "opened_on", "currency")
    named = [getattr(Landing, name) for name in (*fields, "customer_ref", "amount_e4", "amount2_e4")]
    found = list(session.execute(rows(batch_no, slot, rule).with_only_columns(*named)))
    foreign = sum(row.currency not in (None, NO_CURRENCY, currency) for row in found)
    return Taken(
        value=_value(rule, found),
        rows=len(found),
        foreign=foreign if rule.is_money and currency is not None else 0,
        digest=digest_of(row_key(row.source_id, row.kind, row.external_id, row.revision) for row in found),
    )


def by_day(
    session: Session, batch_no: int, person_ids: Collection[int], period: Period, rule: Rule
) -> list[tuple[date, int]]:
    """Sums of what a rule takes of some people, by day, as of a batch: days with rows only, in order.

    For rules that sum amounts. One query per 10,000 people.
    """
    assert rule.operation == "sum"
    amount = getattr(Landing, _COLUMNS[rule.field or ""])
    day = _column(Landing, rule.on)
    found: Counter[date] = Counter()
    for some in chunks(person_ids):
        chosen = select(day, func.sum(amount)).where(
            Landing.person_id.in_(some), _counts(Landing, rule, rule.days(period), batch_no)
        )
        found.update({on: int(total) for on, total in session.execute(chosen.group_by(day))})
    return sorted(found.items())


def _value(rule: Rule, found: Iterable[Any]) -> int | None:
    if rule.operation == "count":
        return sum(1 for _ in found)
    if rule.operation == "count_distinct":
        return len({row.customer_ref for row in found})
    if rule.operation == "sum_days":
        days: list[int] = [(row.on_date - row.opened_on).days for row in found]
        return sum(days)
    amounts: list[int] = [getattr(row, _COLUMNS[rule.field or ""]) for row in found]
    if rule.operation == "sum":
        return sum(amounts)
    return (min if rule.operation == "min" else max)(amounts, default=None)


def _counts(row: type[Landing], rule: Rule, days: Period, batch_no: int) -> ColumnElement[bool]:
    """Whether a landed row counts for a rule in these days, whoever's it is."""
    conditions = [
        row.kind == rule.of,
        _column(row, rule.on).between(days.starts_on, days.ends_on),
        row.batch_no <= batch_no,
        row.voided.is_(False),
        newest_of(row, batch_no),
    ]
    for field, values in rule.where:
        conditions.append(_column(row, field).in_(values))
    for field, values in rule.unless:
        column = _column(row, field)
        conditions.append(or_(column.is_(None), column.not_in(values)))
    if rule.field is not None:
        conditions.append(_column(row, rule.field).is_not(None))
    return and_(*conditions)


def _earlier(rule: Rule, slot: Slot, batch_no: int, *, anybody: bool) -> ColumnElement[bool]:
    """The row's customer has a row that counts in the history: of anybody, or of the same person."""
    past = aliased(Landing)
    condition = and_(
        past.customer_ref == Landing.customer_ref, _counts(past, rule, rule.past(slot.period), batch_no)
    )
    return exists().where(condition if anybody else and_(condition, past.person_id == slot.person_id))


def _column(row: type[Landing], field: str) -> InstrumentedAttribute[Any]:
    return getattr(row, _COLUMNS[field])  # type: ignore[no-any-return]
