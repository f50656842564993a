"""How ratings are spread, and how people answered their letters. Ranges of one index are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.store.dashboard.head import Head
from reviewflow.store.reviews import ACKNOWLEDGEMENTS, Review
from reviewflow.store.scopes import CYCLE_ROLES, Scope, scope
from reviewflow.store.subjects import Subject

NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class Results:
    """Reviews by rating, best first, and by how the letter was answered; `released` of them have a letter."""

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
    inside = (Review.cycle_id == cycle.id, *_mine(cycle.id, scope(session, viewer, CYCLE_ROLES)))
    letters = [band.letter for band in cycle.pins.plan.bands]
    asked: dict[str, Any] = {}
    for letter in letters:
        rated = (*inside, Review.rating == letter)
        for answer in ACKNOWLEDGEMENTS:
            asked[f"{letter} {answer}"] = _count(*rated, Review.acknowledgement == answer)
        silent = (*rated, Review.acknowledgement.is_(None))
        asked[f"{letter} open"] = _count(*silent, Review.released_at.is_not(None))
        asked[f"{letter} before"] = _count(*silent, Review.released_at.is_(None))
    row = session.execute(select(*(value.label(name) for name, value in asked.items()))).one()._mapping
    found = {tuple(name.rsplit(" ", 1)): row[name] for name in asked}
    answers = {answer: sum(found[letter, answer] for letter in letters) for answer in ACKNOWLEDGEMENTS}
    return Results(
        ratings={
            letter: sum(count for (its, _), count in found.items() if its == letter) for letter in letters
        },
        answers=answers,
        released=sum(answers.values()) + sum(found[letter, "open"] for letter in letters),
    )


def _mine(cycle_id: int, mine: Scope) -> tuple[ColumnElement[bool], ...]:
    if mine.whole:
        return ()
    theirs = select(Subject.id).where(Subject.cycle_id == cycle_id, *mine.over(Subject.unit_id))
    return (Review.id.in_(theirs),)


def _count(*where: ColumnElement[bool]) -> ColumnElement[int]:
    found: ColumnElement[int] = select(func.count()).where(*where).scalar_subquery()
    return found
