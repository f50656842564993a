"""Settings, Redis and processes for the tests of the queue: the same code as in production, in a hurry."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from reviewflow.config import Settings, load
from reviewflow.jobs.embedded_redis import RedisServer
from reviewflow.jobs.kinds import Kinds, Tools
from reviewflow.jobs.redis_link import Redis, connect
from tests.jobs import trades
from tests.jobs.nursery import Nursery

HURRY = {
    "REVIEWFLOW_ENV": "test",
    "REVIEWFLOW_LEASE_SECONDS": "2",
    "REVIEWFLOW_RENEWAL_SECONDS": "0.5",
    "REVIEWFLOW_JOB_TIMEOUT_SECONDS": "5",
    "REVIEWFLOW_BACKOFF_SECONDS": "0.05,0.05,0.05,0.05",
    "REVIEWFLOW_RELAY_SECONDS": "0.05",
    "REVIEWFLOW_RECONCILE_SECONDS": "0.5",
    "REVIEWFLOW_SWEEP_SECONDS": "0.3",
    "REVIEWFLOW_SEAL_SECONDS": "0.3",
}


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of an installation in a hurry, with its own home."""
    return {**HURRY, "REVIEWFLOW_HOME": str(tmp_path / "home"), "DATABASE_URL": database_url}


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return load(environ)


@pytest.fixture
def redis_server(settings: Settings) -> Iterator[RedisServer]:
    """A private Redis that outlives the processes of the test."""
    with RedisServer(settings) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer, settings: Settings) -> Iterator[Redis]:
    with connect(settings.queue_url) as client:
        yield client


@pytest.fixture
def kinds(tmp_path: Path) -> Kinds:
    return trades.kinds(tmp_path)


@pytest.fixture
def tools(settings: Settings, engine: Engine) -> Tools:
    return Tools(settings, engine)


@pytest.fixture
def nursery(
    environ: dict[str, str], settings: Settings, tmp_path: Path, redis_server: RedisServer
) -> Iterator[Nursery]:
    """Real processes; each test names those it needs with `keep`. They find Redis and do not start it."""
    with Nursery({**environ, "REDIS_URL": settings.queue_url}, tmp_path) as started:
        yield started


@pytest.fixture
def arm(tmp_path: Path, environ: dict[str, str]) -> Callable[[str, str], Path]:
    """Arm a failpoint; the returned file vanishes when a process was killed there."""
    folder = tmp_path / "failpoints"
    folder.mkdir()
    environ["REVIEWFLOW_FAILPOINTS"] = str(folder)

    def arm_one(name: str, whom: str = "") -> Path:
        draft = folder / f"{name}.draft"
        draft.write_text(whom)
        os.replace(draft, folder / name)  # whole at once, or a process could read half of it
        return folder / name

    return arm_one
