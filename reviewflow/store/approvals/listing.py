"""Awards as lists: what waits, what was returned and what was signed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, select
from sqlalchemy.orm import Session

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
OPEN = (PENDING, RETURNED)
DISPUTED = ("acknowledged_disagree", "refused")
LONG_AGO = timedelta(days=730)
TABS: Mapping[str, tuple[str, ...]] = {
    PENDING: ("pending",),
    RETURNED: ("returned",),
    SIGNED: ("approved", "paid", "rejected", "closed"),
}


@dataclass(frozen=True)
class AwardLine:
    """One award in a list. Amounts are None for promotions, and where the viewer may not see them.

    `ratings`: those that a promotion rests on, newest first. `disputed`: the employee answered the letter with
    disagreement, or refused to sign it; that much an award rests on, and what they wrote is another matter.
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
    disputed: bool
    amount: Money | None
    proposed: Money | None
    earlier: Money | None
    entered_at: datetime
    due_at: datetime | None
    zero_reason: str | None
    ratings: tuple[str, ...]
    roles: frozenset[str]


def counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many awards are open, by tab; those that were signed only grow and are not counted. One query."""
    query = select(Subject.part, func.count()).where(*opened(viewer, OPEN)).group_by(Subject.part)
    return dict.fromkeys(OPEN, 0) | {part: count for part, count in session.execute(query)}


def lines(session: Session, viewer: Viewer, tab: str, *, limit: int, offset: int = 0) -> list[AwardLine]:
    """Awards of a tab, those that wait longest first, else the newest, `limit` at most. At most four queries."""
    order = (Subject.due_at.nulls_last(), Subject.id) if tab == PENDING else (Subject.id.desc(),)
    # The ids first, so that what a line shows besides is looked up for these lines alone.
    chosen = select(Subject.id).where(*opened(viewer, TABS[tab])).order_by(*order).limit(limit).offset(offset)
    ids = list(session.scalars(chosen))
    rows = {row.id: row for row in session.execute(line_query().where(Subject.id.in_(ids)))} if ids else {}
    return masked(session, viewer, [rows[key] for key in ids])


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
    if set(parts) <= set(OPEN):  # few of many: by the index of cycles and parts
        here &= Subject.cycle_id.in_(select(Cycle.id))
    return Subject.kind == "award", Subject.part.in_(parts), here


def line_query() -> Any:
    """Columns of `AwardLine` but its roles and what the person earned before, of which `masked` knows."""
    return (
        select(
            Subject.id,
            Subject.version,
            Subject.stage,
            Subject.part,
            Subject.definition_id,
            Subject.cycle_id,
            Cycle.key.label("cycle"),
            Cycle.starts_on,
            Definition.name.label("process"),
            Award.component,
            Subject.person_id,
            Person.name.label("person"),
            Review.rating,
            Review.rating_reason,
            Review.acknowledgement.label("answer"),
            Award.amount_minor,
            Award.proposed_minor,
            Award.currency,
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
        .join(Definition, Definition.id == Cycle.workflow_id)
    )


def masked(session: Session, viewer: Viewer, rows: Sequence[Any]) -> list[AwardLine]:
    """The rows as the viewer may see them. Two queries, none for no rows."""
    held = relations.held_on(session, viewer, [row.id for row in rows]) if rows else {}
    earlier = _earlier(session, [row for row in rows if row.part == PENDING])
    return [_line(row, held[row.id], earlier.get(row.id)) for row in rows]


def _earlier(session: Session, rows: Sequence[Any]) -> dict[int, int]:
    """By award, the amount of the same component in the person's cycle before, if that is not long ago."""
    if not rows:
        return {}
    since = min(row.starts_on for row in rows) - LONG_AGO
    query = (
        select(Subject.person_id, Definition.name, Award.component, Award.currency)
        .add_columns(Cycle.ends_on, Award.amount_minor)
        .join(Award, Award.id == Subject.id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .join(Definition, Definition.id == Cycle.workflow_id)
        .where(Subject.person_id.in_({row.person_id for row in rows}), Subject.kind == "award")
        .where(Award.approved_at.is_not(None), Award.amount_minor.is_not(None), Cycle.ends_on > since)
        .order_by(Cycle.ends_on.desc(), Award.id.desc())
    )
    known: defaultdict[tuple[Any, ...], list[tuple[date, int]]] = defaultdict(list)
    for *key, ends_on, minor in session.execute(query):
        known[tuple(key)].append((ends_on, minor))
    found = {}
    for row in rows:
        past = known[row.person_id, row.process, row.component, row.currency]
        before = next((minor for ends_on, minor in past if ends_on < row.starts_on), None)
        if before is not None:
            found[row.id] = before
    return found


def _line(row: Any, roles: frozenset[str], earlier_minor: int | None) -> AwardLine:
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
        disputed=basis and row.answer in DISPUTED,
        changed=amount and row.amount_minor != row.proposed_minor,
        amount=money(row.amount_minor),
        proposed=money(row.proposed_minor),
        earlier=money(earlier_minor),
        entered_at=row.entered_at,
        due_at=row.due_at,
        zero_reason=row.zero_reason if amount else None,
        ratings=tuple(json.loads(row.promotion)["ratings"]) if basis and row.promotion else (),
        roles=roles,
    )


def marks_of(row: Any) -> frozenset[str]:
    dates = {"approved": row.approved_at, "rejected": row.rejected_at, "closed": row.closed_at}
    return frozenset(mark for mark, at in dates.items() if at is not None)
