"""What waits for a viewer: three statements, whatever the number of people and reviews.

1. *Relations*: my reviews, my people, what I prepared: few rows, one join.
2. *My duties*: which items of which stages ask for a role that I was granted, where anything stands there.
3. *Grants*: one branch per such item, each with its own limit on the index `subject_wait`. As one join sorted
   by deadline it would sort every open subject of the company.

The rule itself is `reviewflow.core.policy.waits`; a test compares both in random worlds. Statements are built
once a process: building them costs more than running them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import Duty
from reviewflow.store.people import Person, UnitAbove
from reviewflow.store.relations import ME, RELATIONS, TODAY, in_units, related
from reviewflow.store.subjects import Answer, ClosedTask, Subject

Rows = Select[*tuple[Any, ...]]
Text = SQLColumnExpression[str]

LIMIT = 51  # one more than is shown, so that a page can say "50+"


@dataclass(frozen=True)
class Waiting:
    """One task or move that waits for the viewer. `what` is ``task`` or ``move``."""

    subject_id: int
    kind: str
    item: str
    what: str
    due_at: datetime | None
    version: int
    round: int
    definition_id: int
    stage: str
    part: str
    cycle_id: int
    person_id: int
    person_name: str


@dataclass(frozen=True)
class Inbox:
    """`own` by relation, at most `LIMIT`; `granted`, at most `LIMIT` for each item. Earliest first."""

    own: tuple[Waiting, ...]
    granted: tuple[Waiting, ...]


@dataclass(frozen=True)
class _Branch:
    """One item of one stage that asks for a role of the viewer's; `shape` decides the form of the SQL."""

    definition_id: int
    stage: str
    item: str
    what: str
    units: tuple[int, ...]
    shape: _Shape


@dataclass(frozen=True)
class _Shape:
    task: bool
    denied: tuple[str, ...]


def inbox(session: Session, viewer: Viewer, limit: int = LIMIT) -> Inbox:
    """Everything that waits for a person. One query without grants, at most three with."""
    mine = {"me": viewer.person_id, "today": viewer.today, "limit": limit}
    pairs = [(grant.role, grant.unit_id) for grant in viewer.grants]
    own = _rows(session, own_work(bool(pairs)), mine | ({"grants": pairs} if pairs else {}))
    branches = _branches(session, viewer) if pairs else []
    if not branches:
        return Inbox(own, ())
    known = {(row.subject_id, row.item) for row in own}
    statement = _by_grant(tuple(branch.shape for branch in branches))
    granted = _rows(session, statement, mine | _values(viewer, branches))
    return Inbox(own, tuple(row for row in granted if (row.subject_id, row.item) not in known))


def _rows(session: Session, statement: Rows, values: Mapping[str, Any]) -> tuple[Waiting, ...]:
    return tuple(Waiting(*row) for row in session.execute(statement, values))


def _columns(item: Text, what: Text) -> Rows:
    return (
        select(
            Subject.id,
            Subject.kind,
            item,
            what,
            Subject.due_at,
            Subject.version,
            Subject.round,
            Subject.definition_id,
            Subject.stage,
            Subject.part,
            Subject.cycle_id,
            Subject.person_id,
            Person.name,
        )
        .select_from(Subject)
        .join(Person, Person.id == Subject.person_id)
    )


@cache
def own_work(with_grants: bool) -> Rows:
    """What waits by relation. Binds me, today and limit, and grants where there are any."""
    held = related(ME, TODAY).cte("held")
    also, denied = held.alias(), aliased(Duty)
    forbidden = exists().where(
        also.c.role == denied.role, also.c.id == Subject.id, _same_item(denied), not_(denied.allow)
    )
    found = (
        _columns(Duty.item, Duty.what)
        .join(held, held.c.id == Subject.id)
        .join(Duty, and_(Duty.definition_id == Subject.definition_id, Duty.stage == Subject.stage))
        .where(Duty.role == held.c.role, Duty.allow, Duty.what != "may", not_(forbidden))
        .where(not_(and_(Duty.what == "task", settled(Duty.item))))
        .order_by(Subject.due_at.nulls_last(), Subject.id, Duty.item)
        .distinct()
        .limit(bindparam("limit"))
    )
    return found.where(not_(_forbidden_by_grant())) if with_grants else found


def _same_item(duty: type[Duty]) -> ColumnElement[bool]:
    return and_(duty.definition_id == Duty.definition_id, duty.stage == Duty.stage, duty.item == Duty.item)


