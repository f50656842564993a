"""How a team's sum grew, day by day: the same rows as behind the figures of its people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate

from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.indicators import Indicator
from reviewflow.core.measuring import rules_of
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations
from reviewflow.store.facts import counting
from reviewflow.store.review_page import Lines

AMOUNT_PLACES = 4


@dataclass(frozen=True)
class Point:
    """The sum of everything up to and including a day, in the indicator's unit."""

    day: date
    value: Fraction


def is_sum(indicator: Indicator) -> bool:
    """Whether the figure is one plain sum of amounts, so that the figures of several people add up."""
    measures = indicator.measures
    return len(measures) == 1 and measures[0].operation == "sum" and indicator.formula.text == measures[0].key


def growth(session: Session, viewer: Viewer, indicator: Indicator, team: Collection[Lines]) -> list[Point]:
    """A point for each day with a row of the people whose figure the viewer sees and there is. One query.

    For indicators that are a plain sum (`is_sum`), as of the newest batch of the figures.
    """
    held = relations.held_on(session, viewer, [lines.review_id for lines in team]) if team else {}
    shown = [
        (lines, line.figure)
        for lines in team
        if policy.sees("figures", held[lines.review_id], frozenset())
        for line in lines.lines
        if line.indicator.key == indicator.key and line.figure is not None and line.figure.value is not None
    ]
    if not shown:
        return []
    batch_no = max(figure.batch_no for _, figure in shown)
    people = [lines.person_id for lines, _ in shown]
    (rule,) = rules_of(indicator).values()
    days = counting.by_day(session, batch_no, people, shown[0][0].period, rule)
    sums = accumulate(Fraction(total, 10**AMOUNT_PLACES) for _, total in days)
    return [Point(day, value) for (day, _), value in zip(days, sums, strict=True)]
