"""What the awards are of which something waits for a viewer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.values import Money
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import relations
from reviewflow.store.pay import Award


@dataclass(frozen=True)
class AwardAbout:
    """The component of an award, and its amount if it has one that the viewer sees."""

    component: str
    amount: Money | None


def awards(session: Session, viewer: Viewer, ids: Collection[int]) -> dict[int, AwardAbout]:
    """Those of these subjects that are awards, by id. Two queries, none for no ids."""
    if not ids:
        return {}
    held = relations.held_on(session, viewer, ids)
    found = {}
    for award in session.scalars(select(Award).where(Award.id.in_(ids))):
        marks = {name for name in MARKS["award"] if getattr(award, f"{name}_at") is not None}
        shown = award.amount_minor is not None and policy.sees("amount", held[award.id], marks)
        amount = Money(award.amount_minor or 0, award.currency or "") if shown else None
        found[award.id] = AwardAbout(award.component, amount)
    return found
