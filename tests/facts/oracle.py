"""The measures once more, as plainly as Python can say them: what engine and SQL are held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from reviewflow.core.measuring import Rule, Slot, Taken, digest_of, row_key
from reviewflow.core.values import Period
from tests.facts.world import SOURCE, Row


def newest(batches: Sequence[Sequence[Row]], batch_no: int) -> list[Row]:
    """What counts as of a batch: the last word on each event, unless it was withdrawn."""
    known: dict[tuple[str, str], Row] = {}
    for batch in batches[:batch_no]:
        for row in batch:
            known[row.kind, row.external_id] = row
    return [row for row in known.values() if not row.voided]


def taken(rows: Sequence[Row], slot: Slot, rule: Rule, currency: str | None) -> Taken:
    """A rule's value over the rows of one person, in fractions."""
    mine = [row for row in rows if row.person == slot.person_id]
    counted = [row for row in mine if _counts(row, rule, rule.days(slot.period))]
    if rule.only in ("new", "kept"):
        past = rule.past(slot.period)
        whose = rows if rule.only == "new" else mine
        earlier = {row.customer for row in whose if _counts(row, rule, past)}
        counted = [row for row in counted if (row.customer in earlier) == (rule.only == "kept")]
    foreign = sum(row.currency not in (None, "XXX", currency) for row in counted)
    return Taken(
        value=_value(rule, counted),
        rows=len(counted),
        foreign=foreign if currency is not None and rule.is_money else 0,
        digest=digest_of(row_key(SOURCE, row.kind, row.external_id, row.revision) for row in counted),
    )


def _value(rule: Rule, rows: Sequence[Row]) -> int | None:
    if rule.operation == "count":
        return len(rows)
    if rule.operation == "count_distinct":
        return len({row.customer for row in rows})
    if rule.operation == "sum_days":
        return sum((row.on - row.opened).days for row in rows if row.opened)
    amounts = [Fraction(getattr(row, rule.field or ""), 10**4) for row in rows]
    if rule.operation == "sum":
        return int(sum(amounts, Fraction(0)) * 10**4)
    return int((min if rule.operation == "min" else max)(amounts) * 10**4) if amounts else None


def _counts(row: Row, rule: Rule, days: Period) -> bool:
    day: date | None = getattr(row, rule.on)
    fields = {"outcome": row.outcome}
    return (
        row.kind == rule.of
        and day is not None
        and day in days
        and all(fields[name] in values for name, values in rule.where)
        and not any(fields[name] in values for name, values in rule.unless)
        and (rule.field is None or getattr(row, rule.field) is not None)
    )
