"""Engines and the only two openers of a transaction: `write` and `read`.

SQLite: WAL, foreign keys on. A writer takes its lock at once (BEGIN IMMEDIATE) and waits up to 15 s for
another; a plain BEGIN that reads and then writes would fail without waiting. A reader runs with `query_only`.
PostgreSQL: a reader gets one READ ONLY snapshot for all its statements, as on SQLite; a writer waits up to
15 s for a lock. A transaction opened in another way than by `write` cannot write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from reviewflow.store.snapshot import READ_ONLY

if TYPE_CHECKING:
    import psycopg

LOCK_WAIT_SECONDS = 15

_SQLITE_SETTINGS = (
    f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a committed promise survives a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
)
_WRITES = "reviewflow_writes"


def engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://...`; raises ValueError for anything else.

    SQLite in memory is refused: every connection would have its own database.
    """
    address = make_url(url)
    backend = address.get_backend_name()
    if backend == "sqlite":
        if address.database in (None, "", ":memory:"):
            raise ValueError("SQLite needs a file")
        made = create_engine(address, connect_args={"isolation_level": None, "timeout": LOCK_WAIT_SECONDS})
        event.listen(made, "connect", _set_up_sqlite)
        event.listen(made, "begin", _begin_sqlite)
        return made
    if backend != "postgresql":
        raise ValueError(f"{backend} is not supported; use sqlite or postgresql")
    options = f"-c timezone=UTC -c lock_timeout={LOCK_WAIT_SECONDS}s"
    made = create_engine(address, pool_pre_ping=True, connect_args={"options": options})
    event.listen(made, "begin", _begin_postgresql)
    return made


@contextmanager
def write(bound: Engine) -> Iterator[Session]:
    """A session in one writing transaction: committed at the end, rolled back if the block raises."""
    with Session(writer(bound), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def read(bound: Engine) -> Iterator[Session]:
    """A session on one read-only snapshot; a statement that writes fails."""
    with Session(bound, expire_on_commit=False, info=dict(READ_ONLY)) as session:
        yield session


def writer(bound: Engine) -> Engine:
    """The same engine and pool with writing transactions, for libraries that open their own."""
    return bound.execution_options(**{_WRITES: True})


def _set_up_sqlite(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    for setting in _SQLITE_SETTINGS:
        connection.execute(setting)
    entry.info["query_only"] = False


def _begin_sqlite(connection: Connection) -> None:
    writes = _writes(connection)
    if connection.info["query_only"] == writes:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info["query_only"] = not writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    from psycopg import IsolationLevel  # here, so that an installation on SQLite does not load it

    # Sent with the driver's own BEGIN at the first statement: no round trip more.
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    writes = _writes(connection)
    driver.read_only = not writes
    driver.isolation_level = IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES))
