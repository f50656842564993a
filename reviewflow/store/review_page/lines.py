"""The goals of a review with their figures and points, as one viewer may see them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core import policy
from reviewflow.core.goals import Goal as CoreGoal
from reviewflow.core.indicators import Indicator, Ratio
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period, from_scaled
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import pinned, relations
from reviewflow.store.chunks import chunks
from reviewflow.store.cycles import Cycle
from reviewflow.store.facts.figures import unpacked
from reviewflow.store.people import Person
from reviewflow.store.pinned import Pinned
from reviewflow.store.reviews import Goal, LiveValue, Measured, Review, ScoreLine
from reviewflow.store.subjects import Subject


@dataclass(frozen=True)
class GoalPart:
    """What was agreed, or is proposed. Amounts are in the indicator's unit; a weight of 100 is 1,000,000."""

    target: Decimal | None
    suggested: Decimal | None
    last: Decimal | None
    weight_e4: int


@dataclass(frozen=True)
class FigurePart:
    """A figure: ``computed``, ``by_hand``, ``left_out`` or ``missing``; without a value it has a reason.

    `settled`: it belongs to the evaluation. Otherwise it is live, as of `as_of` and up to the day `until`.
    `traced`: its rows can be found again.
    """

    state: str
    value: Fraction | None
    reason: Reason | None
    batch_no: int
    settled: bool
    as_of: datetime | None
    until: date | None
    rows: int
    entered_by: str | None
    evidence_id: int | None
    traced: bool


@dataclass(frozen=True)
class ScorePart:
    """The points of a figure: percent reached, points (both times 10^6), the weight it got, and how."""

    attainment_e6: int | None
    points_e6: int | None
    weight_e4: int
    trace: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One indicator. A part is None if it does not exist or the viewer does not see it."""

    indicator: Indicator
    goal: GoalPart | None
    figure: FigurePart | None
    score: ScorePart | None


@dataclass(frozen=True)
class Lines:
    """All lines in the catalogue's order, with what their pages need of the review."""

    review_id: int
    person_id: int
    person: str
    cycle: str
    stage: str
    part: str
    due_at: datetime | None
    frozen_at: datetime | None
    period: Period
    currency: str
    pins: Pinned
    held: frozenset[str]
    seen: frozenset[str]
    lines: tuple[Line, ...]

    def __getitem__(self, indicator: str) -> Line:
        return next(line for line in self.lines if line.indicator.key == indicator)

    @property
    def goals(self) -> list[CoreGoal]:
        """The goals that the viewer sees, for the core."""
        return [
            CoreGoal(
                one.indicator.key,
                None if one.goal.target is None else Fraction(one.goal.target),
                one.goal.weight_e4,
            )
            for one in self.lines
            if one.goal is not None
        ]

    @property
    def as_of(self) -> datetime | None:
        """When the newest live figure was computed."""
        return max((one.figure.as_of for one in self.lines if one.figure and one.figure.as_of), default=None)

    @property
    def newest(self) -> str:
        """Names the state of all figures: another text means that something is new."""
        at = self.as_of
        batches = [one.figure.batch_no for one in self.lines if one.figure]
        settled = sum(one.figure.settled for one in self.lines if one.figure)
        return f"{self.part}.{max(batches, default=0)}.{settled}.{at.timestamp() if at else 0:.0f}"


def lines(session: Session, viewer: Viewer, review_id: int) -> Lines | None:
    """Goals, figures and points of a review; None if it does not exist for the viewer. Two queries."""
    return lines_of(session, viewer, [review_id]).get(review_id)


def lines_of(session: Session, viewer: Viewer, review_ids: Collection[int]) -> dict[int, Lines]:
    """The same for many reviews, by id; those that do not exist for the viewer are no keys.

    Two queries per 10,000 reviews, and one for each cycle's pins.
    """
    held = relations.held_on(session, viewer, review_ids)
    opened = [key for key, roles in held.items() if policy.sees("standing", roles, frozenset())]
    rows: dict[int, list[Any]] = {}
    for some in chunks(opened):
        for row in session.execute(_rows(), {"ids": some}):
            rows.setdefault(row.Review.id, []).append(row)
    return {key: _lines(session, held[key], found) for key, found in rows.items()}


