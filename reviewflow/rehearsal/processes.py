"""The real clock and the real workers, as processes of their own, for as long as a block runs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from reviewflow.core.reasons import Reason, Refused
from reviewflow.store import parked
from reviewflow.store.db import read
from reviewflow.surroundings import of_its_own

ROLES = (("clock",), ("worker", "default"), ("worker", "letters"))
POLL_SECONDS = 0.05
STOP_SECONDS = 20
MOST_DEATHS = 10
"""So often is a process that ended started again: what it held is taken over, as on a real server."""


class Crew:
    """The processes by role. Whoever ends is replaced, up to `MOST_DEATHS` times in all."""

    def __init__(self, environ: Mapping[str, str], logs: Path) -> None:
        self._environ, self._logs = of_its_own(environ), logs
        self._processes: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}
        self._deaths = 0

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        """Those at work now."""
        return list(self._processes.values())

    def start(self, role: tuple[str, ...]) -> None:
        """Start one of `ROLES`."""
        with (self._logs / f"{'-'.join(role)}.log").open("ab") as log:
            command = [sys.executable, "-m", "reviewflow", *role]
            self._processes[role] = subprocess.Popen(
                command, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )

    def replace_the_dead(self) -> None:
        """Start again whoever ended. Raises `Refused` when that happened too often."""
        for role in [role for role, process in self._processes.items() if process.poll() is not None]:
            self._deaths += 1
            if self._deaths > MOST_DEATHS:
                raise Refused([Reason("rehearsal.process_ended", {"process": " ".join(role)})])
            self.start(role)

    def stop(self) -> None:
        """Ask all to stop, and wait until they have."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def running(environ: Mapping[str, str], logs: Path) -> Iterator[Crew]:
    """A clock and one worker for each queue, for as long as the block runs."""
    logs.mkdir(parents=True, exist_ok=True)
    crew = Crew(environ, logs)
    try:
        for role in ROLES:
            crew.start(role)
        yield crew
    finally:
        crew.stop()


def wait_until_idle(engine: Engine, crew: Crew, seconds: float) -> None:
    """Wait until no promise is open. Raises `Refused` when processes end again and again, or the time is over."""
    until = time.monotonic() + seconds
    while True:
        with read(engine) as session:
            if not parked.any_open(session):
                return
        crew.replace_the_dead()
        if time.monotonic() > until:
            raise Refused([Reason("rehearsal.not_idle", {"seconds": int(seconds)})])
        time.sleep(POLL_SECONDS)
