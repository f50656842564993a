"""One demo at a time on the same data: a lock that lives as long as the process that holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewflow.core.reasons import Reason, Refused


@contextmanager
def alone(path: Path, address: str) -> Iterator[None]:
    """Hold the lock, with `address` written into it for whoever comes second.

    Raises `Refused` while another process holds it. A process that was killed holds nothing.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _space, there = os.read(descriptor, 200).decode(errors="replace").partition(" ")
            raise Refused([Reason("demo.running", {"address": there, "pid": pid})]) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()} {address}".encode())
        yield
    finally:
        os.close(descriptor)
