"""Copying landed rows into the lake: one copier at a time, and a kill at any line costs nothing.

Files are written first and listed afterwards, in the one transaction that moves the lake to its next batch.
What a killed copier wrote is not listed; the next one writes it again under the same name, or sweeps it away.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.store import outbox
from reviewflow.store.clock import moment
from reviewflow.store.db import read, write
from reviewflow.store.facts.batches import last_batch
from reviewflow.store.facts.lake import files, manifest
from reviewflow.store.facts.lake.changes import appended, rebuilt
from reviewflow.store.facts.lake.manifest import LakeVersion

LEASE_NAME: Final = "lake"
LEASE: Final = timedelta(seconds=20)
PATIENCE: Final = timedelta(seconds=15)
_BETWEEN_LOOKS: Final = 0.2


class Busy(Exception):
    """Another process copies and did not finish in time, or took over; what is promised is tried again."""


def copy(engine: Engine, folder: Path, holder: str) -> int:
    """Copy all that has landed and is not in the lake; returns the batch at which it then stands.

    Opens its own short transactions; none is open while files are read and written. At every twentieth
    batch the lake is swept. Raises `Busy`.
    """
    with _alone(engine, holder):
        while True:
            with read(engine) as session:
                now, until = manifest.version(session), last_batch(session)
            whole = all(files.path_of(folder, file.sha256).is_file() for file in now.files)
            if whole and now.batch_no == until:
                if until % manifest.KEPT_VERSIONS == 0:
                    _sweep(engine, folder)
                return until
            _step(engine, folder, holder, now, until, whole and bool(now.files))


def rebuild(engine: Engine, folder: Path, holder: str) -> int:
    """Write the whole lake anew from the landed rows; returns its batch. Raises `Busy`."""
    with _alone(engine, holder):
        with read(engine) as session:
            now, until = manifest.version(session), last_batch(session)
        _step(engine, folder, holder, now, until, grows=False)
        return until


def sweep(engine: Engine, folder: Path, holder: str) -> int:
    """Remove files that no list of the last versions names; returns how many. Raises `Busy`."""
    with _alone(engine, holder):
        return _sweep(engine, folder)


def _sweep(engine: Engine, folder: Path) -> int:
    with write(engine) as session:
        listed = manifest.forget_old(session)
    return files.remove_others(folder, listed)


def _step(engine: Engine, folder: Path, holder: str, now: LakeVersion, until: int, grows: bool) -> None:
    changes = (appended if grows else rebuilt)(engine, folder, now, until, lambda: _keep(engine, holder))
    with write(engine) as session:
        _hold(session, holder)
        manifest.replace(session, until, moment(session).wall, changes.gone, changes.new)


def _keep(engine: Engine, holder: str) -> None:
    with write(engine) as session:
        _hold(session, holder)


def _hold(session: Session, holder: str) -> None:
    if not outbox.hold(session, LEASE_NAME, holder, moment(session).wall, LEASE):
        raise Busy(LEASE_NAME)


@contextmanager
def _alone(engine: Engine, holder: str) -> Iterator[None]:
    """Have the lease inside the block; wait for it before, give it back after."""
    until = time.monotonic() + PATIENCE.total_seconds()
    while not _taken(engine, holder):
        if time.monotonic() > until:
            raise Busy(LEASE_NAME)
        time.sleep(_BETWEEN_LOOKS)
    try:
        yield
    finally:
        with write(engine) as session:
            outbox.hold(session, LEASE_NAME, holder, moment(session).wall, timedelta())


def _taken(engine: Engine, holder: str) -> bool:
    with write(engine) as session:
        return outbox.hold(session, LEASE_NAME, holder, moment(session).wall, LEASE)
