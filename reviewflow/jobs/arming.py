"""Failpoints armed from outside, so that a test can kill a real process at a named step, exactly once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from reviewflow.config import Settings
from reviewflow.core.failpoints import arm

WITH_ITS_WORKER = "worker"


def arm_failpoints(settings: Settings) -> None:
    """Outside tests nothing is armed (`Settings.failpoints` is None there, whatever the environment says)."""
    folder = settings.failpoints
    if folder is not None:
        arm(lambda name: _strike(folder / name))


def _strike(path: Path) -> None:
    """Die here if the point's file exists; whoever removes it is the one that dies.

    If the file says so, a worker's forked process kills its worker first. It leads its own process group,
    which tells it from everybody whose parent is none of our business.
    """
    try:
        whom = path.read_text("ascii")
        path.unlink()
    except FileNotFoundError:
        return
    if whom == WITH_ITS_WORKER and os.getpgrp() == os.getpid():
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
