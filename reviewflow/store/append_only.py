"""Triggers that refuse every change of a log: the audit, its seals and the moves made.

They hold for the application's own account; whoever owns the database can still take them off, which the
sealed chain then shows.
"""

from __future__ import annotations

from sqlalchemy import Connection

TABLES = ("audit", "audit_seal", "audit_sealed", "move_log")
"""Those of revision 0001, which calls this. A log that comes later brings its triggers in its own revision."""

_POSTGRESQL_FUNCTION = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of %% are never changed', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $$
"""


def protect(connection: Connection) -> None:
    """Create the triggers on all `TABLES`."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION)
        for table in TABLES:
            connection.exec_driver_sql(
                f"create trigger {table}_append_only before update or delete or truncate on {table} "
                "for each statement execute function refuse_change()"
            )
        return
    for table in TABLES:
        for change in ("update", "delete"):
            connection.exec_driver_sql(
                f"create trigger {table}_no_{change} before {change} on {table} "
                f"begin select raise(abort, 'rows of {table} are never changed'); end"
            )


def unprotect(connection: Connection) -> None:
    """Take the triggers off, before the tables are dropped."""
    if connection.dialect.name == "postgresql":
        for table in TABLES:
            connection.exec_driver_sql(f"drop trigger {table}_append_only on {table}")
        connection.exec_driver_sql("drop function refuse_change()")
        return
    for table in TABLES:
        for change in ("update", "delete"):
            connection.exec_driver_sql(f"drop trigger {table}_no_{change}")
