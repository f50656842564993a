"""Failpoints armed from outside, so that a test can kill a real process at a named step, exactly once."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from reviewflow.config import Settings
from reviewflow.core.failpoints import arm


def arm_failpoints(settings: Settings) -> None:
    """Outside tests nothing is armed (`Settings.failpoints` is None there, whatever the environment says)."""
    folder = settings.failpoints
    if folder is not None:
        arm(lambda name: _strike(folder / name))


def _strike(path: Path) -> None:
    """Die here if the point's file exists; whoever removes it is the one that dies.

    A process id in the file names another process that dies first: the worker of a forked process.
    """
    try:
        also = path.read_text("ascii")
        path.unlink()
    except FileNotFoundError:
        return
    if also:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(also), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
