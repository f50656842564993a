"""Awards as lists: what waits, what was returned and what was signed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, false, func, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core.payout import PROMOTION
from reviewflow.core.policy import sees
from reviewflow.core.values import Money
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations
from reviewflow.store.cycles import Cycle, Definition
from reviewflow.store.pay import Award
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

APPROVING = ("sales_director", "finance", "hr", "hrbp", "auditor")
"""Granted roles that open the awards of their units."""
PENDING, RETURNED, SIGNED = "pending", "returned", "signed"
TABS: Mapping[str, tuple[str, ...]] = {
    PENDING: ("pending",),
    RETURNED: ("returned",),
    SIGNED: ("approved", "paid", "rejected", "closed"),
}


@dataclass(frozen=True)
class AwardLine:
    """One award in a list. Amounts are None for promotions, and where the viewer may not see them.

    `ratings`: those that a promotion rests on, newest first.
    """

    id: int
    version: int
    stage: str
    part: str
    definition_id: int
    cycle_id: int
    cycle: str
    component: str
    person_id: int
    person: str
    rating: str | None
    overridden: bool
    changed: bool
    amount: Money | None
    proposed: Money | None
    earlier: Money | None
    entered_at: datetime
    due_at: datetime | None
    zero_reason: str | None
    ratings: tuple[str, ...]
    roles: frozenset[str]


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """Number of awards by tab. One query."""
    parts = {part: tab for tab, members in TABS.items() for part in members}
    query = select(Subject.part, func.count()).where(*opened(viewer, tuple(parts))).group_by(Subject.part)
    found = dict.fromkeys(TABS, 0)
    for part, count in session.execute(query):
        found[parts[part]] += count
    return found


def lines(session: Session, viewer: Viewer, tab: str, *, limit: int, offset: int = 0) -> list[AwardLine]:
    """Awards of a tab, those that wait longest first, `limit` at most. Three queries."""
    order = (
        (Subject.due_at.nulls_last(), Subject.id)
        if tab == PENDING
        else (Subject.entered_at.desc(), Subject.id)
    )
    query = line_query().where(*opened(viewer, TABS[tab])).order_by(*order).limit(limit).offset(offset)
    return masked(session, viewer, session.execute(query).all())


def names(session: Session, viewer: Viewer, award_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Whose awards these are and their workflow's definition, by id, as far as the viewer may know. One query."""
    everywhere = tuple(part for parts in TABS.values() for part in parts)
    query = (
        select(Subject.id, Person.name, Subject.definition_id)
        .join(Person, Person.id == Subject.person_id)
        .where(Subject.id.in_(award_ids), *opened(viewer, everywhere))
    )
    return {award_id: (name, definition_id) for award_id, name, definition_id in session.execute(query)}


def opened(viewer: Viewer, parts: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Awards in these parts that a granted role opens, the viewer's own among them (greyed)."""
    units = sorted({unit for role in APPROVING for unit in viewer.units(role)})
    here = relations.in_units(units, Subject) if units else false()
    return Subject.kind == "award", Subject.part.in_(parts), here


def line_query() -> Any:
    """Columns of `AwardLine` but its roles; `earlier` is the same component of the person's cycle before."""
    before, before_review, before_cycle = aliased(Award), aliased(Review), aliased(Cycle)
    earlier = (
        select(before.amount_minor)
        .join(before_review, before_review.id == before.review_id)
        .join(before_cycle, before_cycle.id == before_review.cycle_id)
        .where(
            before_review.person_id == Review.person_id,
            before.component == Award.component,
            before.currency == Award.currency,
            before_cycle.workflow_id.in_(_versions()),
            before_cycle.ends_on < Cycle.starts_on,
            before.approved_at.is_not(None),
        )
        .order_by(before_cycle.ends_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Subject.id,
            Subject.version,
            Subject.stage,
            Subject.part,
            Subject.definition_id,
            Subject.cycle_id,
            Cycle.key.label("cycle"),
            Award.component,
            Subject.person_id,
            Person.name.label("person"),
            Review.rating,
            Review.rating_reason,
            Award.amount_minor,
            Award.proposed_minor,
            Award.currency,
            earlier.label("earlier_minor"),
            Subject.entered_at,
            Subject.due_at,
            Award.zero_reason,
            case((Award.component == PROMOTION, Award.trace)).label("promotion"),
            Award.approved_at,
            Award.rejected_at,
            Award.closed_at,
        )
        .join(Award, Award.id == Subject.id)
        .join(Review, Review.id == Award.review_id)
        .join(Person, Person.id == Subject.person_id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
    )


def _versions() -> ScalarSelect[int]:
    """All versions of the cycle's workflow: they are one history."""
    this, other = aliased(Definition), aliased(Definition)
    name = select(this.name).where(this.id == Cycle.workflow_id).correlate(Cycle).scalar_subquery()
    return select(other.id).where(other.kind == "workflow", other.name == name).scalar_subquery()


def masked(session: Session, viewer: Viewer, rows: Sequence[Any]) -> list[AwardLine]:
    held = relations.held_on(session, viewer, [row.id for row in rows]) if rows else {}
    return [_line(row, held[row.id]) for row in rows]


def _line(row: Any, roles: frozenset[str]) -> AwardLine:
    marks = marks_of(row)
    amount, basis = sees("amount", roles, marks), sees("basis", roles, marks)

    def money(minor: int | None) -> Money | None:
        return Money(minor, row.currency) if amount and minor is not None else None

    return AwardLine(
        id=row.id,
        version=row.version,
        stage=row.stage,
        part=row.part,
        definition_id=row.definition_id,
        cycle_id=row.cycle_id,
        cycle=row.cycle,
        component=row.component,
        person_id=row.person_id,
        person=row.person,
        rating=row.rating if basis else None,
        overridden=basis and row.rating_reason is not None,
        changed=amount and row.amount_minor != row.proposed_minor,
        amount=money(row.amount_minor),
        proposed=money(row.proposed_minor),
        earlier=money(row.earlier_minor),
        entered_at=row.entered_at,
        due_at=row.due_at,
        zero_reason=row.zero_reason if amount else None,
        ratings=tuple(json.loads(row.promotion)["ratings"]) if basis and row.promotion else (),
        roles=roles,
    )


def marks_of(row: Any) -> frozenset[str]:
    dates = {"approved": row.approved_at, "rejected": row.rejected_at, "closed": row.closed_at}
    return frozenset(mark for mark, at in dates.items() if at is not None)
