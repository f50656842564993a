"""The variable pay of running cycles, by where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Money
from reviewflow.core.viewer import Viewer
from reviewflow.store.approvals.listing import OPEN, opened
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award
from reviewflow.store.subjects import Subject

_SIGNED = ("approved", "paid")


@dataclass(frozen=True)
class Sums:
    """Money of one cycle and currency by where it stands."""

    cycle_id: int
    cycle: str
    currency: str
    signed: Money
    waiting: Money
    returned: Money

    @property
    def whole(self) -> int:
        """All of it in minor units."""
        return self.signed.minor + self.waiting.minor + self.returned.minor


def sums(session: Session, viewer: Viewer) -> list[Sums]:
    """Cycles in which an award waits or was returned, newest first, each currency apart. One query.

    Without the viewer's own awards that are not signed yet: a sum would tell their amount.
    """
    running = select(Subject.cycle_id).where(*opened(viewer, OPEN))
    query = (
        select(Cycle.id, Cycle.key, Award.currency, Subject.part, func.sum(Award.amount_minor))
        .join(Subject, Subject.id == Award.id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .where(*opened(viewer, (*OPEN, *_SIGNED)), Award.currency.is_not(None))
        .where(Subject.cycle_id.in_(running))
        .where(or_(Subject.person_id != viewer.person_id, Subject.part.in_(_SIGNED)))
        .group_by(Cycle.id, Cycle.key, Award.currency, Subject.part)
        .order_by(Cycle.id.desc(), Award.currency)
    )
    found: dict[tuple[int, str, str], dict[str, int]] = {}
    for cycle_id, cycle, currency, part, total in session.execute(query):
        if currency is not None:
            found.setdefault((cycle_id, cycle, currency), {})[part] = int(total or 0)
    return [_sums(*key, by_part) for key, by_part in found.items()]


def _sums(cycle_id: int, cycle: str, currency: str, by_part: Mapping[str, int]) -> Sums:
    def money(*parts: str) -> Money:
        return Money(sum(by_part.get(part, 0) for part in parts), currency)

    return Sums(cycle_id, cycle, currency, money(*_SIGNED), money("pending"), money("returned"))
