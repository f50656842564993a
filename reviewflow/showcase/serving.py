"""Running the demo: web, clock and workers as processes of their own, until somebody presses Ctrl-C."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from reviewflow.core.reasons import Reason, Refused
from reviewflow.surroundings import of_its_own

FIRST_PORT, LAST_PORT = 8000, 8019
READY_SECONDS = 60.0
POLL_SECONDS = 0.2
STOP_SECONDS = 20


def free_port() -> int:
    """The first free port from 8000 on. Raises `Refused` if there is none up to 8019."""
    for port in range(FIRST_PORT, LAST_PORT + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
            return port
    raise Refused([Reason("demo.no_port", {"first": FIRST_PORT, "last": LAST_PORT})])


def own_address() -> str | None:
    """This machine's address in its network, as another device would call it; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: picks the route, sends no packet
        except OSError:
            return None
        address: str = probe.getsockname()[0]
        return address


def serve(environ: Mapping[str, str], port: int, logs: Path, ready: Callable[[], None]) -> None:
    """Start everything, say when the pages answer, and stop everything at SIGINT or SIGTERM.

    Raises `Refused` if a process ends by itself.
    """
    commands = (
        ("clock",),
        ("worker", "default"),
        ("worker", "letters"),
        ("serve", "--bind", f"0.0.0.0:{port}"),
    )
    logs.mkdir(parents=True, exist_ok=True)
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda signum, frame: asked.append(signum))
    started = [_start(command, environ, logs) for command in commands]
    try:
        _wait_for_pages(port, started, commands, asked)
        if not asked:
            ready()
        while not asked:
            _check(started, commands)
            time.sleep(POLL_SECONDS)
    finally:
        _stop(started)


def _start(command: Sequence[str], environ: Mapping[str, str], logs: Path) -> subprocess.Popen[bytes]:
    with (logs / f"{'-'.join(command[:2]).replace('--', '')}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "reviewflow", *command],
            env=of_its_own(environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_for_pages(
    port: int, started: Sequence[subprocess.Popen[bytes]], commands: Sequence[Sequence[str]], asked: list[int]
) -> None:
    until = time.monotonic() + READY_SECONDS
    while not asked:
        _check(started, commands)
        try:
            with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=2):
                return
        except (URLError, OSError):
            if time.monotonic() > until:
                raise Refused([Reason("demo.not_ready", {"seconds": int(READY_SECONDS)})]) from None
            time.sleep(POLL_SECONDS)


def _check(started: Sequence[subprocess.Popen[bytes]], commands: Sequence[Sequence[str]]) -> None:
    for process, command in zip(started, commands, strict=True):
        if process.poll() is not None:
            raise Refused([Reason("demo.process_ended", {"process": " ".join(command[:2])})])


def _stop(started: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
