"""What waits for a viewer: three statements, whatever the number of people and reviews.

1. *Relations*: my reviews, my people, what I prepared: few rows, one join.
2. *My duties*: which items of which stages ask for a role that I was granted, where anything stands there.
3. *Grants*: one branch per such item, each with its own limit on the index `subject_wait`. As one join sorted
   by deadline it would sort every open subject of the company.

The rule itself is `reviewflow.core.policy.waits`; a test compares both in random worlds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    false,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import Duty
from reviewflow.store.people import Person
from reviewflow.store.relations import RELATIONS, holds, in_units, related
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
    """`own` by relation, at most `LIMIT`; `granted` at most `LIMIT` for each item. Earliest deadline first."""

    own: tuple[Waiting, ...]
    granted: tuple[Waiting, ...]


@dataclass(frozen=True)
class _Branch:
    definition_id: int
    stage: str
    item: str
    what: str
    units: frozenset[int]
    denied: frozenset[str]


def inbox(session: Session, viewer: Viewer, limit: int = LIMIT) -> Inbox:
    """Everything that waits for a person. One query without grants, at most three with."""
    own = _rows(session, _by_relation(viewer, limit))
    branches = _branches(session, viewer) if viewer.grants else []
    if not branches:
        return Inbox(own, ())
    known = {(row.subject_id, row.item) for row in own}
    granted = _rows(session, _by_grant(viewer, branches, limit))
    return Inbox(own, tuple(row for row in granted if (row.subject_id, row.item) not in known))


def _rows(session: Session, statement: Rows) -> tuple[Waiting, ...]:
    return tuple(Waiting(*row) for row in session.execute(statement))


def _by_relation(viewer: Viewer, limit: int) -> Rows:
    held = related(viewer).cte("held")
    denied, also = aliased(Duty), held.alias()
    forbidden = (
        exists()
        .where(also.c.role == denied.role, also.c.id == Subject.id)
        .where(_same_item(denied, Duty.definition_id, Duty.stage, Duty.item), denied.allow.is_(False))
    )
    return (
        _columns(Duty.item, Duty.what)
        .join(held, held.c.id == Subject.id)
        .join(Duty, and_(Duty.definition_id == Subject.definition_id, Duty.stage == Subject.stage))
        .where(Duty.role == held.c.role, Duty.allow, Duty.what != "may", not_(forbidden))
        .where(not_(_forbidden_by_grant(viewer)), not_(and_(Duty.what == "task", _settled(Duty.item))))
        .order_by(Subject.due_at.nulls_last(), Subject.id, Duty.item)
        .distinct()
        .limit(limit)
    )


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


def _same_item(
    duty: type[Duty], definition_id: SQLColumnExpression[int], stage: Text, item: Text
) -> ColumnElement[bool]:
    return and_(duty.definition_id == definition_id, duty.stage == stage, duty.item == item)


def _forbidden_by_grant(viewer: Viewer) -> ColumnElement[bool]:
    """A role that I was granted, at or above the subject's unit, stands in `not_by` of the item."""
    denied = aliased(Duty)
    roles = sorted({grant.role for grant in viewer.grants})
    mine = or_(false(), *(and_(denied.role == role, in_units(viewer.units(role), Subject)) for role in roles))
    same = _same_item(denied, Duty.definition_id, Duty.stage, Duty.item)
    return exists().where(same, denied.allow.is_(False), mine) if roles else false()


def _settled(task: Text) -> ColumnElement[bool]:
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
    denied = aliased(Duty)
    same = _same_item(denied, Duty.definition_id, Duty.stage, Duty.item)
    here = and_(Subject.definition_id == Duty.definition_id, Subject.stage == Duty.stage)
    stands = select(Subject.stage).where(here).exists()  # a column of the index, so that it is used
    found = session.execute(
        select(Duty.definition_id, Duty.stage, Duty.item, Duty.what, Duty.role, denied.role)
        .outerjoin(denied, and_(same, denied.allow.is_(False)))
        .where(Duty.allow, Duty.what != "may", Duty.role.in_({grant.role for grant in viewer.grants}), stands)
        .order_by(Duty.definition_id, Duty.stage, Duty.item)
    )
    roles: dict[tuple[int, str, str, str], tuple[set[str], set[str]]] = {}
    for definition_id, stage, item, what, role, not_role in found:
        by, not_by = roles.setdefault((definition_id, stage, item, what), (set(), set()))
        by.add(role)
        not_by |= {not_role} - {None}
    return [
        _Branch(*key, frozenset(unit for role in by for unit in viewer.units(role)), frozenset(not_by))
        for key, (by, not_by) in roles.items()
    ]


def _by_grant(viewer: Viewer, branches: Iterable[_Branch], limit: int) -> Rows:
    parts = [select(_branch(viewer, branch, limit).subquery()) for branch in branches]
    found = union_all(*parts).subquery("found")
    return (
        _columns(found.c.item, found.c.what)
        .join(found, found.c.id == Subject.id)
        .order_by(Subject.due_at.nulls_last(), Subject.id, found.c.item)
    )


def _branch(viewer: Viewer, branch: _Branch, limit: int) -> Select[int, str, str]:
    chosen = (
        select(Subject.id, literal(branch.item).label("item"), literal(branch.what).label("what"))
        .where(Subject.definition_id == branch.definition_id, Subject.stage == branch.stage)
        .where(in_units(sorted(branch.units), Subject))
        .where(*(not_(_denied(role, viewer)) for role in sorted(branch.denied)))
        .order_by(Subject.due_at, Subject.id)
        .limit(limit)
    )
    return chosen.where(not_(_settled(literal(branch.item)))) if branch.what == "task" else chosen


def _denied(role: str, viewer: Viewer) -> ColumnElement[bool]:
    return holds(role, viewer) if role in RELATIONS or viewer.has(role) else false()
