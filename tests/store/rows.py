"""One good row for every table, made from its columns, and what its CHECKs want besides.

A new table or column needs nothing here unless a CHECK ties its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, UniqueConstraint, insert
from sqlalchemy.orm import Session

from reviewflow.store.model import UtcDateTime
from reviewflow.store.schema import metadata

Values = dict[str, Any]

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
NOBODY = 999_999

# What the CHECKs of a table want of its good row.
_WANTED: Mapping[str, Values] = {
    "audit_seal": {"row_count": 1},
    "lake_file": {"part": "base"},
    "person": {"language": "en"},
    "account": {"theme": "auto"},
    "duty": {"what": "task"},
    "definition": {"kind": "workflow"},
    "landing_batch": {"holds": "facts"},
    "pay_base": {"amount_minor": 100},
    "reporting_line": {"kind": "solid", "manager_id": 2},
    "role_grant": {"role": "hr", "granted_by": 2},
    "launch_item": {"state": "created"},
    "subject": {"kind": "review"},
    "message": {"state": "due"},
    "move_log": {"role": "clock"},
    "review": {"kind": "review"},
    "award": {
        "id": 2, "kind": "award",
        "component": "bonus", "amount_minor": 1, "proposed_minor": 1, "currency": "CNY",
    },
    "goal": {"weight_e4": 1},
    "letter": {"state": "due"},
    "live_value": {"state": "missing"},
    "measured": {"state": "missing", "reason": "no_source"},
    "award_part": {"part": "preparer", "award_id": 2},
    "payout_line": {"award_id": 2, "amount_minor": 1},
}  # fmt: skip
_MORE: Mapping[str, tuple[Values, ...]] = {
    "audit": ({"id": 2},),
    "person": ({"id": 2, "external_id": "manager"},),
    "subject": (
        {"id": 2, "kind": "award"},
        {"id": 3},
        {"id": 4, "kind": "award"},
        {"id": 5, "kind": "award"},
    ),
    "award": ({"id": 4, "component": "commission"},),
}
# Keys that are foreign keys: a row that is still free for another row.
_SPARE: Mapping[str, Values] = {
    "audit_sealed": {"audit_id": 2},
    "review": {"id": 3, "person_id": 2},
    "award": {"id": 5},
    "payout_line": {"award_id": 4},
}


def good(table: Table) -> Values:
    """The good row of a table, all columns named."""
    values = {column.name: _plain(column) for column in table.columns}
    return values | _WANTED.get(table.name, {})


def fresh(table: Table, wanted: Values) -> Values:
    """The good row with `wanted`, with a key and unique values that no row has, unless `wanted` says so."""
    keys = {column.name for column in table.primary_key.columns}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys |= {column.name for column in constraint.columns}
    changed = {column.name: _other(column) for column in table.columns if _free(column, keys)}
    return good(table) | _SPARE.get(table.name, {}) | changed | wanted


def write_world(session: Session) -> None:
    """One good row of every table, and the few more that other rows need."""
    for table in metadata.sorted_tables:
        for more in ({}, *_MORE.get(table.name, ())):
            session.execute(insert(table).values(good(table) | more))
        if session.get_bind().dialect.name == "postgresql":
            move_key_on(session, table)


def move_key_on(session: Session, table: Table) -> None:
    """PostgreSQL's sequences do not notice ids that were given; the next row would collide."""
    name = table.name
    if table.autoincrement_column is not None:
        session.connection().exec_driver_sql(
            f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from {name}))"
        )


def _free(column: Column[Any], keys: set[str]) -> bool:
    checked = column.name in _WANTED.get(column.table.name, {}) and not isinstance(column.type, Integer)
    return column.name in keys and not column.foreign_keys and not checked


def _plain(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, Integer):
        return 1
    return _simple(column)


def _simple(column: Column[Any]) -> Any:
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Date):
        return date(2026, 12, 31) if column.name.startswith(("until", "ends")) else date(2026, 1, 1)
    if isinstance(column.type, UtcDateTime):
        return AT
    return b"x" if isinstance(column.type, LargeBinary) else column.name[: getattr(column.type, "length", 9)]


def _other(column: Column[Any]) -> Any:
    if isinstance(column.type, Integer):
        return NOBODY
    return date(2026, 2, 2) if isinstance(column.type, Date) else f"{column.name[:2]}'"
