"""What the data pages ask beside `store.facts.imports`: silent sources, rows of today, one import."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.store.facts.imports import ImportLine, may_see
from reviewflow.store.facts.rows import LandingBatch, Source
from reviewflow.store.people import Person

SILENT_AFTER = timedelta(days=7)


def silent_count(session: Session, viewer: Viewer) -> int:
    """Sources of events that were not heard of for a week. One query."""
    if not may_see(viewer):
        return 0
    last = datetime.combine(viewer.today, time.min, UTC) - SILENT_AFTER
    silent = or_(Source.last_ok_at.is_(None), Source.last_ok_at < last)
    of_events = Source.delivers != json.dumps({})
    return session.scalar(select(func.count()).select_from(Source).where(silent, of_events)) or 0


def rows_since(session: Session, viewer: Viewer, since: datetime) -> dict[int, int]:
    """New and changed rows by source id of everything landed since then. One query."""
    if not may_see(viewer):
        return {}
    query = (
        select(LandingBatch.source_id, func.sum(LandingBatch.rows_new + LandingBatch.rows_changed))
        .where(LandingBatch.landed_at >= since)
        .group_by(LandingBatch.source_id)
    )
    return {source_id: int(rows) for source_id, rows in session.execute(query)}


def refused_last(session: Session, viewer: Viewer) -> dict[int, tuple[int, int]]:
    """Lines that the newest import of each file refused, and the newest such import, by source id. One query."""
    if not may_see(viewer):
        return {}
    batch = LandingBatch
    newest = select(func.max(batch.no)).group_by(batch.source_id, batch.holds, batch.file_name)
    query = (
        select(batch.source_id, func.sum(batch.rows_bad), func.max(batch.no))
        .where(batch.no.in_(newest), batch.rows_bad > 0)
        .group_by(batch.source_id)
    )
    return {source_id: (int(lines), number) for source_id, lines, number in session.execute(query)}


def one_import(session: Session, viewer: Viewer, batch_no: int) -> ImportLine | None:
    """One import. One query; None for who may not look."""
    if not may_see(viewer):
        return None
    batch = LandingBatch
    row = session.execute(
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
        .where(batch.no == batch_no)
    ).one_or_none()
    return ImportLine(*row) if row else None


def mapping_of(session: Session, viewer: Viewer, source: str) -> str | None:
    """The saved mapping of a source. One query."""
    if not may_see(viewer):
        return None
    return session.scalar(select(Source.mapping).where(Source.name == source))
