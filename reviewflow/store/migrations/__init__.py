"""The schema's history. `upgrade` brings a database to the newest revision, each step in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from reviewflow.store.db import writer


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`; nothing happens if it is there already."""
    with writer(engine).connect() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database down to `revision`, or to nothing with ``"base"``. Data of dropped tables is lost."""
    with writer(engine).connect() as connection:
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """The revision of the database; None before the first upgrade. One query or two."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this code works with; a start on another one is refused."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