def _forbidden_by_grant() -> ColumnElement[bool]:
    """A role that I was granted, at or above the subject's unit, stands in `not_by` of the item."""
    denied = aliased(Duty)
    granted = tuple_(denied.role, UnitAbove.above_id).in_(bindparam("grants", expanding=True))
    return (
        select(denied.role)
        .join(UnitAbove, UnitAbove.unit_id == Subject.unit_id)
        .where(_same_item(denied), not_(denied.allow), granted)
        .exists()
    )


def settled(task: Text) -> ColumnElement[bool]:
    """The task is submitted in this round, or does not exist now because its `when` does not hold."""
    answered = exists().where(
        Answer.subject_id == Subject.id,
        Answer.task == task,
        Answer.round == Subject.round,
        Answer.submitted_at.is_not(None),
    )
    closed = exists().where(ClosedTask.subject_id == Subject.id, ClosedTask.task == task)
    return or_(answered, closed)


def _branches(session: Session, viewer: Viewer) -> list[_Branch]:
    roles: dict[tuple[int, str, str, str], tuple[set[str], set[str]]] = {}
    wanted = {"roles": sorted({grant.role for grant in viewer.grants})}
    for definition_id, stage, item, what, role, denied in session.execute(_my_duties(), wanted):
        by, not_by = roles.setdefault((definition_id, stage, item, what), (set(), set()))
        by.add(role)
        if denied in RELATIONS or viewer.has(str(denied)):
            not_by.add(denied)
    return [
        _Branch(*item, _units(viewer, *by), _Shape(item[3] == "task", tuple(sorted(not_by))))
        for item, (by, not_by) in roles.items()
    ]


@cache
def _my_duties() -> Rows:
    """Items where any subject stands and one of my granted roles may, with each role that may not."""
    denied = aliased(Duty)
    here = and_(Subject.definition_id == Duty.definition_id, Subject.stage == Duty.stage)
    stands = select(Subject.stage).where(here).exists()  # a column of the index, so that it is used
    return (
        select(Duty.definition_id, Duty.stage, Duty.item, Duty.what, Duty.role, denied.role)
        .outerjoin(denied, and_(_same_item(denied), not_(denied.allow)))
        .where(Duty.allow, Duty.what != "may", Duty.role.in_(bindparam("roles", expanding=True)), stands)
        .order_by(Duty.definition_id, Duty.stage, Duty.item)
    )


def _units(viewer: Viewer, *roles: str) -> tuple[int, ...]:
    return tuple(sorted({unit for role in roles for unit in viewer.units(role)}))


def _values(viewer: Viewer, branches: Iterable[_Branch]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for number, branch in enumerate(branches):
        values |= {
            f"definition_{number}": branch.definition_id,
            f"stage_{number}": branch.stage,
            f"item_{number}": branch.item,
            f"what_{number}": branch.what,
            f"units_{number}": branch.units,
        }
        granted = (role for role in branch.shape.denied if role not in RELATIONS)
        values |= {f"not_{role}_{number}": _units(viewer, role) for role in granted}
    return values


@lru_cache(maxsize=128)
def _by_grant(shapes: tuple[_Shape, ...]) -> Rows:
    parts = [select(_branch(number, shape).subquery()) for number, shape in enumerate(shapes)]
    found = union_all(*parts).subquery("found")
    return (
        _columns(found.c.item, found.c.what)
        .join(found, found.c.id == Subject.id)
        .order_by(Subject.due_at.nulls_last(), Subject.id, found.c.item)
    )


def _branch(number: int, shape: _Shape) -> Select[int, str, str]:
    item = bindparam(f"item_{number}", type_=String)
    chosen = (
        select(Subject.id, item.label("item"), bindparam(f"what_{number}", type_=String).label("what"))
        .where(Subject.definition_id == bindparam(f"definition_{number}"))
        .where(Subject.stage == bindparam(f"stage_{number}"))
        .where(in_units(bindparam(f"units_{number}", expanding=True), Subject))
        .where(*(not_(_denied(role, number)) for role in shape.denied))
        .order_by(Subject.due_at, Subject.id)
        .limit(bindparam("limit"))
    )
    return chosen.where(not_(settled(item))) if shape.task else chosen


def _denied(role: str, number: int) -> ColumnElement[bool]:
    if role not in RELATIONS:
        return in_units(bindparam(f"not_{role}_{number}", expanding=True), Subject)
    inner = aliased(Subject)
    return RELATIONS[role](ME, TODAY, inner).where(inner.id == Subject.id).exists()
