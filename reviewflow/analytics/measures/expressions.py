"""Rules as engine expressions. Pure: nothing is run here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from reviewflow.core.measuring import Rule

NO_CURRENCY: Final = "XXX"
COLUMNS: Final[Mapping[str, str]] = {
    "on": "on_date",
    "opened": "opened_on",
    "amount": "amount_e4",
    "amount2": "amount2_e4",
    "customer": "customer_ref",
    "outcome": "outcome",
}
"""Fields of rules, as the events' table calls them."""

TYPES: Final[Mapping[str, str]] = {
    "source_id": "int64",
    "kind": "string",
    "external_id": "string",
    "revision": "int64",
    "person_id": "int64",
    "on_date": "date",
    "opened_on": "date",
    "amount_e4": "int64",
    "amount2_e4": "int64",
    "currency": "string",
    "customer_ref": "string",
    "outcome": "string",
}
EVENTS: Final = ibis.table(TYPES, name="events")
NOW: Final = ibis.table(TYPES, name="events_now")
"""Events dated from the first to the last day of any period: the engine need not look at all others."""
EARLIER: Final = ibis.table(TYPES, name="events_earlier")
"""Events dated in any of the histories."""
SLOTS: Final = ibis.table(
    {"slot": "int64", "person_id": "int64", "starts_on": "date", "ends_on": "date", "period": "int64"},
    name="slots",
)
PASTS: Final = ibis.table(
    {"period": "int64", "history": "string", "begins_on": "date", "until_on": "date"}, name="pasts"
)
"""One row for each different period and history: the days before the period, both included."""


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def sha256(text: str) -> str:  # type: ignore[empty-body]
    """The engine's own function, as hexadecimal digits."""


def counts(rule: Rule, rows: ir.Table) -> ir.BooleanValue:
    """Whether a row counts for a rule; its dates, its customer set and the field that must be filled apart."""
    condition = rows.kind == rule.of
    for field, values in rule.where:
        condition &= rows[COLUMNS[field]].isin(values)
    for field, values in rule.unless:
        column = rows[COLUMNS[field]]
        condition &= column.isnull() | column.notin(values)
    return condition


def aggregates(
    rule: Rule, rows: ir.Table, name: str, currency: str | None, digests: bool
) -> dict[str, ir.Scalar]:
    """What is computed of the rows that count: value, their number, how many are foreign, their digest."""
    condition = counts(rule, rows)
    filled = rows[COLUMNS[rule.field]] if rule.field else None
    counted = rows.count(where=condition) if filled is None else filled.count(where=condition)
    found: dict[str, Any] = {f"{name}_value": _value(rule, rows, condition), f"{name}_rows": counted}
    if filled is not None:
        condition &= filled.notnull()
    if rule.is_money and currency is not None:
        foreign = (rows.currency != currency) & (rows.currency != NO_CURRENCY)
        found[f"{name}_foreign"] = rows.count(where=condition & foreign)
    if digests:
        key = ibis.literal(":").join(
            [rows.source_id.cast("string"), rows.kind, rows.external_id, rows.revision.cast("string")]
        )
        found[f"{name}_digest"] = sha256(key.group_concat("\n", where=condition, order_by=key))
    return found


def _value(rule: Rule, rows: ir.Table, condition: ir.BooleanValue) -> ir.Scalar:
    """Empty fields do not count in any of these, a plain count of first days apart."""
    if rule.operation == "count":
        return rows.count(where=condition) if rule.field is None else rows.opened_on.count(where=condition)
    if rule.operation == "count_distinct":
        return rows.customer_ref.nunique(where=condition)
    if rule.operation == "sum_days":
        return rows.on_date.delta(rows.opened_on, unit="day").sum(where=condition)
    return getattr(rows[COLUMNS[rule.field or ""]], rule.operation)(where=condition)


def in_period_view(date_field: str) -> str:
    """The name of the table that `in_period` reads."""
    return str((NOW if date_field == "on" else EVENTS).get_name())


def in_period(date_field: str) -> ir.Table:
    """Events of a slot's person dated in its period."""
    events = NOW if date_field == "on" else EVENTS
    date = events[COLUMNS[date_field]]
    return events.join(
        SLOTS, [events.person_id == SLOTS.person_id, date >= SLOTS.starts_on, date <= SLOTS.ends_on]
    )


def in_past(rule: Rule) -> ir.Table:
    """Events that count for a rule, of a slot's person, dated in the history before its period."""
    events = _earlier(rule)
    date, slots = events[COLUMNS[rule.on]], SLOTS.join(_past_of(rule), "period")
    rows = events.join(
        slots, [events.person_id == slots.person_id, date >= slots.begins_on, date <= slots.until_on]
    )
    return rows.filter(counts(rule, rows))


def customers_in_past(rule: Rule) -> ir.Table:
    """Customers with whom anybody had an event that counts in the history, by period."""
    events, past = _earlier(rule), _past_of(rule)
    date = events[COLUMNS[rule.on]]
    rows = events.join(past, [date >= past.begins_on, date <= past.until_on])
    return rows.filter(counts(rule, rows)).select("period", "customer_ref")


def narrowed(rule: Rule) -> ir.Table:
    """The rows that count for a rule with a customer set."""
    if rule.only == "before":
        return in_past(rule)
    rows = in_period(rule.on)
    rows = rows.filter(counts(rule, rows) & rows.customer_ref.notnull())
    if rule.only == "new":
        return rows.anti_join(customers_in_past(rule), ["period", "customer_ref"])
    return rows.semi_join(in_past(rule).select("slot", "customer_ref"), ["slot", "customer_ref"])


def _earlier(rule: Rule) -> ir.Table:
    return EARLIER if rule.on == "on" else EVENTS


def _past_of(rule: Rule) -> ir.Table:
    return PASTS.filter(PASTS.history == rule.history)