def _lines(session: Session, held: frozenset[str], rows: Sequence[Any]) -> Lines:
    review, cycle, pins = rows[0].Review, rows[0].Cycle, pinned.of_cycle(session, rows[0].Review.cycle_id)
    marks = {name for name in MARKS["review"] if getattr(review, f"{name}_at") is not None}
    seen = policy.seen(held, marks)
    found = {row.Goal.indicator: _line(pins, row, seen) for row in rows if row.Goal is not None}
    return Lines(
        review_id=review.id,
        person_id=review.person_id,
        person=rows[0].person,
        cycle=cycle.key,
        stage=rows[0].stage,
        part=rows[0].part,
        due_at=rows[0].due_at,
        frozen_at=review.frozen_at,
        period=Period(cycle.starts_on, cycle.ends_on),
        currency=cycle.currency,
        pins=pins,
        held=held,
        seen=seen,
        lines=tuple(found[key] for key in pins.catalogue.indicators if key in found),
    )


_entered = aliased(Person)


@cache
def _rows() -> Select[Any]:
    """Built once a process; binds the ids."""
    return (
        select(Review, Cycle, Goal, Measured, LiveValue, ScoreLine)
        .add_columns(Subject.stage, Subject.part, Subject.due_at)
        .add_columns(Person.name.label("person"), _entered.name.label("entered_by"))
        .select_from(Review)
        .join(Subject, Subject.id == Review.id)
        .join(Person, Person.id == Review.person_id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .outerjoin(Goal, Goal.review_id == Review.id)
        .outerjoin(
            Measured,
            and_(
                Measured.review_id == Review.id,
                Measured.indicator == Goal.indicator,
                Measured.revision == Review.collection,
            ),
        )
        .outerjoin(LiveValue, and_(LiveValue.review_id == Review.id, LiveValue.indicator == Goal.indicator))
        .outerjoin(
            ScoreLine,
            and_(
                ScoreLine.review_id == Review.id,
                ScoreLine.line == Goal.indicator,
                ScoreLine.revision == Review.revision,
                Review.scored_collection == Review.collection,
            ),
        )
        .outerjoin(_entered, _entered.id == Measured.entered_by)
        .where(Review.id.in_(bindparam("ids", expanding=True)))
    )


def _line(pins: Pinned, row: Any, seen: frozenset[str]) -> Line:
    return Line(
        indicator=pins.catalogue[row.Goal.indicator],
        goal=_goal(row.Goal) if "goals" in seen else None,
        figure=_figure(row) if "figures" in seen else None,
        score=_score(row.ScoreLine) if row.ScoreLine is not None and "score" in seen else None,
    )


def _goal(goal: Goal) -> GoalPart:
    return GoalPart(_e4(goal.target_e4), _e4(goal.suggested_e4), _e4(goal.last_e4), goal.weight_e4)


def _figure(row: Any) -> FigurePart | None:
    stored: Measured | LiveValue | None = row.Measured or row.LiveValue
    if stored is None:
        return None
    measured = stored if isinstance(stored, Measured) else None
    trace = json.loads(stored.trace)
    return FigurePart(
        state=stored.state,
        value=_value(stored),
        reason=_reason(stored),
        batch_no=stored.batch_no,
        settled=measured is not None,
        as_of=stored.computed_at if isinstance(stored, LiveValue) else None,
        until=date.fromisoformat(trace["until"]) if "until" in trace else None,
        rows=stored.rows_used,
        entered_by=row.entered_by,
        evidence_id=measured.evidence_id if measured else None,
        traced=bool(trace.get("measures")),
    )


def _value(stored: Measured | LiveValue) -> Fraction | None:
    if stored.numerator_e4 is None or stored.denominator_e4 is None:
        return None
    return Ratio.from_scaled(stored.numerator_e4, stored.denominator_e4).value


def _reason(stored: Measured | LiveValue) -> Reason | None:
    if stored.reason is None:
        return None
    if stored.state == "by_hand":
        return Reason("measure.by_hand", {"text": stored.reason})
    return unpacked(stored.reason)


def _score(line: ScoreLine) -> ScorePart:
    return ScorePart(line.attainment_e6, line.points_e6, line.weight_e4, json.loads(line.trace))


def _e4(scaled: int | None) -> Decimal | None:
    return None if scaled is None else from_scaled(scaled, 4)
