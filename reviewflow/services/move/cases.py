"""A subject at the door: its row, its definition, the marks it has and who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import compress
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from reviewflow.core.workflow import Move, Stage, Task, Workflow
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import pinned
from reviewflow.store.chunks import chunks
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

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


@dataclass(frozen=True)
class Place:
    """A stage of a process with what can happen there, read once for all subjects that stand in it."""

    ready: tuple[Move, ...]
    """The clock's moves that are tried after every change."""
    ready_or_due: tuple[Move, ...]
    """The same and those of the deadline, in the order of the file."""
    conditional: tuple[Task, ...]
    """Tasks that exist only while their `when` holds."""


@lru_cache(maxsize=1024)
def place(workflow: Workflow, stage: str) -> Place:
    """What can happen in a stage by itself."""
    timed = tuple(move for move in workflow.moves_from(stage) if move.at is not None)
    return Place(
        ready=tuple(move for move in timed if move.at == "ready"),
        ready_or_due=timed,
        conditional=tuple(task for task in workflow.tasks_in(stage) if task.when),
    )


@dataclass
class Case:
    """One subject, locked for this transaction. `zone` is its person's; `marks` are those already set."""

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
    zone: str
    marks: frozenset[str]
    place: Place

    def automatic(self, now: datetime) -> tuple[Move, ...]:
        """Moves the clock may try now: those tried after every change, and those whose deadline has come."""
        late = self.due_at is not None and self.due_at <= now
        return self.place.ready_or_due if late else self.place.ready


def load(session: Session, subject_ids: Iterable[int], *, lock: bool) -> dict[int, Case]:
    """Cases by subject id; at most four queries per 500.

    With `lock` rows are locked, all subjects before all reviews and each in order of their ids, so that two
    movers wait for each other in one direction only. An award's review is locked against change: what its
    guards read of the result stays so until the commit.
    """
    ids = sorted(set(subject_ids))
    rows = [row for some in chunks(ids, CHUNK) for row in _rows(session, some, lock)]
    marks: dict[int, frozenset[str]] = {}
    for some in chunks(rows, CHUNK):
        marks |= _marks(session, some, lock)
    workflows = pinned.workflows(session, {row.definition_id for row in rows}) if rows else {}
    return {row.id: _case(row, workflows[row.definition_id], marks.get(row.id, frozenset())) for row in rows}


def _rows(session: Session, ids: Sequence[int], lock: bool) -> Sequence[Row[*tuple[Any, ...]]]:
    # Not FOR UPDATE: messages and answers that name the subject by its key need not wait.
    query = _subjects().with_for_update(of=Subject, key_share=True) if lock else _subjects()
    return session.execute(query, {"ids": ids}).all()


@cache
def _subjects() -> Select[*tuple[Any, ...]]:
    chosen = select(*_COLUMNS, Person.zone).join(Person, Person.id == Subject.person_id)
    return chosen.where(Subject.id.in_(bindparam("ids", expanding=True))).order_by(Subject.id)


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
        zone=row.zone,
        marks=marks,
        place=place(workflow, row.stage),
    )


def _marks(session: Session, rows: Sequence[Row[*tuple[Any, ...]]], lock: bool) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    reviews = [row.id for row in rows if row.kind == "review"]
    awards = [row.id for row in rows if row.kind == "award"]
    if reviews:
        query = _which("review")
        found |= _set(session, query.with_for_update(key_share=True) if lock else query, reviews)
    if awards:
        if lock:
            _hold_results(session, awards)
        found |= _set(session, _which("award"), awards)
    return found


@cache
def _which(kind: str) -> Select[*tuple[Any, ...]]:
    """Which marks are set; their dates are nobody's business here, and reading 80,000 of them takes a while."""
    table = Review.metadata.tables[kind]
    columns = [table.c[f"{mark}_at"].is_not(None).label(mark) for mark in sorted(MARKS[kind])]
    wanted = table.c.id.in_(bindparam("ids", expanding=True))
    return select(table.c.id, *columns).where(wanted).order_by(table.c.id)


def _set(session: Session, query: Select[*tuple[Any, ...]], ids: Sequence[int]) -> dict[int, frozenset[str]]:
    result = session.execute(query, {"ids": ids})
    names = list(result.keys())[1:]
    return {key: _named(tuple(compress(names, flags))) for key, *flags in result.all()}


@lru_cache(maxsize=1024)
def _named(marks: tuple[str, ...]) -> frozenset[str]:
    """One set for all subjects that have come equally far."""
    return frozenset(marks)


def _hold_results(session: Session, award_ids: Sequence[int]) -> None:
    """Nobody reopens the reviews of these awards before this transaction ends."""
    mine = select(Award.review_id).where(Award.id.in_(award_ids))
    session.execute(
        select(Review.id).where(Review.id.in_(mine)).order_by(Review.id).with_for_update(read=True)
    )
