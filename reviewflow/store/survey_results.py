"""What people say about the rubric, for HR: only from the floor of answers on, whole and by unit.

Nothing here can be taken apart: a unit shows only if enough people of it answered, and if what remains when all
units shown are taken out of the whole is either nothing or enough people too. The same holds of every single
question, and of the proposed weights.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.people import Unit, UnitAbove
from reviewflow.store.pinned import Pinned
from reviewflow.store.surveys import SurveyAnswer, SurveyTicket

LEVELS = 5
OfUnit = int | None
Answer = tuple[OfUnit, Mapping[str, Any]]


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
class Group:
    """The answers of the whole cycle (`unit_id` is None), or of one unit."""

    unit_id: int | None
    name: str
    answered: int
    proposers: int
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True)
class Results:
    """`groups`: the whole first, then units; empty below the floor. Comments in the order of their random ids."""

    about: Asked
    floor: int
    pins: Pinned
    groups: tuple[Group, ...]
    comments: tuple[str, ...]


def surveys(session: Session, viewer: Viewer) -> list[Asked]:
    """Cycles whose people were asked, newest first; nothing for who is not HR. One query."""
    if not viewer.has("hr"):
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
    """What was said, or None if nobody was asked or the viewer is not HR. At most four queries."""
    about = next((one for one in surveys(session, viewer) if one.cycle_id == cycle_id), None)
    if about is None:
        return None
    pins = pinned.of_cycle(session, cycle_id)
    query = select(SurveyAnswer.unit_id, SurveyAnswer.body).where(SurveyAnswer.cycle_id == cycle_id)
    answers = [(unit, json.loads(body)) for unit, body in session.execute(query.order_by(SurveyAnswer.id))]
    if len(answers) < floor:
        return Results(about, floor, pins, (), ())
    names = _names(session, viewer, {unit for unit, _body in answers if unit is not None})
    groups = _groups(pins, floor, answers)
    units = [replace(group, name=names[key]) for key, group in groups.items() if key in names]
    comments = tuple(body["comment"] for _unit, body in answers if body.get("comment"))
    return Results(about, floor, pins, (groups[None], *sorted(units, key=lambda one: one.name)), comments)


def apart(sizes: Mapping[OfUnit, int], floor: int) -> frozenset[int]:
    """Units that may show beside the whole: `sizes` counts answers by unit, None for those kept without one.

    At least `floor` answers in it and outside of it; the smallest stays out where showing it together with the
    others would leave a remainder of fewer.
    """
    whole = sum(sizes.values())
    enough = range(floor, whole - floor + 1)
    known = {unit: size for unit, size in sizes.items() if unit is not None and size in enough}
    shown = sorted(known, key=lambda unit: (-known[unit], unit))
    while shown and 0 < whole - sum(known[unit] for unit in shown) < floor:
        shown.pop()
    return frozenset(shown)


def _groups(pins: Pinned, floor: int, answers: Sequence[Answer]) -> dict[OfUnit, Group]:
    """The whole (None) and every unit that may show."""
    shown: set[OfUnit] = {None, *apart(Counter(unit for unit, _body in answers), floor)}
    cells = {
        (key, question): _cells(
            [(unit, body["ratings"].get(key, {}).get(question)) for unit, body in answers], floor
        )
        for key in pins.plan.lines
        for question in {q for _unit, body in answers for q in body["ratings"].get(key, {})}
    }
    proposals = [(unit, body["weights"]) for unit, body in answers if body.get("weights")]
    proposing = {None, *apart(Counter(unit for unit, _weights in proposals), floor)}
    proposing = proposing if len(proposals) >= floor else set()
    return {
        unit: _group(
            pins,
            unit,
            sum(unit in (None, of) for of, _body in answers),
            {cell: by_unit.get(unit) for cell, by_unit in cells.items()},
            [weights for of, weights in proposals if unit in proposing and unit in (None, of)],
        )
        for unit in shown
    }


def _cells(given: Sequence[tuple[OfUnit, int | None]], floor: int) -> dict[OfUnit, Spread]:
    """Spreads of one question about one indicator, of the whole and of each unit, as far as they may show."""
    counts = Counter((unit, level) for unit, level in given if level is not None)
    sizes: Counter[OfUnit] = Counter()
    for (unit, _level), n in counts.items():
        sizes[unit] += n
    shown = {None, *apart(sizes, floor)} if sizes.total() >= floor else set()
    return {unit: _spread(counts, unit) for unit in shown}


def _spread(counts: Counter[tuple[OfUnit, int]], unit: OfUnit) -> Spread:
    """Of one unit, or of the whole (None)."""
    levels: Counter[int] = Counter()
    for (of, level), n in counts.items():
        levels[level] += n if unit in (None, of) else 0
    return Spread(tuple(levels[level] for level in range(1, LEVELS + 1)))


def _group(
    pins: Pinned,
    unit_id: OfUnit,
    answered: int,
    cells: Mapping[tuple[str, str], Spread | None],
    proposals: Sequence[Mapping[str, int]],
) -> Group:
    opinions = tuple(
        Opinion(
            indicator=key,
            spreads={question: spread for (of, question), spread in cells.items() if of == key},
            weight=Fraction(line.weight_e4, 10**4),
            proposed=Fraction(sum(one.get(key, 0) for one in proposals), len(proposals))
            if proposals
            else None,
        )
        for key, line in pins.plan.lines.items()
    )
    return Group(unit_id, "", answered, len(proposals), opinions)


def _names(session: Session, viewer: Viewer, units: set[int]) -> dict[int, str]:
    """Names of those units that stand at or below one where the viewer is HR."""
    mine = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(viewer.units("hr")))
    query = select(Unit.id, Unit.name).where(Unit.id.in_(units), Unit.id.in_(mine))
    return {unit: name for unit, name in session.execute(query)}
