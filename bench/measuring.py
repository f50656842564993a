"""What a figure is, and how CPU time is taken."""

from __future__ import annotations

import gc
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from reviewflow.store import db, migrations

BEST_OF = 3


@dataclass(frozen=True)
class Figure:
    """One measured value beside its floor. `limit` is the most that `ratio` may be."""

    name: str
    value: float
    unit: str
    floor: float
    limit: float
    about: str
    details: tuple[str, ...] = ()
    sound: bool = True
    """False where something beside the ratio is not as it must be; `details` say what."""

    @property
    def ratio(self) -> float:
        return self.value / self.floor if self.floor else 0.0

    @property
    def holds(self) -> bool:
        return self.sound and self.ratio <= self.limit

    def line(self) -> dict[str, str | float]:
        """The fields of the JSON line."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "floor": round(self.floor, 4),
            "ratio": round(self.ratio, 3),
        }


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds of this process for one run, without a collection that earlier work made due."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="reviewflow-bench-") as folder:
        yield Path(folder)


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """The SQLite database in this file."""
    engine = db.engine(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


def empty(path: Path) -> Path:
    """A new database with all tables, closed, so that its file can be copied."""
    with opened(path) as engine:
        migrations.upgrade(engine)
        fold(engine)
    return path


def fold(engine: Engine) -> None:
    """Bring everything from the write-ahead log into the file."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def best(folder: Path, source: Path, work: Callable[[Engine], Any]) -> float:
    """The least CPU seconds of three runs, each on its own copy of a database."""
    seconds = []
    for number in range(BEST_OF):
        copy = folder / f"run{number}.db"
        shutil.copy(source, copy)
        with opened(copy) as engine:
            with engine.connect():
                pass  # the first connection sets itself up
            seconds.append(cpu(partial(work, engine)))
        for left in folder.glob(f"{copy.name}*"):
            left.unlink()
    return min(seconds)
