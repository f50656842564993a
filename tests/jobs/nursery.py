"""Real clocks and workers in a moment: forked from one process that has everything loaded.

As a program it obeys lines on stdin, each naming a process to keep alive (`clock`, `worker QUEUE`), and tells
on stdout `born PID WHAT` and `dead PID WHAT`. What dies is born again. All die with it.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

_POLL_SECONDS = 0.02


class Nursery:
    """Keeps real processes alive with the settings of `environ`; `folder` is the trades'."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self.alive: dict[str, int] = {}
        self.deaths: list[str] = []
        self._log = folder / "nursery.log"
        self._environ = {**os.environ, **environ, "TRADES_FOLDER": str(folder), "PYTHONWARNINGS": "error"}

    def __enter__(self) -> Nursery:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self._environ,
                text=True,
                bufsize=1,
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._reader.join(10)

    def keep(self, what: str) -> None:
        """Start `what` and keep it alive; returns when it was born."""
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        until(lambda: what in self.alive, f"{what} is born")

    def log(self) -> str:
        """All that the processes wrote."""
        return self._log.read_text("utf-8")

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                news, pid, what = line.strip().split(" ", 2)
                if news == "born":
                    self.alive[what] = int(pid)
                else:
                    self.deaths.append(what)


def until(condition: Callable[[], bool], hope: str, seconds: float = 30) -> None:
    """Look again and again; fails with the unfulfilled hope after `seconds`."""
    pause = threading.Event()
    for _ in range(int(seconds / _POLL_SECONDS)):
        if condition():
            return
        pause.wait(_POLL_SECONDS)
    raise AssertionError(f"waited {seconds} s in vain: {hope}")


def main() -> None:
    """Obey stdin until it is closed."""
    import tests.jobs.born  # noqa: F401  # loaded once here, not by every child

    alive: dict[int, str] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            if selector.select(_POLL_SECONDS):
                what = sys.stdin.readline().strip()
                if not what:
                    os._exit(0)
                _bear(what, alive)
            _bury(alive)


def _bear(what: str, alive: dict[int, str]) -> None:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        from tests.jobs.born import live

        live(what, parent)
    alive[pid] = what
    print("born", pid, what, flush=True)


def _bury(alive: dict[int, str]) -> None:
    """Tell of the dead and have each born again."""
    while alive:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        what = alive.pop(pid)
        print("dead", pid, what, flush=True)
        _bear(what, alive)


if __name__ == "__main__":
    main()
