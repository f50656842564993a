"""The part of the company that granted roles open: for pages about many people rather than one record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.store.people import Unit, UnitAbove
from reviewflow.store.snapshot import remembered

CYCLE_ROLES = ("hr", "hrbp", "auditor")
"""Who looks after cycles. They see every group of fields of every review of their units but their own."""


@dataclass(frozen=True)
class Scope:
    """Some units with all below them (`tops`), or the `whole` company."""

    whole: bool
    tops: tuple[int, ...]

    def over(self, unit_id: Any) -> tuple[ColumnElement[bool], ...]:
        """Conditions that keep a query inside; none for the whole company, so that no row is looked at."""
        if self.whole:
            return ()
        if not self.tops:
            return (false(),)
        below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(self.tops))
        return (unit_id.in_(below),)


def scope(session: Session, viewer: Viewer, roles: Collection[str]) -> Scope:
    """What the viewer oversees through these roles. One query, once in a snapshot."""
    tops = tuple(sorted({grant.unit_id for grant in viewer.grants if grant.role in roles}))
    if not tops:
        return Scope(False, ())
    known = remembered(session, "scope")
    if tops not in known:
        outside = select(func.count()).where(Unit.parent_id.is_(None), Unit.id.not_in(tops))
        known = known | {tops: Scope(session.scalar(outside) == 0, tops)}
        remembered(session, "scope").update(known)
    found: Scope = known[tops]
    return found


def against_whole(
    session: Session, viewer: Viewer, roles: Collection[str], missing: str, part: str
) -> list[Reason]:
    """Why the viewer may not change what concerns the whole company: no such role (`missing`), or for a part only.

    One reason at most; at most one query.
    """
    if not viewer.has(*roles):
        return [Reason(missing)]
    return [] if scope(session, viewer, roles).whole else [Reason(part)]
