"""Fixtures for the whole suite: both databases, the cast, and one business moment.

A test that takes `engine` runs on SQLite and on PostgreSQL. `@pytest.mark.sqlite` or
`@pytest.mark.postgresql` keeps it to one of them; `pytest --database sqlite` keeps the run to one.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store import db, migrations
from tests import compiled_once
from tests.cast import Cast, write_cast
from tests.postgres import Server

DATABASES = ("sqlite", "postgresql")
BUSINESS = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)

compiled_once.share()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run database tests on this one only")


def pytest_configure(config: pytest.Config) -> None:
    for database in DATABASES:
        config.addinivalue_line("markers", f"{database}: runs on this database only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `database` (and with it `engine`) the databases that marks and the option leave."""
    if "database" not in metafunc.fixturenames:
        return
    marked = [name for name in DATABASES if metafunc.definition.get_closest_marker(name)]
    chosen = metafunc.config.getoption("--database")
    names = [name for name in marked or DATABASES if chosen in (None, name)]
    metafunc.parametrize("database", names, scope="session")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the run, shared by the xdist workers."""
    folder = tmp_path_factory.getbasetemp()
    server = Server(run=folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    made = db.engine(f"sqlite:///{path}")
    migrations.upgrade(made)
    with made.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres: Server) -> Iterator[str]:
    """The name of a migrated, empty PostgreSQL database to clone; one per worker."""
    name = f"template_{os.getpid()}"
    postgres.create(name)
    made = db.engine(postgres.url(name))
    migrations.upgrade(made)
    made.dispose()
    yield name
    postgres.drop(name)


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, migrated, empty database."""
    if database == "sqlite":
        path = request.getfixturevalue("tmp_path") / "reviewflow.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    server.create(name, template=request.getfixturevalue("migrated_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A fresh, migrated, empty database; open it with `db.write(engine)` and `db.read(engine)`."""
    made = db.engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One writing session over the whole test, never committed. For tests with several, use `engine`."""
    with Session(db.writer(engine), expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def moment() -> Moment:
    """Wednesday 1 April 2026, 17:00 in Shanghai, on both clocks."""
    return Moment(business=BUSINESS, wall=BUSINESS)


@pytest.fixture
def cast(engine: Engine) -> Cast:
    """The cast, committed in `engine`."""
    with db.write(engine) as opened:
        return write_cast(opened)
