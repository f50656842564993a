"""The floor of writing: the rows that some work wrote, written again by Core in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, Table, func, select

from reviewflow.store import db
from reviewflow.store.schema import metadata

Rows = dict[Table, list[dict[str, Any]]]


def counts(engine: Engine) -> dict[Table, int]:
    """How many rows each table has."""
    with db.read(engine) as session:
        return {
            table: session.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def added(engine: Engine, before: dict[Table, int]) -> Rows:
    """Rows that were not there before: the newest by their keys. Columns that are empty in all are left out."""
    found: Rows = {}
    with db.read(engine) as session:
        for table, old in before.items():
            every = select(table).order_by(*table.primary_key.columns)
            rows = session.execute(every.offset(old)).mappings().all()
            used = [c.name for c in table.columns if any(row[c.name] is not None for row in rows)]
            if rows:
                found[table] = [{name: row[name] for name in used} for row in rows]
    return found


def write(engine: Engine, rows: Rows) -> None:
    """Insert everything: one executemany for each table, one transaction."""
    with db.write(engine) as session:
        connection = session.connection()
        for table, values in rows.items():
            connection.execute(table.insert(), values)
