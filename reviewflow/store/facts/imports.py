"""What the data pages show: sources with their freshness, imports, and refused lines for mending."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.store.facts.rows import BadRow, BatchCoverage, LandingBatch, Source
from reviewflow.store.people import Person

DATA_ROLES = ("hr", "hrbp", "data_inputter", "auditor", "system_admin")
"""Who sees where figures come from. Rows hold names of customers and amounts: nobody else does."""

_FORMULA = frozenset("=+-@＝＋－＠")

UNKNOWN_PERSON = "row.unknown_person"


@dataclass(frozen=True)
class SourceLine:
    """A source: the event kinds with the days that it covers, and when it was heard of last."""

    id: int
    name: str
    zone: str
    delivers: tuple[str, ...]
    last_ok_at: datetime | None
    covers: Mapping[str, tuple[date | None, date | None]]
    refused: int


@dataclass(frozen=True)
class ImportLine:
    """One batch, with who sent it (None: a command)."""

    no: int
    source: str
    holds: str
    file_name: str
    landed_at: datetime
    by: str | None
    new: int
    changed: int
    same: int
    voided: int
    bad: int


@dataclass(frozen=True)
class RefusedValue:
    """Why a line was refused. `row` holds all its cells."""

    line: int
    column: str
    value: str | None
    reason: Reason
    row: tuple[str, ...]


@dataclass(frozen=True)
class UnknownRef:
    """A word for a person that nobody has as id, with how many refused lines use it, most first."""

    source: str
    ref: str
    lines: int


def may_see(viewer: Viewer) -> bool:
    """Whether the viewer may look at sources and imports."""
    return viewer.has(*DATA_ROLES)


def source_lines(session: Session, viewer: Viewer) -> list[SourceLine]:
    """All sources by name. Three queries; empty for who may not look."""
    if not may_see(viewer):
        return []
    covers, refused = _covers(session), _refused_lines(session)
    return [
        SourceLine(
            row.id,
            row.name,
            row.zone,
            tuple(json.loads(row.delivers)),
            row.last_ok_at,
            covers.get(row.id, {}),
            refused.get(row.id, 0),
        )
        for row in session.scalars(select(Source).order_by(Source.name))
    ]


def _covers(session: Session) -> dict[int, dict[str, tuple[date | None, date | None]]]:
    """The days that each source covers, by event kind."""
    first, last = func.min(BatchCoverage.covers_from), func.max(BatchCoverage.covers_until)
    spans = (
        select(LandingBatch.source_id, BatchCoverage.kind, first, last)
        .join(LandingBatch, LandingBatch.no == BatchCoverage.batch_no)
        .group_by(LandingBatch.source_id, BatchCoverage.kind)
        .order_by(BatchCoverage.kind)
    )
    covers: dict[int, dict[str, tuple[date | None, date | None]]] = {}
    for source_id, kind, begins, ends in session.execute(spans):
        covers.setdefault(source_id, {})[kind] = (begins, ends)
    return covers


def _refused_lines(session: Session) -> dict[int, int]:
    """How many lines the newest imports of each source refused."""
    newest = select(func.max(LandingBatch.no)).group_by(LandingBatch.source_id, LandingBatch.holds)
    counts = (
        select(LandingBatch.source_id, func.sum(LandingBatch.rows_bad))
        .where(LandingBatch.no.in_(newest))
        .group_by(LandingBatch.source_id)
    )
    return {source_id: int(count) for source_id, count in session.execute(counts)}


def import_lines(
    session: Session, viewer: Viewer, *, source: str | None = None, limit: int = 50
) -> list[ImportLine]:
    """Imports, newest first. One query; empty for who may not look."""
    if not may_see(viewer):
        return []
    batch = LandingBatch
    found = (
        select(
            batch.no,
            Source.name,
            batch.holds,
            batch.file_name,
            batch.landed_at,
            Person.name,
            batch.rows_new,
            batch.rows_changed,
            batch.rows_same,
            batch.rows_voided,
            batch.rows_bad,
        )
        .join(Source, Source.id == batch.source_id)
        .outerjoin(Person, Person.id == batch.by_id)
        .order_by(batch.no.desc())
        .limit(limit)
    )
    if source is not None:
        found = found.where(Source.name == source)
    return [ImportLine(*row) for row in session.execute(found)]


def refused(session: Session, viewer: Viewer, batch_no: int, limit: int = 200) -> list[RefusedValue]:
    """Refused values of a batch, by line. One query; empty for who may not look."""
    if not may_see(viewer):
        return []
    rows = session.scalars(
        select(BadRow).where(BadRow.batch_no == batch_no).order_by(BadRow.line, BadRow.col).limit(limit)
    )
    return [
        RefusedValue(
            row.line,
            row.col,
            row.value,
            Reason(row.reason, json.loads(row.params)),
            tuple(json.loads(row.row)),
        )
        for row in rows
    ]


def refused_as_csv(session: Session, viewer: Viewer, batch_no: int) -> bytes | None:
    """The refused lines of a batch as a file that the same mapping reads once they are mended.

    UTF-8 with a mark, the separator of the file they came in. None for who may not look. Two queries.
    """
    batch = session.get(LandingBatch, batch_no) if may_see(viewer) else None
    if batch is None:
        return None
    layout = json.loads(batch.layout)
    rows = session.execute(
        select(BadRow.line, BadRow.row).where(BadRow.batch_no == batch_no).order_by(BadRow.line)
    )
    lines = {line: json.loads(row) for line, row in rows}
    return as_sent(layout["columns"], layout["separator"], lines.values())


def as_sent(columns: Sequence[str], separator: str, lines: Iterable[Sequence[str]]) -> bytes:
    """Lines under their header as they came in: UTF-8 with a mark, and no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in cells] for cells in lines)
    return text.getvalue().encode("utf-8-sig")


def unknown_refs(session: Session, viewer: Viewer, limit: int = 200) -> list[UnknownRef]:
    """Words for people that no refused line of the newest imports could be matched with. One query."""
    if not may_see(viewer):
        return []
    still = select(Person.external_id).where(Person.external_id == BadRow.value).exists()
    lines = func.count(func.distinct(BadRow.line))
    found = (
        select(Source.name, BadRow.value, lines)
        .join(LandingBatch, LandingBatch.no == BadRow.batch_no)
        .join(Source, Source.id == LandingBatch.source_id)
        .where(BadRow.reason == UNKNOWN_PERSON, ~still)
        .group_by(Source.name, BadRow.value)
        .order_by(lines.desc(), BadRow.value)
        .limit(limit)
    )
    return [UnknownRef(source, value or "", count) for source, value, count in session.execute(found)]


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula. Numbers stay; reading takes the quote off again."""
    text = cell.lstrip("\t\r\0")
    return "'" + text if text[:1] in _FORMULA and not _is_number(text) else text


def _is_number(cell: str) -> bool:
    return cell[:1] in ("+", "-") and cell[1:].replace(".", "").replace(",", "").isdigit()
