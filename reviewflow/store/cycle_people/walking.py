"""Many people in order: an index is walked until the page is full, whatever the size of the cycle."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, literal, null, select, union_all

from reviewflow.core.workflow.vocabulary import REVIEW
from reviewflow.store.cycle_people.question import CLOSED, Here
from reviewflow.store.model import UtcDateTime
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

_NO_VALUE = cast(null(), BigInteger)


def by_name(here: Here, limit: int) -> Select[int]:
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


def by_due(here: Here, limit: int) -> Select[int]:
    """Along the index of each part, by deadline; those without one after them."""
    parts = [here.asked.part] if here.asked.part else list(REVIEW.parts)
    pieces = [_due_in(here, part, limit) for part in parts if part != CLOSED]
    pieces += [_without_due(here, part, limit) for part in parts]
    every = union_all(*(select(piece.subquery()) for piece in pieces)).subquery()
    rank, due, unit, key = every.c
    return select(key).order_by(rank, *_directed(here, due, unit, key))


def _due_in(here: Here, part: str, limit: int) -> Select[*tuple[Any, ...]]:
    columns = (Subject.due_at, Subject.unit_id, Subject.id)
    query = _with_result(here, select(literal(0).label("rank"), *columns))
    query = query.where(*here.there(), Subject.part == part, Subject.due_at.is_not(None))
    # As the index has them, so that deadlines that many share need not be sorted.
    order = _directed(here, Subject.due_at, Subject.kind, Subject.unit_id, Subject.id)
    return query.order_by(*order).limit(limit)


def _without_due(here: Here, part: str, limit: int) -> Select[*tuple[Any, ...]]:
    """Of a closed part all: their last deadline is over and done with."""
    nothing = cast(null(), UtcDateTime).label("due_at")
    query = _with_result(here, select(literal(1).label("rank"), nothing, Subject.unit_id, Subject.id))
    query = query.where(*here.standing(), Subject.part == part)
    if part != CLOSED:
        query = query.where(Subject.due_at.is_(None))
    return query.order_by(*_directed(here, Subject.unit_id, Subject.id)).limit(limit)


def _directed(here: Here, *columns: Any) -> list[Any]:
    return [column.desc() if here.asked.backwards else column for column in columns]


def _with_result(here: Here, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    if not here.asked.of_result:
        return query
    return query.join(Review, Review.id == Subject.id).where(*here.result())


def by_result(here: Here, limit: int) -> Select[int]:
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


def _by_total(here: Here) -> list[list[ColumnElement[bool]]]:
    scored = Review.score_e6.is_not(None)
    return [[scored, here.shown()], [Review.score_e6.is_(None)], [scored, ~here.shown()]]


def _by_rating(here: Here) -> list[list[ColumnElement[bool]]]:
    letters = here.ratings[::-1] if here.asked.backwards else here.ratings
    return [
        *([Review.rating == letter, here.shown()] for letter in letters),
        [Review.rating.is_(None)],
        [Review.rating.is_not(None), Review.person_id == here.me, ~here.shown()],
    ]
