"""What waits for others: the viewer's own records and those of their people, with whose turn it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.relations import manager
from reviewflow.store.subjects import Subject
from reviewflow.store.turns import turns

MOST_ROWS = 60
MOST = 8


@dataclass(frozen=True)
class Waits:
    """One duty of others. `holders` are their names, all in the same role; `component` names an award."""

    subject_id: int
    kind: str
    review_id: int
    person_id: int
    person: str
    cycle_id: int
    cycle: str
    component: str | None
    workflow: Workflow
    stage: str
    item: str
    what: str
    role: str
    holders: tuple[str, ...]
    since: datetime
    due_at: datetime | None


def others(session: Session, viewer: Viewer) -> list[Waits]:
    """At most 8, the earliest due first. One query, and one for workflows not seen before."""
    if viewer.person_id is None:
        return []
    people = manager(viewer.person_id, viewer.today, Subject)
    mine = or_(Subject.person_id == viewer.person_id, and_(Subject.kind == "review", Subject.id.in_(people)))
    turn = turns(viewer.today, mine)
    holder, reviewed = Person.__table__.alias("holder"), Person.__table__.alias("reviewed")
    query = (
        select(turn, holder.c.name.label("holder"), reviewed.c.name.label("person"), Cycle.key.label("cycle"))
        .add_columns(Subject.kind, Subject.entered_at, Award.component, Award.review_id)
        .join(Subject, Subject.id == turn.c.subject_id)
        .join(Cycle, Cycle.id == turn.c.cycle_id)
        .join(holder, holder.c.id == turn.c.holder_id)
        .join(reviewed, reviewed.c.id == turn.c.person_id)
        .outerjoin(Award, Award.id == turn.c.subject_id)
        .order_by(
            turn.c.due_at.nulls_last(), turn.c.subject_id, turn.c.what.desc(), turn.c.item, holder.c.name
        )
        .limit(MOST_ROWS)
    )
    rows = session.execute(query).all()
    processes = pinned.workflows(session, {row.definition_id for row in rows})
    return _joined(viewer, rows, processes)[:MOST]


def _joined(viewer: Viewer, rows: Sequence[Any], processes: Mapping[int, Workflow]) -> list[Waits]:
    """One entry for each subject, its first duty; none where the viewer is among those who may."""
    holders: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    mine = {row.subject_id for row in rows if row.holder_id == viewer.person_id}
    first: dict[int, Any] = {}
    for row in rows:
        if row.subject_id not in mine:
            first.setdefault(row.subject_id, row)
            holders[row.subject_id, row.item].append(row.holder)
    return [_one(row, tuple(dict.fromkeys(holders[key, row.item])), processes) for key, row in first.items()]


def _one(row: Any, holders: tuple[str, ...], processes: Mapping[int, Workflow]) -> Waits:
    return Waits(
        subject_id=row.subject_id,
        kind=row.kind,
        review_id=row.review_id or row.subject_id,
        person_id=row.person_id,
        person=row.person,
        cycle_id=row.cycle_id,
        cycle=row.cycle,
        component=row.component,
        workflow=processes[row.definition_id],
        stage=row.stage,
        item=row.item,
        what=row.what,
        role=row.role,
        holders=holders,
        since=row.entered_at,
        due_at=row.due_at,
    )
