"""Which reviews of a cycle are meant, and in which order.

Few are sorted as they are found. Of many, an index is walked in the order asked for until the page is full, so
that a cycle of 100,000 costs no more than one of 100.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Select, and_, case, func, null, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.store.cycle_people.question import FEW, OPEN, Asked, Here, here_of
from reviewflow.store.cycle_people.walking import by_due, by_name, by_result
from reviewflow.store.dashboard import Head
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject


def count(session: Session, viewer: Viewer, cycle: Head, asked: Asked, now: datetime) -> int:
    """How many are found; `FEW` and one where there are more. One query, after that of the scope."""
    chosen = here_of(session, viewer, cycle, asked, now).chosen().with_only_columns(Subject.id)
    some = chosen.limit(FEW + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def page(
    session: Session,
    viewer: Viewer,
    cycle: Head,
    asked: Asked,
    now: datetime,
    *,
    limit: int,
    offset: int = 0,
) -> tuple[int, list[int]]:
    """How many are found, as `count` says, and the ids of some of them in order.

    Two queries after that of the scope. Where few are expected they are looked for once, and counted on the way;
    a third query if they are many after all.
    """
    here = here_of(session, viewer, cycle, asked, now)
    if here.asked.is_narrow:
        some = here.chosen().limit(FEW + 1).cte("some")
        n = select(func.count()).select_from(some).scalar_subquery()
        rows = session.execute(_sorted(here, some).add_columns(n).limit(limit).offset(offset)).all()
        number = rows[0][1] if rows else 0
        if number <= FEW and (rows or not offset):
            return number, [key for key, _ in rows]
    number = count(session, viewer, cycle, asked, now)
    many = number > FEW
    return number, found(session, viewer, cycle, asked, now, many=many, limit=limit, offset=offset)


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
    here = here_of(session, viewer, cycle, asked, now)
    if not many or limit is None:
        query = _sorted(here, here.chosen().subquery())
    else:
        walk = {"name": by_name, "due": by_due}.get(asked.by, by_result)
        query = walk(here, limit + offset)
    return list(session.scalars(query.limit(limit).offset(offset)))


def _sorted(here: Here, chosen: FromClause) -> Select[int]:
    """The chosen in order; by name, nothing but names is read."""
    if here.asked.by == "name":
        name = Person.name.desc() if here.asked.backwards else Person.name
        return select(chosen.c.id).join(Person, Person.id == chosen.c.person_id).order_by(name, Person.id)
    hidden = and_(Review.person_id == here.me, Review.released_at.is_(None))
    rank = case({letter: place for place, letter in enumerate(here.ratings)}, value=Review.rating)
    values: dict[str, Any] = {
        "total": case((hidden, null()), else_=Review.score_e6),
        "rating": case((hidden, null()), else_=rank),
        "due": case((Subject.part.in_(OPEN), Subject.due_at)),
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
