"""What people say about the rubric, for HR of the whole company: only from the floor of answers on, in steps.

Looking twice tells nothing about one person: answers come to show in steps of at least the floor, and a question,
or the proposed weights, take in a step only once so many of the steps not yet taken in have said something.
There is no view by unit, because a unit's part of a step could be one person.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.pinned import Pinned
from reviewflow.store.scopes import scope
from reviewflow.store.surveys import SurveyAnswer, SurveyTicket

LEVELS = 5
Thing = TypeVar("Thing")
Answer = tuple[int, Mapping[str, Any]]
"""The step of an answer, and what it says."""


@dataclass(frozen=True)
class Asked:
    """One cycle's survey: how many were asked and how many answered."""

    cycle_id: int
    cycle: str
    period: Period
    asked: int
    answered: int


@dataclass(frozen=True)
class Spread:
    """How often each level from 1 to 5 was given."""

    counts: tuple[int, ...]

    @property
    def number(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> Fraction:
        """Only of a spread with answers."""
        return Fraction(sum(level * n for level, n in enumerate(self.counts, start=1)), self.number)


@dataclass(frozen=True)
class Opinion:
    """What is said of one indicator: a spread for each question, and the weight it is proposed to have.

    What fewer than the floor said is None. Weights in percent.
    """

    indicator: str
    spreads: Mapping[str, Spread | None]
    weight: Fraction
    proposed: Fraction | None


@dataclass(frozen=True)
class Results:
    """From `shown` of the answers; opinions and comments are empty while that is 0.

    `proposers` proposed other weights. Comments in the order of their random ids.
    """

    about: Asked
    floor: int
    pins: Pinned
    shown: int
    proposers: int
    opinions: tuple[Opinion, ...]
    comments: tuple[str, ...]


def open_to(session: Session, viewer: Viewer) -> bool:
    """Whether the viewer is HR of the whole company. At most one query."""
    return scope(session, viewer, ("hr",)).whole


def surveys(session: Session, viewer: Viewer) -> list[Asked]:
    """Cycles whose people were asked, newest first; nothing for who is not HR of the company. Two queries."""
    if not open_to(session, viewer):
        return []
    used = func.sum(case((SurveyTicket.used, 1), else_=0))
    query = (
        select(Cycle.id, Cycle.key, Cycle.starts_on, Cycle.ends_on, func.count(), used)
        .join(SurveyTicket, SurveyTicket.cycle_id == Cycle.id)
        .group_by(Cycle.id, Cycle.key, Cycle.starts_on, Cycle.ends_on)
        .order_by(Cycle.ends_on.desc(), Cycle.id.desc())
    )
    return [
        Asked(key, name, Period(start, end), n, int(done))
        for key, name, start, end, n, done in session.execute(query)
    ]


def results(session: Session, viewer: Viewer, cycle_id: int, floor: int) -> Results | None:
    """What was said, or None if nobody was asked or it is not the viewer's. At most four queries."""
    about = next((one for one in surveys(session, viewer) if one.cycle_id == cycle_id), None)
    if about is None:
        return None
    pins = pinned.of_cycle(session, cycle_id)
    query = select(SurveyAnswer.step, SurveyAnswer.body).where(
        SurveyAnswer.cycle_id == cycle_id, SurveyAnswer.step > 0
    )
    found = [(step, json.loads(body)) for step, body in session.execute(query.order_by(SurveyAnswer.id))]
    answers = _taken(found, floor)
    if not answers:
        return Results(about, floor, pins, 0, 0, (), ())
    proposals = _taken([(step, body["weights"]) for step, body in answers if body.get("weights")], floor)
    return Results(
        about,
        floor,
        pins,
        len(answers),
        len(proposals),
        _opinions(pins, floor, answers, [weights for _step, weights in proposals]),
        tuple(body["comment"] for _step, body in answers if body.get("comment")),
    )


def last_step(steps: Iterable[int], floor: int) -> int:
    """Up to which step things show, given the step of each: 0 if none does.

    A step waits until at least `floor` things of it and of those that wait with it are there.
    """
    last = waiting = 0
    for step, n in sorted(Counter(steps).items()):
        waiting += n
        if waiting >= floor:
            last, waiting = step, 0
    return last


def _taken(given: Sequence[tuple[int, Thing]], floor: int) -> list[tuple[int, Thing]]:
    last = last_step((step for step, _thing in given), floor)
    return [(step, thing) for step, thing in given if step <= last]


def _opinions(
    pins: Pinned, floor: int, answers: Sequence[Answer], proposals: Sequence[Mapping[str, int]]
) -> tuple[Opinion, ...]:
    asked = {q for _step, body in answers for row in body["ratings"].values() for q in row}
    return tuple(
        Opinion(
            indicator=key,
            spreads={question: _spread(answers, key, question, floor) for question in asked},
            weight=Fraction(line.weight_e4, 10**4),
            proposed=Fraction(sum(one.get(key, 0) for one in proposals), len(proposals))
            if proposals
            else None,
        )
        for key, line in pins.plan.lines.items()
    )


def _spread(answers: Sequence[Answer], indicator: str, question: str, floor: int) -> Spread | None:
    given = [
        (step, body["ratings"][indicator][question])
        for step, body in answers
        if question in body["ratings"].get(indicator, {})
    ]
    levels = Counter(level for _step, level in _taken(given, floor))
    return Spread(tuple(levels[level] for level in range(1, LEVELS + 1))) if levels else None
