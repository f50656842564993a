"""Landed rows as Arrow tables: one row for each event that counts, with what measures need of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core.values import Period
from reviewflow.store.facts.landing import newest_of
from reviewflow.store.facts.rows import Landing

SCHEMA: Final = pa.schema(
    [
        pa.field("source_id", pa.int64()),
        pa.field("kind", pa.string()),
        pa.field("external_id", pa.string()),
        pa.field("revision", pa.int64()),
        pa.field("person_id", pa.int64()),
        pa.field("on_date", pa.date32()),
        pa.field("opened_on", pa.date32()),
        pa.field("amount_e4", pa.int64()),
        pa.field("amount2_e4", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("customer_ref", pa.string()),
        pa.field("outcome", pa.string()),
        pa.field("product", pa.string()),
    ]
)
KEY: Final = ("source_id", "kind", "external_id")

_AT_ONCE = 20_000


def landed(
    session: Session,
    batch_no: int,
    *,
    after: int = 0,
    kinds: Collection[str] = (),
    days: Period | None = None,
) -> pa.Table:
    """Rows that count as of a batch: of later batches than `after`, of these kinds, dated in these days."""
    chosen = select(*(getattr(Landing, name) for name in SCHEMA.names)).where(
        Landing.batch_no <= batch_no, Landing.voided.is_(False), newest_of(Landing, batch_no)
    )
    if after:
        chosen = chosen.where(Landing.batch_no > after)
    if kinds:
        chosen = chosen.where(Landing.kind.in_(sorted(kinds)))
    if days is not None:
        chosen = chosen.where(Landing.on_date.between(days.starts_on, days.ends_on))
    return _table(session, chosen, SCHEMA)


def superseded(session: Session, after: int, batch_no: int) -> pa.Table:
    """Keys that a batch after `after` corrected or withdrew, with the dates of their earlier revisions."""
    newer = aliased(Landing)
    chosen = (
        select(Landing.source_id, Landing.kind, Landing.external_id, Landing.on_date)
        .join(
            newer,
            (newer.source_id == Landing.source_id)
            & (newer.kind == Landing.kind)
            & (newer.external_id == Landing.external_id),
        )
        .where(Landing.batch_no <= after, newer.batch_no > after, newer.batch_no <= batch_no)
        .distinct()
    )
    return _table(session, chosen, pa.schema([SCHEMA.field(name) for name in (*KEY, "on_date")]))


def rows_by_month(session: Session, batch_no: int) -> dict[str, int]:
    """How many revisions are dated in each month, by ``2024-03``. One query."""
    counts: defaultdict[str, int] = defaultdict(int)
    found = session.execute(
        select(Landing.on_date, func.count()).where(Landing.batch_no <= batch_no).group_by(Landing.on_date)
    )
    for day, count in found:
        counts[f"{day.year:04}-{day.month:02}"] += count
    return dict(counts)


def days_of(month: str) -> Period:
    """All days of ``2024-03``."""
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return Period(date(year, number, 1), date.fromordinal(following.toordinal() - 1))


def _table(session: Session, chosen: Select[*tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    found = session.execute(chosen.execution_options(yield_per=_AT_ONCE))
    batches = [_batch(some, schema) for some in found.partitions()]
    return pa.Table.from_batches(batches, schema)


def _batch(rows: Sequence[Iterable[Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
