"""Who is late in a cycle, grouped by whose turn it is, and what is late though nobody can do it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import KINDS
from reviewflow.store import pinned
from reviewflow.store.messages import Message
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.relations import TODAY
from reviewflow.store.scopes import CYCLE_ROLES, scope
from reviewflow.store.subjects import Subject
from reviewflow.store.turns import nobody_can, turns

MOST_LATE = 100
"""So many late records are looked at one by one, the longest late first."""

_OVER = ("closed", "paid", "rejected")
_OPEN = tuple(sorted({part for kind in KINDS.values() for part in kind.parts} - set(_OVER)))


@dataclass(frozen=True)
class LateLine:
    """A person's turn on the same duty of so many `records`, the first of them due at `since`.

    `record` is one of them: (kind, review id, award id or None). `reminded`: when, oldest first.
    """

    person_id: int
    name: str
    item: str
    what: str
    workflow: Workflow
    records: int
    record: tuple[str, int]
    since: datetime
    reminded: tuple[datetime, ...]

    @property
    def title(self) -> Mapping[str, str]:
        items = self.workflow.tasks if self.what == "task" else self.workflow.moves
        return items[self.item].title


@dataclass(frozen=True)
class Stuck:
    """A late record with duties that no person may do."""

    kind: str
    record_id: int
    person_id: int
    person: str
    workflow: Workflow
    items: tuple[str, ...]

    @property
    def titles(self) -> tuple[Mapping[str, str], ...]:
        """Tasks, or the moves where no task is open."""
        tasks = [self.workflow.tasks[item].title for item in self.items if item in self.workflow.tasks]
        return tuple(tasks or [self.workflow.moves[item].title for item in self.items])


@dataclass(frozen=True)
class Late:
    """`lines` by the longest late. `all_seen` is False where more is late than is looked at one by one."""

    lines: tuple[LateLine, ...]
    stuck: tuple[Stuck, ...]
    records: int
    all_seen: bool

    @property
    def people(self) -> int:
        """How many people are late, as far as was looked."""
        return len({line.person_id for line in self.lines})


def late(session: Session, viewer: Viewer, cycle_id: int, now: datetime) -> Late:
    """Late records of the viewer's units. Three queries, one more where nobody can do something."""
    mine = scope(session, viewer, CYCLE_ROLES)
    first = (
        select(Subject.id)
        .where(Subject.cycle_id == cycle_id, Subject.part.in_(_OPEN), Subject.due_at <= now)
        .where(*mine.over(Subject.unit_id))
        .order_by(Subject.due_at, Subject.id)
        .limit(MOST_LATE + 1)
        .subquery()
    )
    query = (
        select(Subject.id, Subject.kind, Subject.definition_id, Subject.person_id, Person.name)
        .join(Person, Person.id == Subject.person_id)
        .where(Subject.id.in_(select(first.c.id)))
        .order_by(Subject.due_at, Subject.id)
    )
    found = session.execute(query).all()
    chosen = found[:MOST_LATE]
    rows = _turns(session, viewer, [row.id for row in chosen])
    with_holder = {row.subject_id for row in rows}
    return Late(
        lines=_lines(session, cycle_id, rows),
        stuck=_stuck(session, viewer, [row for row in chosen if row.id not in with_holder]),
        records=len(found),
        all_seen=len(found) <= MOST_LATE,
    )


def _turns(session: Session, viewer: Viewer, ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(_whose_turn(), {"ids": ids, "today": viewer.today}).all()


@cache
def _whose_turn() -> Select[*tuple[Any, ...]]:
    """Built once: it is long, and making it costs more than running it."""
    turn = turns(TODAY, Subject.id.in_(bindparam("ids", expanding=True)))
    return (
        select(turn, Person.name, Award.review_id)
        .join(Person, Person.id == turn.c.holder_id)
        .outerjoin(Award, Award.id == turn.c.subject_id)
        .order_by(turn.c.due_at, turn.c.subject_id, turn.c.item, turn.c.holder_id)
    )


def _lines(session: Session, cycle_id: int, rows: Sequence[Any]) -> tuple[LateLine, ...]:
    grouped: defaultdict[tuple[int, str, int], list[Any]] = defaultdict(list)
    at_work = {(row.holder_id, row.subject_id) for row in rows if row.what == "task"}
    for row in rows:
        # Who still has to write something cannot send it on yet: that comes by itself.
        if row.what == "task" or (row.holder_id, row.subject_id) not in at_work:
            grouped[row.holder_id, row.item, row.definition_id].append(row)
    processes = pinned.workflows(session, {row.definition_id for row in rows})
    told = _reminded(session, cycle_id, {row.holder_id for row in rows})
    lines = [_line(found, processes, told) for found in grouped.values()]
    return tuple(sorted(lines, key=lambda line: (line.since, -line.records, line.person_id, line.item)))


def _line(
    found: Sequence[Any], processes: Mapping[int, Workflow], told: Mapping[int, tuple[datetime, ...]]
) -> LateLine:
    row = found[0]
    kind = "review" if row.review_id is None else "award"
    return LateLine(
        person_id=row.holder_id,
        name=row.name,
        item=row.item,
        what=row.what,
        workflow=processes[row.definition_id],
        records=len({one.subject_id for one in found}),
        record=(kind, row.subject_id),
        since=row.due_at,
        reminded=told.get(row.holder_id, ()),
    )


def _reminded(session: Session, cycle_id: int, people: Collection[int]) -> dict[int, tuple[datetime, ...]]:
    """When these people were reminded of the cycle."""
    query = (
        select(Message.person_id, Message.at)
        .where(Message.person_id.in_(people), Message.kind == "reminder")
        .where(Message.key >= f"remind:{cycle_id}:", Message.key < f"remind:{cycle_id};")
        .order_by(Message.at)
    )
    told: defaultdict[int, list[datetime]] = defaultdict(list)
    for person_id, at in session.execute(query):
        told[person_id].append(at)
    return {person_id: tuple(at) for person_id, at in told.items()}


def _stuck(session: Session, viewer: Viewer, rows: Sequence[Any]) -> tuple[Stuck, ...]:
    """Of records that wait for nobody in particular, those that ask for something all the same."""
    items = nobody_can(session, [row.id for row in rows], viewer.today)
    processes = pinned.workflows(session, {row.definition_id for row in rows})
    return tuple(
        Stuck(row.kind, row.id, row.person_id, row.name, processes[row.definition_id], tuple(items[row.id]))
        for row in rows
        if row.id in items
    )
