"""Deadlines: the clock's sweep moves 10,000 late reviews on, in its own batches, with all that a move writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from bench.launch import MOMENT, company, launched
from bench.measuring import Figure, best, fold, opened, scratch
from reviewflow.services.move import sweep
from reviewflow.store import db
from reviewflow.store.reviews import Goal, Measured
from reviewflow.store.subjects import ClosedTask, MoveLog, Subject

LIMIT = 4.0
SIZE = 10_000


def figures(*, full: bool) -> Iterator[Figure]:
    """Two sweeps: a plain step, and one with guards over ten figures each, marks and jobs."""
    with scratch() as folder:
        source = folder / "company.db"
        crowd = company(source, SIZE)
        with opened(source) as engine:
            launched(engine, crowd)
            fold(engine)
        plain = _measured(folder, source, _to_agreement, "goal_agreement", "tracking")
        guarded = _measured(folder, source, _to_collection, "data_collection", "evaluation")
    yield Figure(
        name="advance",
        value=plain[0] + guarded[0],
        unit="s CPU",
        floor=plain[1] + guarded[1],
        limit=LIMIT,
        about=f"{SIZE:,} reviews, twice; the floor is their update by version and the log alone",
        details=(
            _detail("agree_by_silence, no guard", *plain),
            _detail("cut_off, which reads ten figures of each review", *guarded),
        ),
    )


def _detail(what: str, ours: float, floor: float) -> str:
    return f"{what}: {ours:.3f} s CPU, {1000 * ours / SIZE:.3f} ms a review, {ours / floor:.2f} x its floor"


def _measured(
    folder: Path, source: Path, prepare: Callable[[Session], None], stage: str, to: str
) -> tuple[float, float]:
    """CPU seconds of the sweep and of its floor, with every review standing in `stage`."""
    with opened(source) as engine:
        with db.write(engine) as session:
            session.execute(update(Subject).values(stage=stage, due_at=MOMENT.business))
            prepare(session)
        fold(engine)
    wrote = _written(folder, source, to)
    return best(folder, source, swept), best(folder, source, lambda engine: _plainly(engine, *wrote))


def swept(engine: Engine) -> None:
    """Beats until nothing is late."""
    looked = 1
    while looked:
        with db.write(engine) as session:
            looked = sweep(session, MOMENT)


def _to_agreement(session: Session) -> None:
    """Where they stand, only a deadline is missing."""


def _to_collection(session: Session) -> None:
    """All figures are computed, so the cut-off is allowed."""
    figure = {"revision": 1, "batch_no": 1, "rows_used": 1, "numerator_e4": 1, "denominator_e4": 1}
    rows = [
        {"review_id": review, "indicator": indicator, "state": "computed", "trace": "{}", **figure}
        for review, indicator in session.execute(select(Goal.review_id, Goal.indicator))
    ]
    session.connection().execute(insert(_table(Measured)), rows)
    subjects = session.scalars(select(Subject.id))
    closed = [{"subject_id": key, "task": "enter_missing"} for key in subjects]
    session.connection().execute(insert(_table(ClosedTask)), closed)


def _written(folder: Path, source: Path, to: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a sweep leaves in the subjects and in their log."""
    copy = folder / "rows.db"
    shutil.copy(source, copy)
    with opened(copy) as engine:
        swept(engine)
        with db.read(engine) as session:
            moved = select(_table(Subject)).where(Subject.stage == to).order_by(Subject.id)
            subjects = [dict(row) for row in session.execute(moved).mappings()]
            logged = select(_table(MoveLog)).where(MoveLog.to_stage == to).order_by(MoveLog.id)
            logs = [dict(row) for row in session.execute(logged).mappings()]
    assert len(subjects) == len(logs) >= SIZE
    return subjects, logs


def _plainly(engine: Engine, subjects: list[dict[str, Any]], logs: list[dict[str, Any]]) -> None:
    """The least that any machine must write: the row, if it has the version that was seen, and the log."""
    subject = _table(Subject)
    fixed = ("id", "kind", "definition_id", "person_id", "unit_id", "cycle_id")
    names = [column.name for column in subject.columns if column.name not in fixed]
    one = (
        update(subject)
        .where(subject.c.id == bindparam("key"), subject.c.version == bindparam("seen"))
        .values({name: bindparam(name) for name in names})
    )
    rows = [
        {"key": row["id"], "seen": row["version"] - 1} | {name: row[name] for name in names}
        for row in subjects
    ]
    with db.write(engine) as session:
        connection = session.connection()
        connection.execute(one, rows)
        connection.execute(insert(_table(MoveLog)), logs)


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table
