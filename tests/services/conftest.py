"""Stories that begin in the middle, see `tests.services.walks`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.flows.story import Story
from tests.flows.templates import Templates
from tests.services.walks import WALKS


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Templates:
    """Those of PostgreSQL go with their server."""
    return Templates(tmp_path_factory.mktemp("walked"), request, WALKS)


@pytest.fixture
def walk(templates: Templates, database: str) -> Iterator[Callable[[str], Story]]:
    """``walk("released")`` is a story of its own whose Lin has come that far; see `tests.services.walks`."""
    with ExitStack() as copies:
        yield lambda name: copies.enter_context(templates.copy(database, name))


@pytest.fixture
def story(walk: Callable[[str], Story]) -> Story:
    """A cycle just launched for the whole cast."""
    return walk("launched")
