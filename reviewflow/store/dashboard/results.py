"""How ratings are spread, and how people answered their letters. Ranges of one index are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.store.dashboard.head import Head
from reviewflow.store.reviews import ACKNOWLEDGEMENTS, Review
from reviewflow.store.scopes import CYCLE_ROLES, Scope, scope
from reviewflow.store.subjects import Subject

NO_ANSWER = "no_answer"
_OPEN, _BEFORE = "open", "before"
_STATES = (*ACKNOWLEDGEMENTS, _OPEN, _BEFORE)
_CYCLE: BindParameter[int] = bindparam("cycle", type_=Integer)
_ME: BindParameter[int] = bindparam("me", type_=Integer)


@dataclass(frozen=True)
class Results:
    """Reviews by rating, best first, and by how the letter was answered; `released` of them have a letter.

    The viewer's own counts once it is released: otherwise it could be told from those of the others.
    """

    ratings: Mapping[str, int]
    answers: Mapping[str, int]
    released: int

    @property
    def rated(self) -> int:
        return sum(self.ratings.values())

    @property
    def answered(self) -> int:
        """Letters that the employee answered, in whatever way; silence is no answer."""
        return sum(count for answer, count in self.answers.items() if answer != NO_ANSWER)


def results(session: Session, viewer: Viewer, cycle: Head) -> Results:
    """Results of the viewer's units. One query, after that of the scope."""
    letters = tuple(band.letter for band in cycle.pins.plan.bands)
    asked = _statement(scope(session, viewer, CYCLE_ROLES), letters)
    row = session.execute(asked, {"cycle": cycle.id, "me": viewer.person_id}).one()._mapping
    found = {(letter, state): row[f"{letter} {state}"] for letter in letters for state in _STATES}
    answers = {answer: sum(found[letter, answer] for letter in letters) for answer in ACKNOWLEDGEMENTS}
    return Results(
        ratings={
            letter: sum(found[letter, state] for state in _STATES) - (row["own"] == letter)
            for letter in letters
        },
        answers=answers,
        released=sum(answers.values()) + sum(found[letter, _OPEN] for letter in letters),
    )


@lru_cache(maxsize=64)
def _statement(mine: Scope, letters: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Built once for each part of the company and each scale of ratings."""
    inside = (Review.cycle_id == _CYCLE, *_within(mine))
    own = select(Review.rating).where(*inside, Review.person_id == _ME, Review.released_at.is_(None))
    asked: dict[str, ColumnElement[Any]] = {"own": own.limit(1).scalar_subquery()}
    for letter in letters:
        rated = (*inside, Review.rating == letter)
        for answer in ACKNOWLEDGEMENTS:
            asked[f"{letter} {answer}"] = _count(*rated, Review.acknowledgement == answer)
        silent = (*rated, Review.acknowledgement.is_(None))
        asked[f"{letter} {_OPEN}"] = _count(*silent, Review.released_at.is_not(None))
        asked[f"{letter} {_BEFORE}"] = _count(*silent, Review.released_at.is_(None))
    return select(*(value.label(name) for name, value in asked.items()))


def _within(mine: Scope) -> tuple[ColumnElement[bool], ...]:
    if mine.whole:
        return ()
    theirs = select(Subject.id).where(Subject.cycle_id == _CYCLE, *mine.over(Subject.unit_id))
    return (Review.id.in_(theirs),)


def _count(*where: ColumnElement[bool]) -> ColumnElement[int]:
    found: ColumnElement[int] = select(func.count()).where(*where).scalar_subquery()
    return found
