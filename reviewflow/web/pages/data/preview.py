"""The first rows as they will be read: kind by kind, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reviewflow.connectors.rows import Entry, Event
from reviewflow.core.values import from_scaled
from reviewflow.intake import Prepared
from reviewflow.web.event_titles import kind_title
from reviewflow.web.filters import day, number
from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _

FIELDS = {
    "key": _("Id"),
    "person": _("Person"),
    "on": _("Day"),
    "opened": _("Opened"),
    "amount": _("Amount"),
    "amount2": _("Second amount"),
    "currency": _("Currency"),
    "customer": _("Customer"),
    "outcome": _("Outcome"),
    "product": _("Product"),
    "name": _("Name"),
    "email": _("E-mail"),
    "language": _("Language"),
    "zone": _("Time zone"),
    "hired": _("Hire date"),
    "left": _("Last day"),
    "unit": _("Unit"),
    "position": _("Position"),
    "manager": _("Manager"),
    "dotted_manager": _("Dotted-line manager"),
    "parent": _("Unit above"),
    "component": _("Component"),
    "rate": _("Rate"),
    "from": _("First day"),
    "until": _("Until"),
    "indicator": _("Indicator"),
    "value": _("Value"),
    "starts": _("First day"),
    "ends": _("Last day"),
}
"""Words for the fields of a mapping."""

_SCALES = {"amount": 4, "amount2": 4, "value": 4, "rate": 6}


@dataclass(frozen=True)
class Sample:
    """Some rows of one kind: the words of their fields, and the values as text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def samples(prepared: Prepared, most: int) -> list[Sample]:
    """The first rows of each kind that the mapping finds."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for values in _rows(prepared):
        found = by_kind.setdefault(values.pop("kind"), [])
        if len(found) < most:
            found.append(values)
    return [_sample(kind, rows) for kind, rows in by_kind.items()]


def _rows(prepared: Prepared) -> Iterable[dict[str, Any]]:
    for reading in prepared.people.readings if prepared.people else ():
        yield from (_of_entry(entry) for entry in reading.entries)
    for one in prepared.events:
        yield from (_of_event(event) for event in one.reading.events)


def _of_entry(entry: Entry) -> dict[str, Any]:
    key = {"key": entry.key} if entry.key else {}
    return {"kind": entry.kind, **key, **entry.values}


def _of_event(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "key": event.external_id,
        "person": event.person_ref,
        "on": event.on,
        "opened": event.opened,
        "amount": event.amount_e4,
        "amount2": event.amount2_e4,
        "currency": event.currency,
        "customer": event.customer_ref,
        "outcome": event.outcome,
        "product": event.product,
    }


def _sample(kind: str, rows: list[dict[str, Any]]) -> Sample:
    """Fields that none of the rows fills are left out."""
    used = [name for name in FIELDS if any(row.get(name) is not None for row in rows)]
    return Sample(
        title=kind_title(kind),
        heads=tuple(gettext(FIELDS[name]) for name in used),
        rows=tuple(tuple(_text(name, row) for name in used) for row in rows),
    )


def _text(name: str, row: Mapping[str, Any]) -> str:
    value = row.get(name)
    if value is None:
        return "–"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int):
        exact = from_scaled(value, _SCALES.get(name, 0)).normalize()
        return number(exact, max(0, -int(exact.as_tuple().exponent)))
    return str(value)
