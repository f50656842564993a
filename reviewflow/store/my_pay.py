"""What somebody gets: their own awards by cycle, amounts as soon as they are decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Money, Period, sums
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Stage
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import pinned, relations
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

MOST_CYCLES = 24


@dataclass(frozen=True)
class MyAward:
    """One award of the viewer's. What is not decided yet shows neither amount nor reason (`shown` is False)."""

    id: int
    component: str
    stage: Stage
    shown: bool
    amount: Money | None
    proposed: Money | None
    zero_reason: Reason | None
    changed_reason: str | None
    trace: Mapping[str, Any] | None
    paid_at: datetime | None

    @property
    def counts(self) -> bool:
        """Whether the amount is the viewer's: approved, or paid already."""
        return self.amount is not None and self.stage.part in ("approved", "paid")


@dataclass(frozen=True)
class MyCycle:
    """One cycle of the viewer's with its awards, in the order of the plan; `rating` once released."""

    id: int
    key: str
    period: Period
    part: str
    review_id: int
    rating: str | None
    awards: tuple[MyAward, ...]

    def sum(self, *parts: str) -> list[Money]:
        """Amounts that stand in one of these parts, added up for each currency."""
        return sums(one.amount for one in self.awards if one.amount is not None and one.stage.part in parts)

    @property
    def open(self) -> tuple[MyAward, ...]:
        """Awards that are still being decided."""
        return tuple(one for one in self.awards if one.stage.part in ("pending", "returned"))


def cycles(session: Session, viewer: Viewer) -> list[MyCycle]:
    """The viewer's cycles, newest first, `MOST_CYCLES` at most. At most four queries, and one for each plan."""
    query = (
        select(Review, Subject.part, Cycle)
        .join(Subject, Subject.id == Review.id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .where(Review.person_id == viewer.person_id, Review.voided_at.is_(None))
        .order_by(Cycle.ends_on.desc(), Review.id.desc())
        .limit(MOST_CYCLES)
    )
    rows = session.execute(query).all()
    awards = _awards(session, viewer, [review for review, _part, _cycle in rows])
    return [
        MyCycle(
            id=cycle.id,
            key=cycle.key,
            period=Period(cycle.starts_on, cycle.ends_on),
            part=part,
            review_id=review.id,
            rating=review.rating if review.released_at else None,
            awards=tuple(sorted(awards.get(review.id, ()), key=_place(session, cycle.id))),
        )
        for review, part, cycle in rows
    ]


def _place(session: Session, cycle_id: int) -> Any:
    order = [one.key for one in pinned.of_cycle(session, cycle_id).plan.components]
    return lambda award: order.index(award.component) if award.component in order else len(order)


def _awards(session: Session, viewer: Viewer, reviews: Sequence[Review]) -> dict[int, list[MyAward]]:
    """Awards of the present revisions, by review."""
    revisions = {review.id: review.revision for review in reviews}
    query = (
        select(Award, Subject)
        .join(Subject, Subject.id == Award.id)
        .where(Award.review_id.in_(revisions), Subject.person_id == viewer.person_id)
        .order_by(Award.id)
    )
    rows = [(a, s) for a, s in session.execute(query) if a.revision == revisions[a.review_id]]
    held = relations.held_on(session, viewer, [award.id for award, _subject in rows]) if rows else {}
    processes = pinned.workflows(session, {subject.definition_id for _award, subject in rows})
    found: dict[int, list[MyAward]] = {}
    for award, subject in rows:
        stage = processes[subject.definition_id].stages[subject.stage]
        found.setdefault(award.review_id, []).append(_award(award, stage, held[award.id]))
    return found


def _award(award: Award, stage: Stage, held: frozenset[str]) -> MyAward:
    marks = {name for name in MARKS["award"] if getattr(award, f"{name}_at") is not None}
    shown = policy.sees("amount", held, marks)

    def money(minor: int | None) -> Money | None:
        return Money(minor, award.currency) if shown and minor is not None and award.currency else None

    return MyAward(
        id=award.id,
        component=award.component,
        stage=stage,
        shown=shown,
        amount=money(award.amount_minor),
        proposed=money(award.proposed_minor),
        zero_reason=Reason(award.zero_reason) if shown and award.zero_reason else None,
        changed_reason=award.changed_reason if shown else None,
        trace=json.loads(award.trace) if shown else None,
        paid_at=award.exported_at,
    )
