"""The list of cycles: which are running, planned and closed, and where their reviews stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import REVIEW
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.dashboard.head import there_for
from reviewflow.store.scopes import CYCLE_ROLES, scope
from reviewflow.store.subjects import Subject

CLOSED = "closed"
OPEN_PARTS = tuple(part for part in REVIEW.parts if part != CLOSED)


@dataclass(frozen=True)
class CycleLine:
    """One cycle; `parts` counts its reviews, `late` those past their deadline.

    `expected` people were to be launched, which may still be under way.
    """

    id: int
    key: str
    workflow: Workflow
    period: Period
    launched_at: datetime | None
    expected: int
    parts: Mapping[str, int]
    late: int

    @property
    def reviews(self) -> int:
        return sum(self.parts.values())

    @property
    def open(self) -> int:
        return self.reviews - self.parts.get(CLOSED, 0)

    def state(self, today: date) -> str:
        """``running``, ``planned`` (its period has not begun) or ``closed`` (every review is)."""
        if self.reviews and not self.open:
            return CLOSED
        return "planned" if self.period.starts_on > today else "running"


def cycle_lines(
    session: Session, viewer: Viewer, now: datetime, limit: int = 50, offset: int = 0
) -> list[CycleLine]:
    """Cycles with records of the viewer's units, the newest period first. Four queries at most."""
    mine = scope(session, viewer, CYCLE_ROLES)
    cycles = session.scalars(
        select(Cycle)
        .where(there_for(viewer, mine))
        .order_by(Cycle.starts_on.desc(), Cycle.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    ids = [cycle.id for cycle in cycles]
    processes = pinned.workflows(session, {cycle.workflow_id for cycle in cycles})
    parts, late = _counts(session, viewer, ids, now)
    return [
        CycleLine(
            id=cycle.id,
            key=cycle.key,
            workflow=processes[cycle.workflow_id],
            period=Period(cycle.starts_on, cycle.ends_on),
            launched_at=cycle.launched_at,
            expected=cycle.expected,
            parts=parts[cycle.id],
            late=late[cycle.id],
        )
        for cycle in cycles
    ]


def _counts(
    session: Session, viewer: Viewer, cycle_ids: Collection[int], now: datetime
) -> tuple[defaultdict[int, Counter[str]], Counter[int]]:
    """Reviews by cycle and part, and late ones by cycle. Two queries, of one index."""
    mine = scope(session, viewer, CYCLE_ROLES)
    here = (Subject.cycle_id.in_(cycle_ids), Subject.kind == "review", *mine.over(Subject.unit_id))
    query = select(Subject.cycle_id, Subject.part, func.count()).where(*here)
    parts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for cycle_id, part, count in session.execute(query.group_by(Subject.cycle_id, Subject.part)):
        parts[cycle_id][part] = count
    past = (Subject.part.in_(OPEN_PARTS), Subject.due_at <= now)
    late = session.execute(
        select(Subject.cycle_id, func.count()).where(*here, *past).group_by(Subject.cycle_id)
    )
    return parts, Counter(dict(late.all()))
