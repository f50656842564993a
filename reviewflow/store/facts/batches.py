"""Batches: their numbers, what they vouch for, and the lines that they refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from reviewflow.core.indicators import Coverage
from reviewflow.core.reasons import Reason
from reviewflow.store.facts.rows import BadRow, BatchCounter, BatchCoverage, LandingBatch, Source


def last_batch(session: Session) -> int:
    """The number of the newest batch that is visible here, 0 before the first. One query."""
    return session.scalar(select(BatchCounter.last_no)) or 0


def newest_facts(session: Session) -> int:
    """The number of the newest batch that holds facts, 0 before the first. One query."""
    facts = select(LandingBatch.no).where(LandingBatch.holds == "facts")
    return session.scalar(facts.order_by(LandingBatch.no.desc()).limit(1)) or 0


def lock_counter(session: Session) -> int:
    """Hold the counter until the commit, so that batches land one after another; returns the newest number.

    Comes before anything that a landing compares with. Two queries.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(BatchCounter).values(id=1, last_no=0)
    session.execute(first.on_conflict_do_nothing(index_elements=["id"]))
    return session.scalars(select(BatchCounter.last_no).with_for_update()).one()


@dataclass(frozen=True)
class Vouched:
    """What a batch vouches for, for one event kind."""

    kind: str
    fields: frozenset[str]
    covers_from: date | None
    covers_until: date | None


def layout_of(columns: Sequence[str], separator: str) -> str:
    """What refused lines need to become a file again, as `LandingBatch.layout` keeps it."""
    return json.dumps({"columns": list(columns), "separator": separator}, ensure_ascii=False)


def add_batch(session: Session, values: dict[str, Any], vouched: Sequence[Vouched] = ()) -> int:
    """Write a batch under the next number and return it. The counter must be locked. Three queries."""
    number = session.scalars(
        update(BatchCounter).values(last_no=BatchCounter.last_no + 1).returning(BatchCounter.last_no)
    ).one()
    session.execute(insert(LandingBatch).values(no=number, **values))
    if vouched:
        session.execute(
            insert(BatchCoverage),
            [
                {
                    "batch_no": number,
                    "kind": one.kind,
                    "fields": json.dumps(sorted(one.fields)),
                    "covers_from": one.covers_from,
                    "covers_until": one.covers_until,
                }
                for one in vouched
            ],
        )
    return number


@dataclass(frozen=True)
class RefusedCell:
    """Why a line was refused, with all cells of the line."""

    line: int
    column: str
    value: str | None
    reason: Reason
    row: Sequence[str]


def add_bad_rows(session: Session, number: int, refused: Iterable[RefusedCell]) -> None:
    """Keep refused cells, one for each line and column. One query."""
    rows = {
        (one.line, one.column[:80]): {
            "batch_no": number,
            "line": one.line,
            "col": one.column[:80],
            "value": None if one.value is None else one.value[:400],
            "reason": one.reason.key,
            "params": json.dumps(dict(one.reason.params), ensure_ascii=False),
            "row": json.dumps(list(one.row), ensure_ascii=False),
        }
        for one in refused
    }
    if rows:
        session.execute(insert(BadRow), list(rows.values()))


def coverage(session: Session, batch_no: int | None = None) -> tuple[Coverage, ...]:
    """What every source vouches for as of a batch (or now): one entry per source and event kind. Two queries.

    The days reach from the earliest to the latest that any of its batches covered; the fields are those of
    the newest one.
    """
    until = last_batch(session) if batch_no is None else batch_no
    spans = (
        select(
            LandingBatch.source_id,
            BatchCoverage.kind,
            func.min(BatchCoverage.covers_from).label("covers_from"),
            func.max(BatchCoverage.covers_until).label("covers_until"),
            func.max(BatchCoverage.batch_no).label("newest"),
        )
        .join(LandingBatch, LandingBatch.no == BatchCoverage.batch_no)
        .where(BatchCoverage.batch_no <= until)
        .group_by(LandingBatch.source_id, BatchCoverage.kind)
        .subquery()
    )
    found = session.execute(
        select(Source.name, spans.c.kind, BatchCoverage.fields, spans.c.covers_from, spans.c.covers_until)
        .join(Source, Source.id == spans.c.source_id)
        .join(
            BatchCoverage, (BatchCoverage.batch_no == spans.c.newest) & (BatchCoverage.kind == spans.c.kind)
        )
        .order_by(Source.name, spans.c.kind)
    )
    return tuple(
        Coverage(name, {kind: frozenset(json.loads(fields))}, begins, ends)
        for name, kind, fields, begins, ends in found
    )


@dataclass(frozen=True)
class SentBefore:
    """An earlier batch made of the same file with the same mapping, and the lines that it refused."""

    no: int
    refused_lines: frozenset[int]


def sent_before(
    session: Session, source_id: int, holds: str, file_digest: str, mapping_digest: str
) -> SentBefore | None:
    """The newest batch of this very file and mapping. Two queries."""
    number = session.scalar(
        select(func.max(LandingBatch.no)).where(
            LandingBatch.source_id == source_id,
            LandingBatch.holds == holds,
            LandingBatch.file_digest == file_digest,
            LandingBatch.mapping_digest == mapping_digest,
        )
    )
    if number is None:
        return None
    lines = session.scalars(select(BadRow.line).where(BadRow.batch_no == number).distinct())
    return SentBefore(number, frozenset(lines))
