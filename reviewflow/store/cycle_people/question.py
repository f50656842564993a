"""What is asked of a cycle's people: filters and order, and the conditions that they become."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import REVIEW
from reviewflow.store.dashboard import Head
from reviewflow.store.people import UnitAbove
from reviewflow.store.reviews import Review
from reviewflow.store.scopes import CYCLE_ROLES, Scope, scope
from reviewflow.store.subjects import Subject

FEW = 2000
"""Up to so many are counted exactly, and sorted as they are found."""
SORTS = ("name", "total", "rating", "due")
NOT_YET = "not_yet"
ANSWERS = ("acknowledged_disagree", "refused", "no_answer", "acknowledged", NOT_YET)
"""How a letter was answered, or that it was not; first what HR should know of."""
CLOSED = "closed"
OPEN = tuple(part for part in REVIEW.parts if part != CLOSED)


@dataclass(frozen=True)
class Asked:
    """Filters and order; an empty one lets everybody through. A `sort` with ``-`` before it runs backwards."""

    part: str = ""
    late: bool = False
    rating: str = ""
    answer: str = ""
    unit: int | None = None
    sort: str = "name"

    @property
    def by(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def backwards(self) -> bool:
        return self.sort.startswith("-")

    @property
    def of_result(self) -> bool:
        """Whether it asks for what stands in the review itself, besides where it stands."""
        return bool(self.rating or self.answer)

    @property
    def is_narrow(self) -> bool:
        """Whether few are to be expected, and none of the indexes leads straight to them."""
        return self.unit is not None or (self.late and self.of_result)


@dataclass(frozen=True)
class Here:
    """One question on one day: the cycle, who looks, and the letters of its ratings, best first."""

    cycle: Head
    me: int | None
    mine: Scope
    now: datetime
    asked: Asked

    @property
    def ratings(self) -> tuple[str, ...]:
        return tuple(band.letter for band in self.cycle.pins.plan.bands)

    def standing(self) -> list[ColumnElement[bool]]:
        """Conditions on `Subject`."""
        return [Subject.kind == "review", *self.there()]

    def there(self) -> list[ColumnElement[bool]]:
        """The same without the kind, for parts that only reviews have."""
        asked = self.asked
        where = [Subject.cycle_id == self.cycle.id, *self.mine.over(Subject.unit_id)]
        if asked.part:
            where.append(Subject.part == asked.part)
        if asked.late:
            where += [Subject.part.in_(OPEN), Subject.due_at <= self.now]
        if asked.unit is not None:
            below = select(UnitAbove.unit_id).where(UnitAbove.above_id == asked.unit)
            where.append(Subject.unit_id.in_(below))
        return where

    def result(self) -> list[ColumnElement[bool]]:
        """Conditions on `Review`. The viewer's own is found by its result once that is released."""
        asked = self.asked
        where = [Review.cycle_id == self.cycle.id]
        if asked.rating:
            where += [Review.rating == asked.rating, self.shown()]
        elif asked.answer:
            where.append(Review.rating.in_(self.ratings))  # the index begins with it
        if asked.answer == NOT_YET:
            where += [Review.acknowledgement.is_(None), Review.released_at.is_not(None)]
        elif asked.answer:
            where.append(Review.acknowledgement == asked.answer)
        return where

    def shown(self) -> ColumnElement[bool]:
        """The viewer sees the result: everybody's, but their own only after its release."""
        return or_(Review.person_id != self.me, Review.released_at.is_not(None))

    def chosen(self) -> Select[int, int]:
        """Ids of the reviews with those of their people, in no order."""
        if self.asked.of_result:
            query = select(Subject.id, Review.person_id).join(Review, Review.id == Subject.id)
            return query.where(*self.standing(), *self.result())
        return select(Subject.id, Subject.person_id).where(*self.standing())


def here_of(session: Session, viewer: Viewer, cycle: Head, asked: Asked, now: datetime) -> Here:
    mine = scope(session, viewer, CYCLE_ROLES)
    if mine.whole and mine.tops == (asked.unit,):
        asked = replace(asked, unit=None)  # the whole company needs no look at units
    return Here(cycle, viewer.person_id, mine, now, asked)
