"""What is asked: the indicators of reviews, as of a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.indicators import Catalogue, Coverage, Indicator
from reviewflow.core.measuring import Slot, period_before
from reviewflow.core.values import Period
from reviewflow.store import pinned
from reviewflow.store.chunks import chunks
from reviewflow.store.cycles import Cycle
from reviewflow.store.facts import batches
from reviewflow.store.reviews import Goal, Review


@dataclass(frozen=True)
class About:
    """A review whose goals are asked for, as of a batch."""

    review_id: int
    cycle_id: int
    person_id: int
    collection: int
    batch_no: int

    @classmethod
    def of(cls, review: Review, batch_no: int) -> About:
        return cls(review.id, review.cycle_id, review.person_id, review.collection, batch_no)


@dataclass(frozen=True)
class Question:
    """Some indicators of one review in one period. `live`: so far, the period need not be over."""

    about: About
    slot: Slot
    currency: str
    indicators: tuple[Indicator, ...]
    live: bool


@dataclass(frozen=True)
class Questions:
    """Everything that a job asks, with what the sources vouch for as of each batch."""

    questions: tuple[Question, ...]
    coverage: Mapping[int, tuple[Coverage, ...]]


def questions(
    session: Session, reviews: Iterable[About], *, live_on: date | None = None, before: bool = False
) -> Questions:
    """Ask for the goals of these reviews; `live_on`: up to this day of their period (its first, if it lies ahead);
    `before`: in the period before their cycle's.

    One query per 10,000 reviews, two for each cycle, three for each batch.
    """
    abouts = list(reviews)
    goals = _goals(session, [about.review_id for about in abouts])
    cycles = {cycle_id: _cycle(session, cycle_id) for cycle_id in {about.cycle_id for about in abouts}}
    asked = []
    for about in abouts:
        cycle, catalogue = cycles[about.cycle_id]
        period = Period(cycle.starts_on, cycle.ends_on)
        indicators = tuple(catalogue[key] for key in goals[about.review_id] if key in catalogue)
        if live_on is not None:
            period = Period(period.starts_on, min(max(live_on, period.starts_on), period.ends_on))
        slot = Slot(about.person_id, period_before(period) if before else period)
        if indicators:
            asked.append(Question(about, slot, cycle.currency, indicators, live_on is not None))
    numbers = {one.about.batch_no for one in asked}
    return Questions(tuple(asked), {number: batches.coverage(session, number) for number in numbers})


def _goals(session: Session, review_ids: Iterable[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for some in chunks(review_ids):
        rows = session.execute(select(Goal.review_id, Goal.indicator).where(Goal.review_id.in_(some)))
        for review_id, indicator in rows:
            found[review_id].append(indicator)
    return found


def _cycle(session: Session, cycle_id: int) -> tuple[Cycle, Catalogue]:
    return session.get_one(Cycle, cycle_id), pinned.of_cycle(session, cycle_id).catalogue
