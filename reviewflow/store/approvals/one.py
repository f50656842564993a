"""One award with everything behind it: how the amount came about, who signed, what peers get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.policy import sees
from reviewflow.core.values import Money, Period
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations
from reviewflow.store.approvals.listing import AwardLine, line_query, marks_of, masked, opened
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award, AwardPart
from reviewflow.store.people import Membership, Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import MoveLog, Subject


@dataclass(frozen=True)
class Signature:
    """One step of an award that was taken. `name` is None for the clock."""

    move: str
    to_stage: str
    name: str | None
    role: str
    at: datetime
    note: str | None
    round: int


@dataclass(frozen=True)
class AwardPage:
    """One award with everything that the viewer may see of it.

    `review_id` is None for somebody who may not open the review; `acknowledgement` and `released_at` are the
    review's. `preparers`: who may not sign because the proposal rests on what they did.
    """

    line: AwardLine
    review_id: int | None
    position: str | None
    period: Period
    score_e6: int | None
    trace: Mapping[str, Any] | None
    changed_reason: str | None
    rating_reason: str | None
    acknowledgement: str | None
    released_at: datetime | None
    preparers: tuple[str, ...]
    signatures: tuple[Signature, ...]
    peers: tuple[Money, ...]


def page(session: Session, viewer: Viewer, award_id: int) -> AwardPage | None:
    """One award, or None if it does not exist for the viewer. Eight queries."""
    visible = relations.visible(viewer)
    row = session.execute(line_query().where(Subject.id == award_id, visible)).one_or_none()
    if row is None:
        return None
    (line,) = masked(session, viewer, [row])
    award, review, cycle = session.execute(
        select(Award, Review, Cycle)
        .join(Review, Review.id == Award.review_id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Award.id == award_id)
    ).one()
    marks = marks_of(award)
    amount, basis = sees("amount", line.roles, marks), sees("basis", line.roles, marks)
    signed = sees("signatures", line.roles, marks)
    on_review = relations.held_on(session, viewer, [review.id])[review.id]
    return AwardPage(
        line=line,
        review_id=review.id if relations.exists_for("review", on_review) else None,
        position=_position(session, line.person_id, cycle.ends_on),
        period=Period(cycle.starts_on, cycle.ends_on),
        score_e6=review.score_e6 if basis else None,
        trace=json.loads(award.trace) if amount else None,
        changed_reason=award.changed_reason if amount else None,
        rating_reason=review.rating_reason if basis else None,
        acknowledgement=review.acknowledgement if sees("acknowledgement", on_review, marks) else None,
        released_at=review.released_at if sees("standing", on_review, marks) else None,
        preparers=_preparers(session, award_id) if signed else (),
        signatures=_signatures(session, award_id) if signed else (),
        peers=_peers(session, viewer, award, cycle.id) if amount else (),
    )


def _position(session: Session, person_id: int, day: date) -> str | None:
    return session.scalar(
        select(Membership.position).where(
            Membership.person_id == person_id, Membership.from_on <= day, Membership.until_on > day
        )
    )


def _preparers(session: Session, award_id: int) -> tuple[str, ...]:
    query = (
        select(Person.name)
        .join(AwardPart, AwardPart.person_id == Person.id)
        .where(AwardPart.award_id == award_id, AwardPart.part == "preparer")
        .order_by(AwardPart.round, Person.id)
    )
    return tuple(dict.fromkeys(session.scalars(query)))


def _signatures(session: Session, award_id: int) -> tuple[Signature, ...]:
    query = (
        select(
            MoveLog.move, MoveLog.to_stage, Person.name, MoveLog.role, MoveLog.at, MoveLog.note, MoveLog.round
        )
        .outerjoin(Person, Person.id == MoveLog.actor_id)
        .where(MoveLog.subject_id == award_id)
        .order_by(MoveLog.version)
    )
    return tuple(Signature(*row) for row in session.execute(query))


def _peers(session: Session, viewer: Viewer, award: Award, cycle_id: int) -> tuple[Money, ...]:
    """Amounts of the same component in the cycle that the viewer may open, 200 at most, smallest first."""
    if award.currency is None:
        return ()
    query = (
        select(Award.amount_minor)
        .join(Subject, Subject.id == Award.id)
        .where(
            Subject.cycle_id == cycle_id,
            Award.component == award.component,
            Award.currency == award.currency,
            Award.amount_minor.is_not(None),
            Award.id != award.id,
            *opened(viewer, ("pending", "returned", "approved", "paid")),
        )
        .order_by(Award.amount_minor)
        .limit(200)
    )
    return tuple(Money(minor, award.currency) for minor in session.scalars(query) if minor is not None)
