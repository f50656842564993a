"""The real clock and the real workers, as processes of their own, for as long as a block runs."""

from __future__ import annotations

import os
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

ROLES = (("clock",), ("worker", "default"), ("worker", "letters"))
POLL_SECONDS = 0.05
STOP_SECONDS = 20


@contextmanager
def running(environ: Mapping[str, str], logs: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start a clock and one worker for each queue; at the end ask them to stop, and wait until they have."""
    logs.mkdir(parents=True, exist_ok=True)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for role in ROLES:
            with (logs / f"{'-'.join(role)}.log").open("ab") as log:
                command = [sys.executable, "-m", "reviewflow", *role]
                started.append(
                    subprocess.Popen(
                        command, env={**os.environ, **environ}, stdout=log, stderr=log, start_new_session=True
                    )
                )
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_idle(engine: Engine, started: list[subprocess.Popen[bytes]], seconds: float) -> None:
    """Wait until no promise is open. Raises `Refused` when a process ended or the time is over."""
    until = time.monotonic() + seconds
    while True:
        with read(engine) as session:
            if not parked.any_open(session):
                return
        ended = [role for role, process in zip(ROLES, started, strict=True) if process.poll() is not None]
        if ended:
            raise Refused([Reason("rehearsal.process_ended", {"process": " ".join(ended[0])})])
        if time.monotonic() > until:
            raise Refused([Reason("rehearsal.not_idle", {"seconds": int(seconds)})])
        time.sleep(POLL_SECONDS)
