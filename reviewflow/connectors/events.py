"""Lines as events: orders, payments, visits and the like."""

from __future__ import annotations

from datetime import date
from typing import cast

from reviewflow.connectors.csv_files import Record
from reviewflow.connectors.fields import SCORED
from reviewflow.connectors.mapping import Read
from reviewflow.connectors.rows import Event, Span, Value
from reviewflow.connectors.walk import Scene, Walk
from reviewflow.core.reasons import Reason
from reviewflow.core.values import NO_CURRENCY


class EventWalk(Walk):
    """Makes an `Event` of each line. A second line with the same id must say the same, or it is refused."""

    def __init__(self, scene: Scene, read: Read) -> None:
        super().__init__(scene, read)
        self._known: dict[str, Event] = {}

    def take(self, record: Record) -> None:
        external_id, values = self.identity(record), self.values(record)
        event = None
        if external_id is not None and values is not None:
            event = self._event(record.line, external_id, values)
        if event is None or self._is_refused(record, event):
            if external_id is not None and external_id not in self._known:
                self.scene.reading.refused_ids.add((self.read.kind, external_id))
        elif event.external_id not in self._known:
            self._known[event.external_id] = event

    def finish(self) -> None:
        reading, kind = self.scene.reading, self.read.kind
        reading.events.extend(self._known.values())
        if self.read.complete:
            reading.complete.add(kind)
        days = [event.on for event in self._known.values()]
        earlier = reading.spans.get(kind)
        days += [day for day in (earlier.first, earlier.last) if day] if earlier else []
        vouches = self.read.coverage
        reading.spans[kind] = Span(
            first=min(days, default=None),
            last=max(days, default=None),
            fields=frozenset(self.fields) & (earlier.fields if earlier else frozenset(self.fields)),
            starts_on=vouches.starts_on,
            until=vouches.until,
        )

    def _event(self, line: int, external_id: str, values: dict[str, Value]) -> Event:
        amounts = values.get("amount") is not None or values.get("amount2") is not None
        return Event(
            line=line,
            kind=self.read.kind,
            external_id=external_id,
            person_ref=cast(str, values["person"]),
            on=cast(date, values["on"]),
            opened=cast("date | None", values.get("opened")),
            amount_e4=cast("int | None", values.get("amount")),
            amount2_e4=cast("int | None", values.get("amount2")),
            currency=self._currency(cast("str | None", values.get("currency"))) if amounts else None,
            customer_ref=cast("str | None", values.get("customer")),
            outcome=cast("str | None", values.get("outcome")),
            product=cast("str | None", values.get("product")),
        )

    def _currency(self, written: str | None) -> str:
        return NO_CURRENCY if self.read.kind in SCORED else written or self.scene.mapping.currency

    def _is_refused(self, record: Record, event: Event) -> bool:
        if event.opened is not None and event.opened > event.on:
            self.refuse(record, "opened", Reason("row.opened_after", {"on": event.on.isoformat()}))
            return True
        known = self._known.get(event.external_id)
        if known is None or _same(known, event):
            return False
        column = " + ".join(self.read.key)
        reason = Reason("row.repeated_id", {"first": known.line})
        self.scene.reading.refuse(record.line, record.cells, column, event.external_id, reason)
        return True


def _same(one: Event, other: Event) -> bool:
    """Whether two events say the same, whatever lines they stand on."""
    return all(getattr(one, name) == getattr(other, name) for name in Event.__slots__ if name != "line")
