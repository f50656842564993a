"""A file against what is known: new, changed and same events, withdrawn ones, unknown people."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.connectors.mapping import IMPORT_DAY
from reviewflow.connectors.rows import BadValue, Event, Span
from reviewflow.core.reasons import Reason
from reviewflow.services.collect.preparing import Prepared
from reviewflow.store.chunks import chunks
from reviewflow.store.facts import batches, landing
from reviewflow.store.facts.batches import Vouched
from reviewflow.store.facts.rows import Landing
from reviewflow.store.people import Person


@dataclass
class Comparison:
    """What is new in a file. `changed` and `voided` come with the revision that they get."""

    sent_before: int | None = None
    new: list[Event] = field(default_factory=list)
    changed: list[tuple[Event, int]] = field(default_factory=list)
    voided: list[Landing] = field(default_factory=list)
    present: int = 0
    same: int = 0
    bad: list[BadValue] = field(default_factory=list)
    bad_lines: dict[int, Sequence[str]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    vouched: list[Vouched] = field(default_factory=list)
    extends: bool = False

    @property
    def is_news(self) -> bool:
        """Whether anything is worth a batch."""
        refused_first = bool(self.bad) and self.sent_before is None
        return bool(self.new or self.changed or self.voided or self.extends or refused_first)


def compare(
    session: Session, source_id: int, prepared: Prepared, today: date, newcomers: Collection[str] = ()
) -> Comparison:
    """Compare without writing. The very same file only gets its refused lines another look.

    `newcomers` count as known people. Six queries, and one more for each kind and 10,000 events.
    """
    reading, found = prepared.reading, Comparison()
    before = batches.sent_before(session, source_id, "facts", reading.file_digest, prepared.mapping_digest)
    events = reading.events
    if before is not None:
        found.sent_before = before.no
        events = [event for event in events if event.line in before.refused_lines]
        found.same = len(reading.events) - len(events)
    found.people = dict.fromkeys(newcomers, 0) | _people(session, events)
    found.bad, found.bad_lines = list(reading.bad), dict(reading.bad_lines)
    _refuse_unknown(prepared, events, found)
    _classify(session, source_id, [event for event in events if event.person_ref in found.people], found)
    if before is None:
        spans = _spans(prepared, today)
        found.vouched = [one for one in spans if one.kind in prepared.mapping.delivers]
        found.extends = _extends(session, prepared.mapping.name, found.vouched)
        _void_missing(session, source_id, prepared, spans, found)
    return found


def digest_of(event: Event) -> str:
    """The SHA-256 of everything that an event says, its line apart."""
    said = (
        event.person_ref, event.on, event.opened, event.amount_e4, event.amount2_e4, event.currency,
        event.customer_ref, event.outcome, event.product,
    )  # fmt: skip
    return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()


def _people(session: Session, events: Sequence[Event]) -> dict[str, int]:
    """Ids of the people that the source names, by its word for them."""
    found: dict[str, int] = {}
    for some in chunks(sorted({event.person_ref for event in events})):
        rows = session.execute(select(Person.external_id, Person.id).where(Person.external_id.in_(some)))
        found.update(rows.all())
    return found


def _refuse_unknown(prepared: Prepared, events: Sequence[Event], found: Comparison) -> None:
    labels = prepared.reading.labels
    unknown = {event.line: event for event in events if event.person_ref not in found.people}
    cells = prepared.reading.cells_of(unknown)
    for line, event in sorted(unknown.items()):
        reason = Reason("row.unknown_person")
        found.bad.append(BadValue(line, labels[event.kind, "person"], event.person_ref, reason))
        found.bad_lines.setdefault(line, cells[line])


def _classify(session: Session, source_id: int, events: Sequence[Event], found: Comparison) -> None:
    by_kind: defaultdict[str, dict[str, Event]] = defaultdict(dict)
    for event in events:
        by_kind[event.kind][event.external_id] = event
    for kind, mine in by_kind.items():
        known = landing.known(session, source_id, kind, mine)
        for external_id, event in mine.items():
            stored = known.get(external_id)
            if stored is None:
                found.new.append(event)
            elif stored.voided or stored.row_digest != digest_of(event):
                found.changed.append((event, stored.revision + 1))
            else:
                found.same += 1


def _spans(prepared: Prepared, today: date) -> list[Vouched]:
    """The days that the file is complete for, by kind."""
    return [
        Vouched(kind, span.fields, span.starts_on or span.first, _until(span, today))
        for kind, span in sorted(prepared.reading.spans.items())
    ]


def _until(span: Span, today: date) -> date | None:
    if isinstance(span.until, date):
        return span.until
    return today if span.until == IMPORT_DAY else span.last


def _extends(session: Session, source: str, vouched: Sequence[Vouched]) -> bool:
    """Whether the source vouches for more than it did."""
    known = {
        kind: (one.covers_from, one.covers_until, fields)
        for one in batches.coverage(session)
        for kind, fields in one.delivers.items()
        if one.source == source
    }
    return any(one.kind not in known or _more(one, *known[one.kind]) for one in vouched)


def _more(one: Vouched, begins: date | None, ends: date | None, fields: frozenset[str]) -> bool:
    earlier = one.covers_from is not None and (begins is None or one.covers_from < begins)
    later = one.covers_until is not None and (ends is None or one.covers_until > ends)
    return earlier or later or one.fields != fields


def _void_missing(
    session: Session, source_id: int, prepared: Prepared, spans: Sequence[Vouched], found: Comparison
) -> None:
    """Events dated in a complete file's days that are not in it any more; refused lines are in it."""
    reading = prepared.reading
    for span in spans:
        if span.kind not in reading.complete or span.covers_from is None or span.covers_until is None:
            continue
        there = landing.present(session, source_id, span.kind, span.covers_from, span.covers_until)
        named = {event.external_id for event in reading.events if event.kind == span.kind}
        named |= {external_id for kind, external_id in reading.refused_ids if kind == span.kind}
        found.present += len(there)
        found.voided += [row for external_id, row in sorted(there.items()) if external_id not in named]
