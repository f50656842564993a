"""The pay day, told once a run and copied for each test, and browsers into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from reviewflow.store import db
from reviewflow.store.subjects import Subject
from reviewflow.web import database
from tests.cast import Cast
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.payday import Payday, tell

MOST_QUERIES = 15


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> tuple[Path, Payday]:
    path = tmp_path_factory.mktemp("payday") / "payday.db"
    shutil.copy(migrated_file, path)
    engine = db.engine(f"sqlite:///{path}")
    payday = tell(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path, payday


@pytest.fixture
def database_url(database: str, told: tuple[Path, Payday], tmp_path: Path) -> str:
    """A copy of the told database. These pages are tested on SQLite alone."""
    path = tmp_path / "reviewflow.db"
    shutil.copy(told[0], path)
    return f"sqlite:///{path}"


@pytest.fixture
def cast(told: tuple[Path, Payday]) -> Cast:
    return told[1].cast


@pytest.fixture
def signed_up(cast: Cast) -> Cast:
    return cast


@pytest.fixture
def payday(told: tuple[Path, Payday]) -> Payday:
    return told[1]


@pytest.fixture
def story(engine: Engine, payday: Payday) -> Story:
    return Story(engine, payday.cast, payday.cycle, datetime.fromisoformat(payday.at))


@pytest.fixture
def stage_of(engine: Engine) -> Callable[[int], str]:
    """Where a subject stands now."""

    def ask(subject_id: int) -> str:
        with db.read(engine) as session:
            return session.scalars(select(Subject.stage).where(Subject.id == subject_id)).one()

    return ask


@dataclass
class Queries:
    """Counts what the application asks the database for one page."""

    app: Flask

    def of(self, who: Browser, path: str) -> int:
        asked: list[str] = []
        who.open("/inbox")  # the first page writes the session and reads what is pinned

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith(("PRAGMA", "BEGIN")):
                asked.append(statement)

        with self.app.app_context():
            engine = database.engine()
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert who.open(path).status == 200, who.text
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert len(asked) <= MOST_QUERIES, "\n".join(asked)
        return len(asked)


@pytest.fixture
def queries(app: Flask) -> Queries:
    return Queries(app)


@pytest.fixture
def noted(engine: Engine) -> Callable[[str], int]:
    """How many audit rows have this action."""
    from sqlalchemy import func

    from reviewflow.store.audit import Audit

    def ask(action: str) -> int:
        with db.read(engine) as session:
            return session.scalar(select(func.count()).where(Audit.action == action)) or 0

    return ask
