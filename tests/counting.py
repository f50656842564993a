"""Counting queries: one query is one cursor execute, transaction control apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

_CONTROL = ("BEGIN", "PRAGMA QUERY_ONLY")


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """``with counted(engine) as queries: ...; assert len(queries) == 3`` (the list holds their texts)."""
    queries: list[str] = []

    def note(conn: object, cursor: object, statement: str, params: object, ctx: object, many: bool) -> None:
        if not statement.upper().startswith(_CONTROL):
            queries.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(engine, "before_cursor_execute", note)
