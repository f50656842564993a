"""Finding people, reviews and cycles by a few letters: only those that exist for the viewer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store import letter_page, relations
from reviewflow.store.cycles import Cycle
from reviewflow.store.dashboard.head import there_for
from reviewflow.store.letters import Letter
from reviewflow.store.people import Membership, Person, Unit
from reviewflow.store.people_page import PEOPLE_ROLES, contains
from reviewflow.store.scopes import CYCLE_ROLES, scope
from reviewflow.store.subjects import Subject

MOST = 20
_MOST_PEOPLE = 50
_NUMBER = re.compile(r"\S+-([0-9]{5,15})(?:[ -][Rr][0-9]{1,4})?", re.ASCII)
"""A letter's number: the cycle, the review, and perhaps the revision."""


@dataclass(frozen=True)
class FoundPerson:
    id: int
    external_id: str
    name: str
    position: str | None
    unit: str


@dataclass(frozen=True)
class FoundReview:
    """A review of somebody whose name or id fits, or in a cycle whose name does."""

    id: int
    person: str
    cycle: str
    part: str


@dataclass(frozen=True)
class FoundCycle:
    id: int
    key: str
    period: Period


@dataclass(frozen=True)
class FoundLetter:
    id: int
    ref: str
    person: str
    cycle: str


def people(session: Session, viewer: Viewer, words: str) -> list[FoundPerson]:
    """People of the viewer's units whose name or id holds the words. At most two queries."""
    mine = scope(session, viewer, PEOPLE_ROLES)
    if not mine.tops:
        return []
    now = (Membership.from_on <= viewer.today, Membership.until_on > viewer.today)
    there = exists().where(Membership.person_id == Person.id, *now, *mine.over(Membership.unit_id))
    # By id until there are enough, so that nothing has to be sorted.
    called = select(Person.id).where(contains(words), there).order_by(Person.external_id).limit(MOST)
    rows = session.execute(
        select(Person.id, Person.external_id, Person.name, Membership.position, Unit.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(*now, Person.id.in_(select(called.subquery().c.id)))
        .order_by(Person.external_id)
    )
    return [FoundPerson(*row) for row in rows]


def reviews(session: Session, viewer: Viewer, words: str, known: Sequence[FoundPerson]) -> list[FoundReview]:
    """Reviews that the viewer may open, by person or cycle: first those by relation. At most two queries.

    `known` are the people that were found by the same words.
    """
    found = [*_mine(session, viewer, words), *_granted(session, viewer, words, known)]
    return list({one.id: one for one in found}.values())[:MOST]


def _mine(session: Session, viewer: Viewer, words: str) -> list[FoundReview]:
    """The viewer's own reviews and those of their people: few, whatever the size of the company."""
    if viewer.person_id is None:
        return []
    mine = relations.related(viewer.person_id, viewer.today).subquery()
    query = _reviews().where(Subject.id.in_(select(mine.c.id)), or_(contains(words), _called(words)))
    return [FoundReview(*row) for row in session.execute(query)]


def _granted(session: Session, viewer: Viewer, words: str, known: Sequence[FoundPerson]) -> list[FoundReview]:
    """Reviews of the first people called so, where a granted role opens them."""
    if not viewer.grants:
        return []
    query = _reviews().where(relations.visible(viewer))
    if all(grant.role in PEOPLE_ROLES for grant in viewer.grants):  # then all of them are known already
        query = query.where(Subject.person_id.in_([one.id for one in known]))
    else:
        called = select(Person.id).where(contains(words)).order_by(Person.external_id).limit(_MOST_PEOPLE)
        query = query.where(Subject.person_id.in_(called.subquery().select()))
    return [FoundReview(*row) for row in session.execute(query)]


def _reviews() -> Select[*tuple[Any, ...]]:
    return (
        select(Subject.id, Person.name, Cycle.key, Subject.part)
        .join(Person, Person.id == Subject.person_id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .where(Subject.kind == "review")
        .order_by(Cycle.starts_on.desc(), Subject.id.desc())
        .limit(MOST)
    )


def cycles(session: Session, viewer: Viewer, words: str) -> list[FoundCycle]:
    """Cycles of the viewer's units with such a name, newest first. At most two queries."""
    mine = scope(session, viewer, CYCLE_ROLES)
    if not mine.tops:
        return []
    rows = session.execute(
        select(Cycle.id, Cycle.key, Cycle.starts_on, Cycle.ends_on)
        .where(_called(words), there_for(viewer, mine))
        .order_by(Cycle.starts_on.desc(), Cycle.id.desc())
        .limit(MOST)
    )
    return [FoundCycle(key, name, Period(begins, ends)) for key, name, begins, ends in rows]


def letter(session: Session, viewer: Viewer, words: str) -> FoundLetter | None:
    """The letter with this number, without a revision the newest, if the viewer may open it.

    ``FB-2026Q3-00112`` or ``FB-2026Q3-00112 R1``. At most seven queries, none for words that are no number.
    """
    number = _NUMBER.fullmatch(words.strip())
    if number is None:
        return None
    fits = func.lower(Letter.ref).startswith(words.strip().lower().replace(" ", "-"), autoescape=True)
    query = select(Letter.id).where(Letter.review_id == int(number[1]), fits)
    found = session.scalars(query.order_by(Letter.revision.desc()).limit(1)).first()
    page = letter_page.letter(session, viewer, found) if found else None
    return FoundLetter(page.id, page.ref, page.person, page.cycle) if page else None


def _called(words: str) -> ColumnElement[bool]:
    return func.lower(Cycle.key).contains(words.strip().lower(), autoescape=True)
