"""A subject at the door: its row, its definition, the marks it has and who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from reviewflow.core.workflow import Move, Stage, Workflow
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import pinned
from reviewflow.store.pay import Award
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

# SQLite allows 32,766 bound values a statement; a chunk stays far below it.
CHUNK = 500

_COLUMNS = (
    Subject.id,
    Subject.kind,
    Subject.definition_id,
    Subject.stage,
    Subject.version,
    Subject.round,
    Subject.person_id,
    Subject.unit_id,
    Subject.cycle_id,
    Subject.due_at,
    Subject.held_up,
)


@dataclass
class Case:
    """One subject, locked for this transaction. `marks` are those already set."""

    id: int
    kind: str
    definition_id: int
    workflow: Workflow
    stage: Stage
    version: int
    round: int
    person_id: int
    unit_id: int
    cycle_id: int
    due_at: datetime | None
    held_up: str | None
    marks: frozenset[str]

    def automatic(self, moment_business: datetime) -> list[Move]:
        """Moves the clock may try now: those tried after every change, and those whose deadline has come."""
        due = self.due_at is not None and self.due_at <= moment_business
        return [move for move in self.workflow.moves_from(self.stage.key) if move.at == "ready" or (move.at == "due" and due)]


def load(session: Session, subject_ids: Iterable[int], *, lock: bool) -> dict[int, Case]:
    """Cases by subject id; at most four queries per 500. With `lock`, rows are locked in order of their ids."""
    ids = sorted(set(subject_ids))
    found: dict[int, Case] = {}
    for start in range(0, len(ids), CHUNK):
        found.update(_chunk(session, ids[start : start + CHUNK], lock))
    return found


def _chunk(session: Session, ids: Sequence[int], lock: bool) -> dict[int, Case]:
    query = select(*_COLUMNS).where(Subject.id.in_(ids)).order_by(Subject.id)
    rows = session.execute(query.with_for_update() if lock else query).all()
    marks = _marks(session, ids, {row.kind for row in rows})
    workflows = pinned.workflows(session, {row.definition_id for row in rows})
    return {row.id: _case(row, workflows[row.definition_id], marks.get(row.id, frozenset())) for row in rows}


def _case(row: Row[*tuple[Any, ...]], workflow: Workflow, marks: frozenset[str]) -> Case:
    return Case(
        id=row.id,
        kind=row.kind,
        definition_id=row.definition_id,
        workflow=workflow,
        stage=workflow.stages[row.stage],
        version=row.version,
        round=row.round,
        person_id=row.person_id,
        unit_id=row.unit_id,
        cycle_id=row.cycle_id,
        due_at=row.due_at,
        held_up=row.held_up,
        marks=marks,
    )


def _marks(session: Session, ids: Sequence[int], kinds: set[str]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for kind, table in (("review", Review), ("award", Award)):
        if kind not in kinds:
            continue
        names = sorted(MARKS[kind])
        columns = [getattr(table, f"{name}_at") for name in names]
        for key, *values in session.execute(select(table.id, *columns).where(table.id.in_(ids))):
            found[key] = frozenset(n for n, value in zip(names, values, strict=True) if value is not None)
    return found
