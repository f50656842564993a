"""Who is late in a cycle, grouped by whose turn it is, and what nobody can do, late or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, bindparam, select, union_all
from sqlalchemy.orm import Session

from reviewflow.core.policy.visibility import OWN
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import KINDS
from reviewflow.store import pinned
from reviewflow.store.messages import Message
from reviewflow.store.model import UtcDateTime
from reviewflow.store.pay import Award
from reviewflow.store.people import Person, RoleGrant
from reviewflow.store.relations import TODAY
from reviewflow.store.reviews import Review
from reviewflow.store.scopes import CYCLE_ROLES, Scope, scope
from reviewflow.store.staff import holds
from reviewflow.store.subjects import Subject
from reviewflow.store.turns import turns, whether_somebody_can

MOST_LATE = 100
"""So many late records are looked at one by one, the longest late first."""
_OF_EACH, _OF_OFFICERS = 10, 50
"""So many records of each part, and of people with granted roles, are looked at for what nobody can do."""
_CYCLE: BindParameter[int] = bindparam("cycle", type_=Integer)
_NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime)

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
    """A record with duties that no person may do."""

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
    """Late records of the viewer's units, and what nobody can do in them and some others. Four queries.

    The others: records of people who hold granted roles, who may be kept out of the next step themselves, and
    from each part of the process the first few.
    """
    mine = scope(session, viewer, CYCLE_ROLES)
    values = {"cycle": cycle_id, "now": now, "today": viewer.today, "late": MOST_LATE + 1}
    found = session.execute(_looked_at(mine), values).all()
    behind = [row for row in found if row.due_at is not None and row.due_at <= now][: MOST_LATE + 1]
    chosen = behind[:MOST_LATE]
    rows = _turns(session, viewer, [row.id for row in chosen])
    return Late(
        lines=_lines(session, cycle_id, rows),
        stuck=_stuck(session, viewer, found),
        records=len(behind),
        all_seen=len(behind) <= MOST_LATE,
    )


@lru_cache(maxsize=64)
def _looked_at(mine: Scope) -> Select[*tuple[Any, ...]]:
    """Records to look at one by one, late ones first. Built once for each part of the company."""
    here = (Subject.cycle_id == _CYCLE, *mine.over(Subject.unit_id))
    late = select(Subject.id).where(*here, Subject.part.in_(_OPEN), Subject.due_at <= _NOW)
    some = [late.order_by(Subject.due_at, Subject.id).limit(bindparam("late", type_=Integer))]
    some += [select(Subject.id).where(*here, Subject.part == part).limit(_OF_EACH) for part in _OPEN]
    officers = select(RoleGrant.person_id).where(holds(TODAY)).distinct()
    of_officers = (
        select(Subject.id)
        .where(Review.cycle_id == _CYCLE, Review.person_id.in_(officers))
        .where(*mine.over(Subject.unit_id), Subject.part.in_(_OPEN))
        .order_by(Subject.id.desc())
        .limit(_OF_OFFICERS)
    )
    some += [
        of_officers.join(Review, Review.id == Subject.id),
        of_officers.join(Award, Award.id == Subject.id).join(Review, Review.id == Award.review_id),
    ]
    ids = union_all(*(select(one.subquery()) for one in some)).subquery()
    return (
        select(
            Subject.id, Subject.kind, Subject.definition_id, Subject.person_id, Person.name, Subject.due_at
        )
        .join(Person, Person.id == Subject.person_id)
        .where(Subject.id.in_(select(ids.c.id)))
        .order_by(Subject.due_at.nulls_last(), Subject.id)
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
    """Of these records, those with something that holds them up and that no person may do."""
    asked = whether_somebody_can(session, [row.id for row in rows], viewer.today)
    processes = pinned.workflows(session, {row.definition_id for row in rows})
    found = []
    for row in rows:
        items = _in_the_way(processes[row.definition_id], asked.get(row.id, {}))
        if items:
            found.append(
                Stuck(row.kind, row.id, row.person_id, row.name, processes[row.definition_id], items)
            )
    return tuple(found)


def _in_the_way(workflow: Workflow, asked: Mapping[str, bool]) -> tuple[str, ...]:
    """What nobody can do. Where somebody can do something: only tasks of which that holds, and no leaver's own."""
    nobody = tuple(sorted(item for item, somebody in asked.items() if not somebody))
    if len(nobody) == len(asked):
        return nobody
    return tuple(item for item in nobody if item in workflow.tasks and not workflow.tasks[item].by <= OWN)
