"""How many things wait for a viewer, for the bar of every page: one statement at any number of reviews.

It counts what `todos` lists: each subject that is one's own once, granted work once for each cycle and stage.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import Duty
from reviewflow.store.inbox import LIMIT, own_work, settled
from reviewflow.store.people import UnitAbove
from reviewflow.store.relations import ME, TODAY, related
from reviewflow.store.subjects import Subject
from reviewflow.store.surveys import SurveyTicket


def count(session: Session, viewer: Viewer) -> int:
    """One query."""
    pairs = [(grant.role, grant.unit_id) for grant in viewer.grants]
    values: dict[str, Any] = {"me": viewer.person_id, "today": viewer.today, "limit": LIMIT}
    if pairs:
        values |= {"grants": pairs, "roles": sorted({role for role, _ in pairs})}
    return int(session.execute(_statement(bool(pairs)), values).scalar_one())


@cache
def _statement(with_grants: bool) -> Select[int]:
    own = own_work(with_grants).cte("own")
    asked = select(func.count()).where(SurveyTicket.person_id == ME, SurveyTicket.used.is_(False))
    total = select(func.count(own.c.id.distinct())).scalar_subquery() + asked.scalar_subquery()
    if with_grants:
        total += _granted(own)
    return select(total)


def _granted(own: CTE) -> ColumnElement[int]:
    """The cycles that wait in each stage where a granted role is asked for anything, summed."""
    stages = (
        select(Duty.definition_id, Duty.stage)
        .where(Duty.allow, Duty.what != "may", Duty.role.in_(bindparam("roles", expanding=True)))
        .distinct()
        .subquery("stages")
    )
    waiting = _waiting(stages, own)
    cycles = select(func.count(waiting.c.cycle_id.distinct())).correlate(stages).scalar_subquery()
    return select(func.coalesce(func.sum(cycles), 0)).select_from(stages).scalar_subquery()


def _waiting(stages: Subquery, own: CTE) -> Subquery:
    """The cycle of each subject of a stage that waits, earliest due first, at most as many as are listed."""
    return (
        select(Subject.cycle_id)
        .join(Duty, and_(Duty.definition_id == Subject.definition_id, Duty.stage == Subject.stage))
        .join(UnitAbove, UnitAbove.unit_id == Subject.unit_id)
        .where(Subject.definition_id == stages.c.definition_id, Subject.stage == stages.c.stage)
        .where(Duty.allow, Duty.what != "may", tuple_(Duty.role, UnitAbove.above_id).in_(_grants()))
        .where(Subject.id.not_in(select(own.c.id)), not_(_denied()))
        .where(not_(and_(Duty.what == "task", settled(Duty.item))))
        .order_by(Subject.due_at, Subject.id)
        .limit(bindparam("limit"))
        .correlate(stages)
        .subquery("waiting")
    )


def _grants() -> BindParameter[Any]:
    return bindparam("grants", expanding=True)


def _denied() -> ColumnElement[bool]:
    """A role of the viewer's stands in `not_by` of the item: held on this subject, or granted above it."""
    no, above = aliased(Duty), aliased(UnitAbove)
    held = related(ME, TODAY).cte("roles_held")
    same = and_(no.definition_id == Duty.definition_id, no.stage == Duty.stage, no.item == Duty.item)
    by_relation = select(no.role).join(held, held.c.role == no.role).where(held.c.id == Subject.id)
    by_grant = select(no.role).join(above, above.unit_id == Subject.unit_id)
    return or_(
        by_relation.where(same, not_(no.allow)).exists(),
        by_grant.where(same, not_(no.allow), tuple_(no.role, above.above_id).in_(_grants())).exists(),
    )
