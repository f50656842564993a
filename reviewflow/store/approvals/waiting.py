"""Awards that ask the viewer for a signature: how many, and which one comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import Duty
from reviewflow.store.people import UnitAbove
from reviewflow.store.relations import ME, TODAY, related
from reviewflow.store.snapshot import remembered
from reviewflow.store.subjects import Subject

MOST = 500
"""So many are counted and stepped through; the pages say "500+"."""


def waiting_count(session: Session, viewer: Viewer) -> int:
    """How many wait for the viewer's own signature, `MOST` at most. At most one query, once in a snapshot."""
    return len(_ids(session, viewer))


def neighbours(session: Session, viewer: Viewer, award_id: int) -> tuple[int | None, int | None, int, int]:
    """The award before and after this one among those that wait for the viewer, its place, and how many.

    Place 0 if it does not wait; then the first that does comes next. At most one query, once in a snapshot.
    """
    ids = _ids(session, viewer)
    if award_id not in ids:
        return None, ids[0] if ids else None, 0, len(ids)
    at = ids.index(award_id)
    return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None, at + 1, len(ids)


def _ids(session: Session, viewer: Viewer) -> Sequence[int]:
    """None without a granted role."""
    if not viewer.grants:
        return ()
    known = remembered(session, ("awards waiting", viewer.person_id, viewer.grants, viewer.today))
    if "ids" not in known:
        known |= {"ids": tuple(row.id for row in session.execute(_mine(), _values(viewer)))}
    ids: Sequence[int] = known["ids"]
    return ids


def _values(viewer: Viewer) -> dict[str, Any]:
    pairs = [(grant.role, grant.unit_id) for grant in viewer.grants]
    return {"me": viewer.person_id, "today": viewer.today, "grants": pairs}


@cache
def _mine() -> Select[int, datetime | None]:
    """Those that wait longest first. Binds me, today, and grants as pairs of role and unit."""
    above = aliased(UnitAbove)
    granted: BindParameter[Any] = bindparam("grants", expanding=True)
    return (
        select(Subject.id, Subject.due_at)
        .join(Duty, and_(Duty.definition_id == Subject.definition_id, Duty.stage == Subject.stage))
        .join(above, above.unit_id == Subject.unit_id)
        .where(Subject.kind == "award", Subject.part == "pending", Duty.allow, Duty.what == "move")
        .where(tuple_(Duty.role, above.above_id).in_(granted), not_(_denied()))
        .distinct()
        .order_by(Subject.due_at.nulls_last(), Subject.id)
        .limit(MOST)
    )


def _denied() -> ColumnElement[bool]:
    """A role that stands in `not_by` of the move: held on this award, or granted at or above its unit."""
    no, above = aliased(Duty), aliased(UnitAbove)
    held = related(ME, TODAY).cte("held")
    same = and_(no.definition_id == Duty.definition_id, no.stage == Duty.stage, no.item == Duty.item)
    granted = tuple_(no.role, above.above_id).in_(bindparam("grants", expanding=True))
    by_relation = select(no.role).join(held, held.c.role == no.role).where(held.c.id == Subject.id)
    by_grant = select(no.role).join(above, above.unit_id == Subject.unit_id).where(granted)
    return or_(
        by_relation.where(same, not_(no.allow)).exists(), by_grant.where(same, not_(no.allow)).exists()
    )
