"""The awards that follow from a review, as one viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Money
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Stage
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import pinned, relations
from reviewflow.store.pay import Award
from reviewflow.store.review_page.record import Record
from reviewflow.store.subjects import Subject


@dataclass(frozen=True)
class AwardLine:
    """One award of the present revision. `shown`: the viewer sees the amount, or why there is none."""

    id: int
    component: str
    stage: Stage
    due_at: datetime | None
    shown: bool
    amount: Money | None
    zero_reason: Reason | None
    changed_reason: str | None


def awards(session: Session, viewer: Viewer, review: Record) -> list[AwardLine]:
    """Awards that the viewer may know of, in the order of the plan. At most three queries."""
    query = (
        select(Award, Subject)
        .join(Subject, Subject.id == Award.id)
        .where(Award.review_id == review.id, Award.revision == review.revision)
    )
    rows = session.execute(query).all()
    held = relations.held_on(session, viewer, [award.id for award, _ in rows]) if rows else {}
    processes = pinned.workflows(session, {subject.definition_id for _, subject in rows})
    found = [
        _line(award, subject, processes[subject.definition_id].stages[subject.stage], held[award.id])
        for award, subject in rows
        if policy.sees("award", held[award.id], frozenset())
    ]
    order = [one.key for one in review.pins.plan.components]
    return sorted(
        found, key=lambda line: order.index(line.component) if line.component in order else len(order)
    )


def _line(award: Award, subject: Subject, stage: Stage, held: frozenset[str]) -> AwardLine:
    marks = {name for name in MARKS["award"] if getattr(award, f"{name}_at") is not None}
    shown = policy.sees("amount", held, marks)
    has_amount = shown and award.amount_minor is not None and award.currency is not None
    return AwardLine(
        id=award.id,
        component=award.component,
        stage=stage,
        due_at=subject.due_at,
        shown=shown,
        amount=Money(award.amount_minor or 0, award.currency or "") if has_amount else None,
        zero_reason=Reason(award.zero_reason) if shown and award.zero_reason else None,
        changed_reason=award.changed_reason if shown else None,
    )
