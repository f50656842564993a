"""Launching a cycle: preflight excepted, everything from the button to the last review's row."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from bench import rows
from bench.company import Crowd, write_crowd
from bench.measuring import Figure, best, empty, fold, opened, scratch
from reviewflow.core.moment import Moment
from reviewflow.core.values import Period
from reviewflow.services import accept
from reviewflow.services.launch import LaunchPlan, launch, launch_range
from reviewflow.store import db, staff
from reviewflow.store.outbox import Outbox

MOMENT = Moment(datetime(2026, 4, 1, 9, tzinfo=UTC), datetime(2026, 4, 1, 9, tzinfo=UTC))
QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))
PLAN = LaunchPlan("2026Q2", "sales_quarterly", QUARTER, "CNY")
ROOT = Path(__file__).resolve().parent.parent
LIMIT = 2.0


def figures(*, full: bool) -> Iterator[Figure]:
    yield from measured(10_000, 100_000) if full else measured(10_000)


def measured(*sizes: int) -> Iterator[Figure]:
    """A launch of each size."""
    return (_figure(size) for size in sizes)


def company(path: Path, size: int) -> Crowd:
    """A database of that many people, with the shipped files accepted; everything in the one file."""
    with opened(empty(path)) as engine:
        with db.write(engine) as session:
            crowd = write_crowd(session, size)
            files = accept.read_folders(ROOT / "workflows", ROOT / "templates")
            accept.accept(session, MOMENT, crowd.hr, files)
        fold(engine)
    return crowd


def launched(engine: Engine, crowd: Crowd) -> int:
    """The launch and its promised jobs, each in its own transaction; the cycle's id."""
    with db.write(engine) as session:
        viewer = staff.viewer(session, crowd.hr, QUARTER.starts_on)
        cycle = launch(session, MOMENT, viewer, PLAN)
        promised = session.scalars(select(Outbox.payload).where(Outbox.kind == "launch")).all()
    for span in map(json.loads, promised):
        with db.write(engine) as session:
            launch_range(session, MOMENT, cycle, span["first"], span["last"])
    return cycle


def _figure(size: int) -> Figure:
    with scratch() as folder:
        source = folder / "company.db"
        crowd = company(source, size)
        ours = best(folder, source, lambda engine: launched(engine, crowd))
        wrote = _rows(folder, source, crowd)
        floor = best(folder, source, lambda engine: rows.write(engine, wrote))
    return Figure(
        name="launch",
        value=ours,
        unit="s CPU",
        floor=floor,
        limit=LIMIT,
        about=f"{size:,} people; the floor writes the same rows by executemany in one transaction",
        details=(
            f"{sum(map(len, wrote.values())):,} rows in {len(wrote)} tables; "
            f"{1000 * ours / size:.3f} ms CPU a person",
        ),
    )


def _rows(folder: Path, source: Path, crowd: Crowd) -> rows.Rows:
    copy = folder / "rows.db"
    shutil.copy(source, copy)
    with opened(copy) as engine:
        before = rows.counts(engine)
        launched(engine, crowd)
        return rows.added(engine, before)
