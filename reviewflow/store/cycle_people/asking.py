"""Which reviews of a cycle are meant, and in which order.

Few are sorted as they are found. Of many, an index is walked in the order asked for until the page is full, so
that a cycle of 100,000 costs no more than one of 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import REVIEW
from reviewflow.store.dashboard import Head
from reviewflow.store.model import UtcDateTime
from reviewflow.store.people import Person, UnitAbove
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
_OPEN = tuple(part for part in REVIEW.parts if part != CLOSED)
_NO_VALUE = cast(null(), BigInteger)


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


@dataclass(frozen=True)
class _Here:
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
            where += [Subject.part.in_(_OPEN), Subject.due_at <= self.now]
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

    def chosen(self) -> Select[int]:
        """Ids of the reviews, in no order."""
        query = select(Subject.id).where(*self.standing())
        if self.asked.of_result:
            query = query.join(Review, Review.id == Subject.id).where(*self.result())
        return query


def count(session: Session, viewer: Viewer, cycle: Head, asked: Asked, now: datetime) -> int:
    """How many are found; `FEW` and one where there are more. One query, after that of the scope."""
    some = _here(session, viewer, cycle, asked, now).chosen().limit(FEW + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def found(
    session: Session,
    viewer: Viewer,
    cycle: Head,
    asked: Asked,
    now: datetime,
    *,
    many: bool,
    limit: int | None = None,
    offset: int = 0,
) -> list[int]:
    """Ids of the reviews in order. `many`: more than `FEW` are there. One query, after that of the scope.

    Whoever has no value to sort by comes last.
    """
    here = _here(session, viewer, cycle, asked, now)
    if not many or limit is None:
        query = _sorted(here)
    else:
        walk = {"name": _by_name, "due": _by_due}.get(asked.by, _by_result)
        query = walk(here, limit + offset)
    return list(session.scalars(query.limit(limit).offset(offset)))


def _here(session: Session, viewer: Viewer, cycle: Head, asked: Asked, now: datetime) -> _Here:
    return _Here(cycle, viewer.person_id, scope(session, viewer, CYCLE_ROLES), now, asked)


def _sorted(here: _Here) -> Select[int]:
    chosen = here.chosen().subquery()
    hidden = and_(Review.person_id == here.me, Review.released_at.is_(None))
    rank = case({letter: place for place, letter in enumerate(here.ratings)}, value=Review.rating)
    values: dict[str, Any] = {
        "name": Person.name,
        "total": case((hidden, null()), else_=Review.score_e6),
        "rating": case((hidden, null()), else_=rank),
        "due": case((Subject.part.in_(_OPEN), Subject.due_at)),
    }
    value = values[here.asked.by]
    order = value.desc().nulls_last() if here.asked.backwards else value.asc().nulls_last()
    return (
        select(Review.id)
        .join(chosen, chosen.c.id == Review.id)
        .join(Subject, Subject.id == Review.id)
        .join(Person, Person.id == Review.person_id)
        .order_by(order, Person.name, Person.id)
    )


def _by_name(here: _Here, limit: int) -> Select[int]:
    """Along the index of names: whoever has such a review."""
    theirs = select(Review.id).join(Subject, Subject.id == Review.id)
    theirs = theirs.where(Review.person_id == Person.id, *here.result(), *here.standing())
    names = select(Person.id, Person.name).where(theirs.correlate(Person).exists())
    order = (Person.name.desc(), Person.id.desc()) if here.asked.backwards else (Person.name, Person.id)
    some = names.order_by(*order).limit(limit).subquery()
    outer = (some.c.name.desc(), some.c.id.desc()) if here.asked.backwards else (some.c.name, some.c.id)
    return (
        select(Review.id)
        .join(some, some.c.id == Review.person_id)
        .where(Review.cycle_id == here.cycle.id)
        .order_by(*outer)
    )


def _by_due(here: _Here, limit: int) -> Select[int]:
    """Along the index of each part, by deadline; those without one after them."""
    parts = [here.asked.part] if here.asked.part else list(REVIEW.parts)
    pieces = [_due_in(here, part, limit) for part in parts if part != CLOSED]
    pieces += [_without_due(here, part, limit) for part in parts]
    every = union_all(*(select(piece.subquery()) for piece in pieces)).subquery()
    rank, due, unit, key = every.c
    return select(key).order_by(rank, *_directed(here, due, unit, key))


def _due_in(here: _Here, part: str, limit: int) -> Select[*tuple[Any, ...]]:
    columns = (Subject.due_at, Subject.unit_id, Subject.id)
    query = _with_result(here, select(literal(0).label("rank"), *columns))
    query = query.where(*here.there(), Subject.part == part, Subject.due_at.is_not(None))
    # As the index has them, so that deadlines that many share need not be sorted.
    order = _directed(here, Subject.due_at, Subject.kind, Subject.unit_id, Subject.id)
    return query.order_by(*order).limit(limit)


def _without_due(here: _Here, part: str, limit: int) -> Select[*tuple[Any, ...]]:
    """Of a closed part all: their last deadline is over and done with."""
    nothing = cast(null(), UtcDateTime).label("due_at")
    query = _with_result(here, select(literal(1).label("rank"), nothing, Subject.unit_id, Subject.id))
    query = query.where(*here.standing(), Subject.part == part)
    if part != CLOSED:
        query = query.where(Subject.due_at.is_(None))
    return query.order_by(*_directed(here, Subject.unit_id, Subject.id)).limit(limit)


def _directed(here: _Here, *columns: Any) -> list[Any]:
    return [column.desc() if here.asked.backwards else column for column in columns]


def _with_result(here: _Here, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    if not here.asked.of_result:
        return query
    return query.join(Review, Review.id == Subject.id).where(*here.result())


def _by_result(here: _Here, limit: int) -> Select[int]:
    """Along the index of totals, or of one rating after the other; who has none that is shown after them."""
    by_total = here.asked.by == "total"
    ranked = _by_total(here) if by_total else _by_rating(here)
    columns = (Review.score_e6, _NO_VALUE) if by_total else (Review.acknowledgement, Review.released_at)
    pieces = []
    for rank, where in enumerate(ranked):
        there = select(Subject.id).where(Subject.id == Review.id, *here.standing())
        query = select(literal(rank).label("rank"), *_named(columns), Review.id).where(*here.result(), *where)
        order = _directed(here, Review.score_e6, Review.id) if by_total else [*columns, Review.id]
        pieces.append(query.where(there.correlate(Review).exists()).order_by(*order).limit(limit))
    every = union_all(*(select(piece.subquery()) for piece in pieces)).subquery()
    rank_, first, second, key = every.c
    return select(key).order_by(rank_, *(_directed(here, first, key) if by_total else [first, second, key]))


def _named(columns: tuple[Any, Any]) -> list[Any]:
    return [column.label(name) for column, name in zip(columns, ("first", "second"), strict=True)]


def _by_total(here: _Here) -> list[list[ColumnElement[bool]]]:
    scored = Review.score_e6.is_not(None)
    return [[scored, here.shown()], [Review.score_e6.is_(None)], [scored, ~here.shown()]]


def _by_rating(here: _Here) -> list[list[ColumnElement[bool]]]:
    letters = here.ratings[::-1] if here.asked.backwards else here.ratings
    return [
        *([Review.rating == letter, here.shown()] for letter in letters),
        [Review.rating.is_(None)],
        [Review.rating.is_not(None), Review.person_id == here.me, ~here.shown()],
    ]
