"""Landed rows as Arrow tables: one row for each event that counts, with what measures need of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from reviewflow.store.facts.landing import newest_of
from reviewflow.store.facts.rows import Landing

SCHEMA: Final = pa.schema(
    [
        pa.field("source_id", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("external_id", pa.string(), nullable=False),
        pa.field("revision", pa.int64(), nullable=False),
        pa.field("person_id", pa.int64()),
        pa.field("on_date", pa.date32(), nullable=False),
        pa.field("opened_on", pa.date32()),
        pa.field("amount_e4", pa.int64()),
        pa.field("amount2_e4", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("customer_ref", pa.string()),
        pa.field("outcome", pa.string()),
        pa.field("product", pa.string()),
    ]
)
COLUMNS: Final = tuple(getattr(Landing, name) for name in SCHEMA.names)
ORDER: Final = ("kind", "person_id", "on_date", "source_id", "external_id")
"""Rows of a file stand in this order: equal rows make equal files, and readers skip what they do not want."""

_AT_ONCE = 20_000


def rows(session: Session, batch_no: int, *, after: int = 0, kinds: Collection[str] = (), days: Days = None) -> pa.Table:
    """Rows that count as of a batch; only of later batches than `after`, of these kinds, dated in these days."""
    chosen = select(*COLUMNS).where(
        Landing.batch_no <= batch_no, Landing.voided.is_(False), newest_of(Landing, batch_no)
    )
    if after:
        chosen = chosen.where(Landing.batch_no > after)
    if kinds:
        chosen = chosen.where(Landing.kind.in_(sorted(kinds)))
    if days is not None:
        chosen = chosen.where(Landing.on_date.between(*days))
    return _table(session, chosen)
