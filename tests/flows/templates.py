"""Stories that begin in the middle: each test gets its own copy of a database that was walked there once."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from reviewflow.store import db
from tests.cast import CAST, write_cast
from tests.flows.story import Story
from tests.postgres import Server

Walks = Mapping[str, tuple[str | None, Callable[[Story], None]]]
"""How far a story comes, by name: where it goes on from, and what happens."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Walked:
    """A template: its database, its folder of files, and how far its story has come."""

    where: str
    home: Path
    at: datetime
    cycle: int


class Templates:
    """Walked databases by backend and name, made when first asked for; a walk begins where its parent ends."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest, walks: Walks) -> None:
        self.folder, self.request, self.walks = folder, request, walks
        self.walked: dict[tuple[str, str], Walked] = {}

    @contextmanager
    def copy(self, database: str, name: str) -> Iterator[Story]:
        """A story on a fresh copy of the template `name`."""
        template = self._template(database, name)
        with self._opened(database, template) as story:
            yield replace(story, at=template.at, cycle=template.cycle)

    def _template(self, database: str, name: str) -> Walked:
        if (database, name) not in self.walked:
            self.walked[database, name] = self._walk(database, name)
        return self.walked[database, name]

    def _walk(self, database: str, name: str) -> Walked:
        parent, step = self.walks[name]
        before = self._template(database, parent) if parent else None
        where = self._clone(database, before.where if before else self._empty(database), f"{name}_walked")
        story = self._story(database, where, before and before.home)
        if before is None:
            with db.write(story.engine) as session:
                write_cast(session)
        else:
            story = replace(story, at=before.at, cycle=before.cycle)
        step(story)
        if database == "sqlite":
            with story.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        story.engine.dispose()
        return Walked(where, story.home, story.at, story.cycle)

    @contextmanager
    def _opened(self, database: str, template: Walked) -> Iterator[Story]:
        where = self._clone(database, template.where, "copy")
        story = self._story(database, where, template.home)
        yield story
        story.engine.dispose()
        shutil.rmtree(story.home)
        if database == "postgresql":
            self._server().drop(where)
        else:
            Path(where).unlink()

    def _clone(self, database: str, template: str, name: str) -> str:
        fresh = f"{name}_{os.getpid()}_{next(_numbers)}"
        if database == "postgresql":
            self._server().create(fresh, template=template)
            return fresh
        path = self.folder / f"{fresh}.db"
        shutil.copy(template, path)
        return str(path)

    def _story(self, database: str, where: str, home: Path | None) -> Story:
        url = f"sqlite:///{where}" if database == "sqlite" else self._server().url(where)
        own = self.folder / f"home_{next(_numbers)}"
        if home:
            shutil.copytree(home, own)
        else:
            own.mkdir()
        return Story(db.engine(url), CAST, home=own)

    def _empty(self, database: str) -> str:
        fixture = "migrated_file" if database == "sqlite" else "migrated_template"
        return str(self.request.getfixturevalue(fixture))

    def _server(self) -> Server:
        server: Server = self.request.getfixturevalue("postgres")
        return server
