"""A handle on the warm printing process.

One process may ask at a time; it may be the one that called `start` or any that it forked (a queue's
worker forks for every job). Whoever asks may be killed at any moment, also in the middle of asking, and
the next one must not get its letter. So orders and letters lie in anonymous files, and the pipes carry
only short lines with a number and a digest, each written in one piece.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from reviewflow.core.reasons import Reason
from reviewflow.printer.confine import Limits

_WARM_UP_SECONDS = 120.0
_PATIENCE_SECONDS = 10.0  # beyond the limit of the letter itself
_ROOT = Path(__file__).resolve().parent.parent.parent


class PrintFailed(Exception):
    """There is no letter. `final`: printing it again would fail again; otherwise it is worth a retry."""

    def __init__(self, reason: Reason, final: bool) -> None:
        super().__init__(reason.key, dict(reason.params))
        self.reason = reason
        self.final = final


class Mould:
    """Prints letters one after the other.

    Use it as a context manager, or call `start` once before the worker forks and `close` at its end.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._running: _Running | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the process and wait until it is warm, about 2 s. Does nothing if it is."""
        with self._lock:
            self._start()

    def print(self, template: str, values: Mapping[str, Any]) -> bytes:
        """The PDF of one letter: `template` is a `LetterTemplate.text`, `values` are `FeedbackValues`.

        Same inputs give the same bytes. Raises `PrintFailed`.
        """
        request = json.dumps([template, values]).encode()
        with self._lock:
            try:
                kind, body = self._start().ask(request)
            except _Gone:
                self._end()
                raise PrintFailed(Reason("letter.no_mould"), final=False) from None
        if kind == "printed":
            return body
        key, params, final = json.loads(body)
        raise PrintFailed(Reason(key, params), final)

    @property
    def process_id(self) -> int | None:
        """Of the warm process, to measure it."""
        return self._running.process.pid if self._running else None

    def close(self) -> None:
        """End the process. Does nothing if there is none."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> _Running:
        if self._running and not self._running.alive():
            self._end()
        if self._running is None:
            self._running = _Running(self._limits)
        return self._running

    def _end(self) -> None:
        if self._running:
            self._running.close()
        self._running = None


class _Gone(Exception):
    """The process has ended, or says nothing for longer than a letter may take."""


class _Running:
    """One warm process and the descriptors that lead to it."""

    def __init__(self, limits: Limits) -> None:
        self._patience = limits.wall_seconds + _PATIENCE_SECONDS
        self._owner = os.getpid()
        self._folder = tempfile.mkdtemp(prefix="reviewflow-mould-")
        self._order, self._product = os.memfd_create("order"), os.memfd_create("product")
        theirs_in, self._requests = os.pipe()
        self._answers, theirs_out = os.pipe()
        self._rest = b""
        passed = (theirs_in, theirs_out, self._order, self._product)
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "reviewflow.printer.casting",
                *map(str, passed), self._folder, json.dumps(asdict(limits)),
            ],
            pass_fds=passed, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=_environment(),
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        if self._line(_WARM_UP_SECONDS) != "ready":
            self.close()
            raise PrintFailed(Reason("letter.no_mould"), final=False)

    def alive(self) -> bool:
        """Whether it can still be asked; a forked process sees it by the pipe alone."""
        if os.getpid() == self._owner:
            return self.process.poll() is None
        poll = select.poll()
        poll.register(self._requests, select.POLLOUT)
        return not any(events & select.POLLERR for _, events in poll.poll(0))

    def ask(self, request: bytes) -> tuple[str, bytes]:
        """``printed`` with the PDF or ``failed`` with the failure. Raises `_Gone`."""
        number = uuid.uuid4().hex
        os.ftruncate(self._order, 0)
        at = 0
        while at < len(request):
            at += os.pwrite(self._order, request[at:], at)
        line = f"{number} {len(request)} {hashlib.sha256(request).hexdigest()}\n"
        try:
            os.write(self._requests, line.encode())
        except BrokenPipeError:
            raise _Gone from None
        return self._answer(number, time.monotonic() + self._patience)

    def close(self) -> None:
        """Give up the descriptors; the process ends by itself, and by force where it does not."""
        for descriptor in (self._requests, self._answers, self._order, self._product):
            os.close(descriptor)
        if os.getpid() == self._owner:
            self.process.kill()
            self.process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _answer(self, number: str, until: float) -> tuple[str, bytes]:
        while line := self._line(until - time.monotonic()):
            answered, kind, length, digest = line.split()
            body = os.pread(self._product, int(length), 0)
            if answered == number and hashlib.sha256(body).hexdigest() == digest:
                return kind, body
        raise _Gone

    def _line(self, seconds: float) -> str:
        """The next line, or nothing if the process is gone or silent for so long."""
        until = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        while b"\n" not in self._rest:
            if not poll.poll(max(until - time.monotonic(), 0) * 1000):
                return ""
            got = os.read(self._answers, 65536)
            if not got:
                return ""
            self._rest += got
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()


def _environment() -> dict[str, str]:
    """Nothing of ours: no database address, no secret. One arena keeps the memory flat."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "PYTHONPATH": str(_ROOT),
        "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8",
        "MALLOC_ARENA_MAX": "1",
    }
