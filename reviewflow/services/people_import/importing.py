"""The import itself: look, stop where a guard says so, then write everything in one commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from reviewflow.connectors.rows import Entry, Reading
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.people_import import applying
from reviewflow.services.people_import.accepting import CHANGED, NEW, SAME
from reviewflow.services.people_import.planning import Plan, plan
from reviewflow.services.people_import.preparing import PreparedPeople
from reviewflow.services.people_import.report import PeopleReport, counts, report_of
from reviewflow.services.people_import.state import load
from reviewflow.store import audit
from reviewflow.store.facts import batches, sources
from reviewflow.store.facts.batches import RefusedCell
from reviewflow.store.scopes import against_whole

IMPORT_ROLES = ("hr",)


def dry_run(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    prepared: PreparedPeople,
    effective_on: date | None = None,
) -> PeopleReport:
    """What `import_people` would do. Writes nothing. Raises `Refused`: no right, rings of managers."""
    _may_import(session, viewer)
    made, found = plan(session, prepared, load(session, _day(moment, prepared, effective_on)))
    if made.refusals:
        raise Refused(made.refusals)
    return report_of(prepared.mapping.name, made, found, [None] * len(found.readings))


def import_people(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    prepared: PreparedPeople,
    *,
    effective_on: date | None = None,
    confirmed: str | None = None,
) -> PeopleReport:
    """Write what changed, from `effective_on` (today) on: a change closes the old dated row.

    Raises `Refused`: no right, unknown source, rings, and, unless HR `confirmed` it with a reason, an import
    after which more than 40 % of the people would have left or more than 5 % would have another id.
    """
    _may_import(session, viewer)
    source = sources.by_name(session, prepared.mapping.name)
    if source is None:
        raise Refused([Reason("import.source_unknown", {"source": prepared.mapping.name})])
    batches.lock_counter(session)
    state = load(session, _day(moment, prepared, effective_on))
    made, found = plan(session, prepared, state)
    _refuse(made, viewer, confirmed)
    numbers = [
        _batch(session, moment, viewer, source.id, prepared, reading, made, entries)
        for reading, entries in zip(found.readings, found.entries, strict=True)
    ]
    applying.write(session, moment, viewer, made, state, numbers)
    sources.heard(session, source.id, moment.business)
    report = report_of(source.name, made, found, numbers)
    _record(session, moment, viewer, report, confirmed)
    return report


def _may_import(session: Session, viewer: Viewer) -> None:
    """HR of the whole company, and whoever sits at the server's own command line. Raises `Refused`."""
    reasons = [] if viewer.person_id is None else against_import(session, viewer)
    if reasons:
        raise Refused(reasons)


def against_import(session: Session, viewer: Viewer) -> list[Reason]:
    """Why the viewer may not import people: HR does, who holds the role for the whole company."""
    return against_whole(session, viewer, IMPORT_ROLES, "people.not_granted", "people.part_only")


def _day(moment: Moment, prepared: PreparedPeople, effective_on: date | None) -> date:
    return effective_on or moment.today(prepared.mapping.zone)


def _refuse(made: Plan, viewer: Viewer, confirmed: str | None) -> None:
    if made.refusals:
        raise Refused(made.refusals)
    if made.alarms and not (confirmed and confirmed.strip()):
        raise Refused([alarm.reason for alarm in made.alarms])


def _batch(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    source_id: int,
    prepared: PreparedPeople,
    reading: Reading,
    made: Plan,
    entries: Sequence[Entry],
) -> int | None:
    """A batch for a file that changes anything, or whose refused lines are not kept yet."""
    became = counts(made, entries)
    leavers = len(made.people.leaving) if "people" in reading.complete else 0
    digests = (reading.file_digest, prepared.mapping_digest)
    before = batches.sent_before(session, source_id, "people", *digests)
    if not (became[NEW] or became[CHANGED] or leavers or (reading.bad and before is None)):
        return None
    values = {
        "source_id": source_id,
        "holds": "people",
        "file_name": reading.file_name,
        "file_digest": reading.file_digest,
        "mapping_digest": prepared.mapping_digest,
        "layout": batches.layout_of(reading.header, reading.separator),
        "landed_at": moment.wall,
        "by_id": viewer.person_id,
        "rows_new": became[NEW],
        "rows_changed": became[CHANGED],
        "rows_same": became[SAME],
        "rows_voided": leavers,
        "rows_bad": len(reading.bad_lines),
        "in_lake_at": moment.wall,  # there is nothing in it that the lake holds
    }
    number = batches.add_batch(session, values)
    batches.add_bad_rows(session, number, _refused(reading))
    return number


def _refused(reading: Reading) -> list[RefusedCell]:
    return [
        RefusedCell(one.line, one.column, one.value, one.reason, reading.bad_lines[one.line])
        for one in reading.bad
    ]


def _record(
    session: Session, moment: Moment, viewer: Viewer, report: PeopleReport, confirmed: str | None
) -> None:
    """One audit row for the import; each person has an own one."""
    if all(file.batch_no is None for file in report.files):
        return
    detail: dict[str, object] = {
        "source": report.source,
        "batches": [file.batch_no for file in report.files if file.batch_no is not None],
        "new": len(report.newcomers),
        "changed": len(report.changed),
        "left": len(report.leavers),
    }
    if report.alarms:
        detail["confirmed"] = confirmed
    audit.record(session, moment, viewer.person_id, "people.imported", detail=detail)
