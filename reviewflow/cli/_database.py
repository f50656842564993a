"""The database of a short command: there and of this release, or a refusal that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reviewflow.core.reasons import Refused

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from reviewflow.config import Settings


@contextmanager
def database(settings: Settings | None = None) -> Iterator[Engine]:
    """The engine of `settings`, the environment's by default; closed afterwards.

    Raises `Refused` where the database does not answer or has another schema.
    """
    from reviewflow.cli._checks import schema
    from reviewflow.config import load
    from reviewflow.store.db import engine

    chosen = settings or load()
    bound = engine(chosen.database_url)
    try:
        if bad := [finding.reason for finding in schema(chosen, bound) if not finding.good]:
            raise Refused(bad)
        yield bound
    finally:
        bound.dispose()
