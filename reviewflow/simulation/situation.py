"""What a simulated person sees of a review or an award before acting. Plain values, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from reviewflow.core.rubric import Rubric


@dataclass(frozen=True)
class Result:
    """One indicator as the reader sees it, in their language.

    `actual` and `target` carry the sign of the currency or of percent, but no word for the unit:
    ¥1,082,000.00, 88.2%, 48.5. `attainment` in percent, 100 = target met, also where lower is better; None
    if there is no figure.
    """

    indicator: str
    title: str
    attainment: Fraction | None
    actual: str
    target: str
    rows: int = 0


@dataclass(frozen=True)
class GoalProposal:
    """One line of the form for targets: the suggestion, the last figure and the plan's weight in percent.

    `first` is what somebody sets who has nothing to go by.
    """

    indicator: str
    suggested: Decimal | None
    last: Decimal | None
    weight: Decimal
    first: Decimal = Decimal(10)


@dataclass(frozen=True)
class Situation:
    """One subject at the moment when somebody acts on it.

    `person` and `author` are external ids: whom it is about and who acts; `role` is the role in which they
    act. `round` counts rounds from 1. `today` is the business date from which agreed actions are dated.
    `all_targets`: the process waits for a target of every goal.
    `missing` are the indicators to enter by hand, each with the value to enter (None: nobody knows it), and
    `attachments` the ids of files that were stored for this task before.
    """

    person: str
    person_name: str
    author: str
    author_name: str
    role: str
    language: str
    stage: str
    today: date
    round: int = 1
    results: tuple[Result, ...] = ()
    rubric: Rubric | None = None
    goals: tuple[GoalProposal, ...] = ()
    missing: Mapping[str, Decimal | None] = field(default_factory=dict)
    attachments: tuple[int, ...] = ()
    amount: Decimal | None = None
    all_targets: bool = False
