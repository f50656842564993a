"""Landed rows: what is known of an event, and how it becomes known. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, insert, select
from sqlalchemy.orm import Session, aliased

from reviewflow.store.chunks import chunks
from reviewflow.store.facts.rows import Landing

_INSERT_SIZE = 5_000


@dataclass(frozen=True)
class Known:
    """The newest revision of an event: number, digest of its content, whether it was withdrawn."""

    revision: int
    row_digest: str
    voided: bool


def known(session: Session, source_id: int, kind: str, external_ids: Iterable[str]) -> dict[str, Known]:
    """The newest revisions of these events, by external id. One query per 10,000."""
    found: dict[str, Known] = {}
    for some in chunks(external_ids):
        rows = session.execute(
            select(Landing.external_id, Landing.revision, Landing.row_digest, Landing.voided)
            .where(Landing.source_id == source_id, Landing.kind == kind, Landing.external_id.in_(some))
            .order_by(Landing.external_id, Landing.revision)
        )
        found.update((key, Known(revision, digest, voided)) for key, revision, digest, voided in rows)
    return found


def present(session: Session, source_id: int, kind: str, first: date, last: date) -> dict[str, Landing]:
    """Newest revisions of a source's events of a kind dated in these days, not withdrawn. One query."""
    rows = session.scalars(
        select(Landing).where(
            Landing.source_id == source_id,
            Landing.kind == kind,
            Landing.on_date.between(first, last),
            Landing.voided.is_(False),
            newest_of(Landing, None),
        )
    )
    return {row.external_id: row for row in rows}


def newest_of(row: type[Landing], batch_no: int | None) -> ColumnElement[bool]:
    """No newer revision of the same event had landed by this batch (None: by now)."""
    newer = aliased(Landing)
    same = and_(
        newer.source_id == row.source_id,
        newer.kind == row.kind,
        newer.external_id == row.external_id,
        newer.revision > row.revision,
    )
    return ~exists().where(same if batch_no is None else and_(same, newer.batch_no <= batch_no))


def valid(batch_no: int) -> Select[Landing]:
    """All rows that count as of a batch: newest revision of each event by then, not withdrawn."""
    return select(Landing).where(
        Landing.batch_no <= batch_no, Landing.voided.is_(False), newest_of(Landing, batch_no)
    )


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of one batch. One query per 5,000; past the mapper, which would cost as much again."""
    for some in chunks(rows, _INSERT_SIZE):
        session.connection().execute(insert(Landing.metadata.tables["landing"]), some)
