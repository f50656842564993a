"""A whole installation for one story: its own database, Redis, clock, workers and web, stopped at the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow import config
from reviewflow.config import Settings
from reviewflow.rehearsal import processes
from reviewflow.store import clock, db, migrations

PATIENCE = 90.0
"""Longest wait for anything, in seconds: for a slow machine with other work; a quiet one needs few."""
POLL_SECONDS = 0.05

Found = TypeVar("Found")


@dataclass
class House:
    """The installation and where it stands. Business time stands still until the story moves it."""

    home: Path
    port: int
    settings: Settings
    engine: Engine
    environ: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.settings.base_url

    def move_to(self, at: datetime) -> None:
        """Stop the business clock at another moment. The processes read it from the database."""
        with db.write(self.engine) as session:
            clock.set_business_clock(session, at)

    def until(self, found: Callable[[Session], Found | None], what: str) -> Found:
        """Look into the database until something is there, and return it. Fails, with `what`, in the end."""
        until = time.monotonic() + PATIENCE
        while True:
            with db.read(self.engine) as session:
                if answer := found(session):
                    return answer
            self.check()
            assert time.monotonic() < until, (
                f"after {PATIENCE:.0f} s still waiting for: {what}\n{self.logs()}"
            )
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Fail if a process ended by itself."""
        ended = [process.args for process in self.running if process.poll() is not None]
        assert not ended, f"ended by themselves: {ended}\n{self.logs()}"

    def logs(self) -> str:
        """The last lines of every process, for a failed test."""
        parts = []
        for path in sorted((self.home / "logs").glob("*.log")):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            quiet = [line for line in lines if "GET /static/" not in line]
            parts.append(f"--- {path.name}\n" + "\n".join(quiet[-25:]))
        return "\n".join(parts)


def build(home: Path) -> House:
    """An empty installation with a business clock that can be moved; nothing runs yet."""
    port = _free_port()
    environ = {
        "REVIEWFLOW_ENV": "test",
        "REVIEWFLOW_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'story.sqlite3'}",
        "REVIEWFLOW_BASE_URL": f"http://127.0.0.1:{port}",
        "REVIEWFLOW_ZONE": "Asia/Shanghai",
        "REVIEWFLOW_SWEEP_SECONDS": "0.5",
    }
    settings = config.load(environ)
    engine = db.engine(settings.database_url)
    migrations.upgrade(engine)
    with db.write(engine) as session:
        clock.mark_scratch(session)
    return House(home, port, settings, engine, environ)


@contextmanager
def opened(house: House) -> Iterator[None]:
    """The clock, both workers and the web run inside the block; all have ended after it."""
    logs = house.home / "logs"
    with processes.running(house.environ, logs) as crew, _web(house, logs) as web:
        house.running = [*crew.processes, web]
        _wait_for_pages(house)
        yield
        house.running = []


@contextmanager
def _web(house: House, logs: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "reviewflow", "serve", "--bind", f"127.0.0.1:{house.port}"]
    with (logs / "web.log").open("ab") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **house.environ}, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(processes.STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_pages(house: House) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        house.check()
        try:
            with urlopen(f"{house.address}/sign-in", timeout=5):
                return
        except (URLError, OSError):
            assert time.monotonic() < until, f"the pages do not answer\n{house.logs()}"
            time.sleep(POLL_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
