"""Pages and SQL are compiled once a run. Each test has an application and engines of its own; compiling everything
anew for each of them took half of the time of the page tests.

All engines of a kind of database must be made alike, as `reviewflow.store.db` makes them: what was compiled for one
is taken for another whatever options, driver or version of the server that has.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event

MOST_STATEMENTS = 5_000


def share() -> None:
    """For all applications and engines that this process makes from now on."""
    pages, statements = _Pages(), _Statements()
    Flask.jinja_options = {"bytecode_cache": pages}

    @event.listens_for(Engine, "engine_connect")
    def take(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)


class _Pages(BytecodeCache):
    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        found = self._buckets.get((bucket.key, bucket.checksum))
        bucket.code = found.code if found else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._buckets[bucket.key, bucket.checksum] = bucket


class _Statements(dict[Any, Any]):
    """By the kind of database; SQLAlchemy's own key has the engine's dialect object in its first place."""

    def get(self, key: Any, default: Any = None) -> Any:
        dialect, *rest = key
        return super().get((dialect.name, *rest), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        if len(self) > MOST_STATEMENTS:
            self.clear()
        dialect, *rest = key
        super().__setitem__((dialect.name, *rest), value)
