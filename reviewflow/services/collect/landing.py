"""Landing: the batch, its rows and what they promise, in one commit. A dry run only looks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from reviewflow.connectors.rows import Event
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.collect.comparing import Comparison, compare, digest_of
from reviewflow.services.collect.doubts import doubts
from reviewflow.services.collect.preparing import Prepared, may_import
from reviewflow.services.collect.report import MOST_VOIDED, Report, report_of
from reviewflow.store import audit, outbox
from reviewflow.store.facts import batches, landing, sources
from reviewflow.store.facts.batches import RefusedCell
from reviewflow.store.facts.rows import Landing, Source

NO_SOURCE = 0
"""Stands for a source that is not saved yet: nothing of it has landed."""

PROMISED = ("copy_to_lake", "live_values")


def dry_run(
    session: Session, moment: Moment, viewer: Viewer, prepared: Prepared, newcomers: Collection[str] = ()
) -> Report:
    """What `land` would do, with `newcomers` (external ids) as people. Writes nothing. Raises `Refused`."""
    may_import(session, viewer)
    source = sources.by_name(session, prepared.mapping.name)
    source_id = source.id if source else NO_SOURCE
    today = moment.today(prepared.mapping.zone)
    found = compare(session, source_id, prepared, today, newcomers)
    return replace(report_of(prepared, found, None), doubts=doubts(session, source_id, found, today))


def land(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    prepared: Prepared,
    *,
    confirmed: str | None = None,
) -> Report:
    """Land what is new in a file, and promise its copy in the lake and new live values.

    `confirmed` is the reason why a complete file may withdraw more than 40 % of the events it should hold.
    Raises `Refused`: no right to import, unknown source, too much withdrawn.
    """
    may_import(session, viewer)
    source = _source(session, prepared)
    batches.lock_counter(session)
    found = compare(session, source.id, prepared, moment.today(source.zone))
    if confirmed is None and len(found.voided) > found.present * MOST_VOIDED:
        raise Refused([Reason("import.withdraws_too_many", {"rows": len(found.voided), "of": found.present})])
    number = _write(session, moment, viewer, source.id, prepared, found) if found.is_news else None
    sources.heard(session, source.id, moment.business)
    report = report_of(prepared, found, number)
    if number is not None:
        _record(session, moment, viewer, report, confirmed)
    return report


def _source(session: Session, prepared: Prepared) -> Source:
    source = sources.by_name(session, prepared.mapping.name)
    if source is None:
        raise Refused([Reason("import.source_unknown", {"source": prepared.mapping.name})])
    return source


def _write(
    session: Session, moment: Moment, viewer: Viewer, source_id: int, prepared: Prepared, found: Comparison
) -> int:
    reading = prepared.reading
    number = batches.add_batch(
        session,
        {
            "source_id": source_id,
            "holds": "facts",
            "file_name": reading.file_name,
            "file_digest": reading.file_digest,
            "mapping_digest": prepared.mapping_digest,
            "layout": batches.layout_of(reading.header, reading.separator),
            "landed_at": moment.wall,
            "by_id": viewer.person_id,
            "rows_new": len(found.new),
            "rows_changed": len(found.changed),
            "rows_same": found.same,
            "rows_voided": len(found.voided),
            "rows_bad": len(found.bad_lines),
        },
        found.vouched,
    )
    landing.add(session, list(_rows(source_id, number, found)))
    batches.add_bad_rows(session, number, _refused(found))
    for kind in PROMISED:
        outbox.promise(session, kind, f"{kind}:{number}", {"batch": number}, moment.wall)
    return number


def _rows(source_id: int, number: int, found: Comparison) -> Iterator[dict[str, Any]]:
    revisions = [*((event, 1) for event in found.new), *found.changed]
    for event, revision in revisions:
        yield _row(source_id, number, event, revision, found.people[event.person_ref])
    for old in found.voided:
        kept = {column.name: getattr(old, column.name) for column in Landing.__table__.columns}
        yield {**kept, "revision": old.revision + 1, "batch_no": number, "voided": True}


def _row(source_id: int, number: int, event: Event, revision: int, person_id: int) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "kind": event.kind,
        "external_id": event.external_id,
        "revision": revision,
        "batch_no": number,
        "person_id": person_id,
        "person_ref": event.person_ref,
        "on_date": event.on,
        "opened_on": event.opened,
        "amount_e4": event.amount_e4,
        "amount2_e4": event.amount2_e4,
        "currency": event.currency,
        "customer_ref": event.customer_ref,
        "outcome": event.outcome,
        "product": event.product,
        "row_digest": digest_of(event),
        "voided": False,
    }


def _refused(found: Comparison) -> list[RefusedCell]:
    return [
        RefusedCell(one.line, one.column, one.value, one.reason, found.bad_lines[one.line])
        for one in found.bad
    ]


def _record(session: Session, moment: Moment, viewer: Viewer, report: Report, confirmed: str | None) -> None:
    counts = {"new": report.new, "changed": report.changed, "voided": report.voided, "bad": report.bad_lines}
    detail = {"source": report.source, "file": report.file_name, "batch": report.batch_no, **counts}
    if confirmed is not None:
        detail["confirmed"] = confirmed
    audit.record(session, moment, viewer.person_id, "import.landed", detail=detail)
