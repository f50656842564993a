"""Goals of running cycles as a list: what is proposed to whom, whether it adds up, and against what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core import policy
from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.core.values import Period, from_scaled
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations, scopes
from reviewflow.store.cycles import Cycle
from reviewflow.store.people import Person, ReportingLine
from reviewflow.store.reviews import Goal, Review
from reviewflow.store.subjects import Subject
from reviewflow.store.team.people import reports

GOAL_SETTING = "goal_setting"
AGREED = "agreed"


@dataclass(frozen=True)
class GoalCycle:
    """A cycle with reviews that are open and whose goals the viewer may see."""

    id: int
    key: str
    period: Period
    currency: str


@dataclass(frozen=True)
class Counts:
    """Goal proposals of a cycle that are not agreed yet, and how many of them are late."""

    open: int
    late: int


@dataclass(frozen=True)
class GoalLine:
    """One goal of a proposal. Amounts are in the indicator's unit; a weight of 100 is 1,000,000."""

    target: Decimal | None
    last: Decimal | None
    weight_e4: int


@dataclass(frozen=True)
class Proposal:
    """The goals of one review, by indicator; empty where the viewer does not see them."""

    review_id: int
    person_id: int
    person: str
    manager: str | None
    stage: str
    part: str
    due_at: datetime | None
    agreed_at: datetime | None
    goals: dict[str, GoalLine]

    @property
    def weights_e4(self) -> int:
        return sum(goal.weight_e4 for goal in self.goals.values())

    @property
    def targets(self) -> int:
        """How many indicators have a target."""
        return sum(goal.target is not None for goal in self.goals.values())


def cycles(session: Session, viewer: Viewer) -> list[GoalCycle]:
    """The newest period first. Two queries."""
    running = (Subject.kind == "review", Subject.part != "closed")
    here = exists().where(Subject.cycle_id == Cycle.id, *running, *_opened(session, viewer))
    query = select(Cycle.id, Cycle.key, Cycle.starts_on, Cycle.ends_on, Cycle.currency).where(here)
    return [
        GoalCycle(key, name, Period(begins, ends), currency)
        for key, name, begins, ends, currency in session.execute(
            query.order_by(Cycle.ends_on.desc(), Cycle.id.desc())
        )
    ]


def counts(session: Session, viewer: Viewer, cycle_id: int, now: datetime) -> Counts:
    """One query, over an index alone for whoever oversees the whole company."""
    late = func.sum(case((Subject.due_at <= now, 1), else_=0))
    query = select(func.count(), func.coalesce(late, 0)).where(
        Subject.cycle_id == cycle_id, Subject.part == GOAL_SETTING, *_opened(session, viewer)
    )
    return Counts(*session.execute(query).one())


def proposals(
    session: Session, viewer: Viewer, cycle_id: int, stage: str | None, *, limit: int, offset: int = 0
) -> list[Proposal]:
    """Those in a stage of goal setting, earliest due first (None: in any), or with `AGREED` the agreed ones.

    Three queries.
    """
    chosen, order = _agreed(cycle_id) if stage == AGREED else _open(cycle_id, stage)
    chosen = chosen.where(*_opened(session, viewer)).order_by(*order).limit(limit).offset(offset)
    query = _rows(viewer).where(Subject.id.in_(select(chosen.subquery().c.id)))
    return _masked(session, viewer, session.execute(query.order_by(*order)).all())


def _agreed(cycle_id: int) -> tuple[Select[int], tuple[Any, ...]]:
    """Ids of reviews with agreed goals, and their order: along the index of the cycle's people."""
    agreed = (Review.goals_agreed_at.is_not(None), Review.voided_at.is_(None))
    ids = select(Subject.id).join(Review, Review.id == Subject.id)
    return ids.where(Review.cycle_id == cycle_id, *agreed), (Review.person_id,)


def _open(cycle_id: int, stage: str | None) -> tuple[Select[int], tuple[Any, ...]]:
    """Ids of proposals, and their order: as the index has them, so that equal deadlines need not be sorted."""
    ids = select(Subject.id).where(Subject.cycle_id == cycle_id, Subject.part == GOAL_SETTING)
    order = (Subject.due_at, Subject.kind, Subject.unit_id, Subject.id)
    return ids.where(Subject.stage == stage) if stage else ids, order


def _opened(session: Session, viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Of reviews: the viewer sees their goals by a granted role or as today's manager; one's own stand elsewhere."""
    here = scopes.scope(session, viewer, [role for role in VISIBLE["goals"] if viewer.has(role)])
    if here.whole:
        return ()
    # By their ids, which every index ends with: the person would have to be read from the table.
    theirs = aliased(Subject)
    mine = Subject.id.in_(select(theirs.id).where(theirs.person_id.in_(reports(viewer))))
    return (or_(and_(*here.over(Subject.unit_id)), mine),)


def _rows(viewer: Viewer) -> Select[Any]:
    line, manager = aliased(ReportingLine), aliased(Person)
    today = and_(
        line.person_id == Subject.person_id,
        line.kind == "effective",
        line.from_on <= viewer.today,
        line.until_on > viewer.today,
    )
    return (
        select(Subject.id, Subject.person_id, Person.name, manager.name.label("manager"), Subject.stage)
        .add_columns(Subject.part, Subject.due_at, Review.goals_agreed_at)
        .join(Review, Review.id == Subject.id)
        .join(Person, Person.id == Subject.person_id)
        .outerjoin(line, today)
        .outerjoin(manager, manager.id == line.manager_id)
    )


def _masked(session: Session, viewer: Viewer, rows: Sequence[Any]) -> list[Proposal]:
    ids = [row.id for row in rows]
    held = relations.held_on(session, viewer, ids) if ids else {}
    seen = [key for key, roles in held.items() if policy.sees("goals", roles, frozenset())]
    goals = _goals(session, seen)
    return [
        Proposal(
            review_id=row.id,
            person_id=row.person_id,
            person=row.name,
            manager=row.manager,
            stage=row.stage,
            part=row.part,
            due_at=row.due_at,
            agreed_at=row.goals_agreed_at,
            goals=goals.get(row.id, {}),
        )
        for row in rows
    ]


def _goals(session: Session, review_ids: Sequence[int]) -> dict[int, dict[str, GoalLine]]:
    found: defaultdict[int, dict[str, GoalLine]] = defaultdict(dict)
    if review_ids:
        for goal in session.scalars(select(Goal).where(Goal.review_id.in_(review_ids))):
            found[goal.review_id][goal.indicator] = GoalLine(
                _amount(goal.target_e4), _amount(goal.last_e4), goal.weight_e4
            )
    return found


def _amount(scaled_e4: int | None) -> Decimal | None:
    return None if scaled_e4 is None else from_scaled(scaled_e4, 4)
