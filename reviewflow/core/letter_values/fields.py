"""The merge fields of the feedback letter: their names, how they are written, which may be missing.

Texts are already in the letter's language. Numbers are decimal strings with the decimals to be shown,
because JSON numbers are not exact. Percentages, weights and attainments are in percent ("25", "108.2");
so are the figures of an indicator whose unit is "%". Fields of pay, approval, appeal and statements do
not exist: the letter precedes them and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, NotRequired, TypedDict


@dataclass(frozen=True)
class Rule:
    """How one value must look. `key` names the fault if `holds` says no."""

    key: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class AtMost:
    """The longest list the layout is made for."""

    items: int


LONGEST_LINE = 200
"""Characters of one line of text."""


def _text(longest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(value.strip()) and len(value) <= longest


def _number(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > 40:
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and "e" not in value.lower()


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _instant(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15


def _matches(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


Line = Annotated[
    str, Rule("letter_values.line", _text(LONGEST_LINE))
]  # one line of text, at most 200 characters
Text = Annotated[str, Rule("letter_values.text", _text(3000))]  # paragraphs, at most 3,000 characters
Number = Annotated[str, Rule("letter_values.number", _number)]  # "1082000", "93.24", "-2.00"
Day = Annotated[str, Rule("letter_values.day", _day)]  # "2026-09-30"
Instant = Annotated[str, Rule("letter_values.instant", _instant)]  # "2026-10-23T00:00:00+08:00"
Count = Annotated[int, Rule("letter_values.count", _count)]
Flag = Annotated[bool, Rule("letter_values.flag", lambda value: isinstance(value, bool))]
Code = Annotated[str, Rule("letter_values.code", _matches("[0-9A-Z]{16}"))]
Address = Annotated[str, Rule("letter_values.address", _matches(r"https?://[!-~]{1,200}"))]
Arithmetic = Annotated[list[Line], AtMost(8)]  # numbers and signs, one step a line
Picture = Annotated[str, Rule("letter_values.picture", _matches(r"(?s)\s*<svg\b.{1,100000}</svg>\s*"))]


class Addressee(TypedDict):
    name: Line
    employee_no: Line
    position: NotRequired[Line]
    team: NotRequired[Line]


class Replaced(TypedDict):
    """The revision that this letter puts out of force."""

    revision: Count
    released_on: Day


class AuditHead(TypedDict):
    """The newest seal of the audit chain when the values were frozen."""

    seq: Count
    hash: Line
    at: Instant


class Band(TypedDict):
    """A grade and the lowest total that earns it."""

    letter: Line
    from_points: Number


class PastCycle(TypedDict):
    """One earlier result, or the reason why there is none. `cycle` is short: "26Q1"."""

    cycle: Line
    total: NotRequired[Number]
    grade: NotRequired[Line]
    gap_reason: NotRequired[Line]


class Indicator(TypedDict):
    """One measured line. `effective_weight` is the weight after lost weights were shared out.

    `points` is the score times the effective weight. `trace` is the arithmetic, as `core.trace.lines`
    gives it: "100 + (8 − 6) ÷ (9 − 6) × 20 ≈ 113.33", "113.33 × 10% = 11.33". A line that is left out
    has a `missing_reason` and no points; its weight of 8 and effective weight of 0 stay visible.
    """

    name: Line
    unit: NotRequired[Line]
    weight: Number
    effective_weight: Number
    actual: NotRequired[Number]
    target: NotRequired[Number]
    threshold: NotRequired[Number]
    stretch: NotRequired[Number]
    lower_is_better: Flag
    attainment: NotRequired[Number]
    points: NotRequired[Number]
    formula: Line
    source: NotRequired[Line]
    rows: Count
    missing_reason: NotRequired[Text]
    by_hand_reason: NotRequired[Text]
    trace: NotRequired[Arithmetic]


class Group(TypedDict):
    """Indicators of one kind. `score` is points per weight: 100 means that all targets are met.

    A group of which nothing counts has neither points nor score.
    """

    name: Line
    weight: Number
    points: NotRequired[Number]
    score: NotRequired[Number]
    derivation: NotRequired[Line]
    indicators: Annotated[list[Indicator], AtMost(40)]


class Item(TypedDict):
    """A plus or minus item; `points` is positive in both."""

    reason: Line
    points: Number


class Curve(TypedDict):
    """The score given at each anchor of the plan's scoring curve; straight lines between them."""

    threshold: Number
    target: Number
    stretch: Number


class Criterion(TypedDict):
    """One criterion: level 4 of 5 with the anchor text of that level; no level means "cannot judge"."""

    name: Line
    level: NotRequired[Count]
    levels: Count
    anchor: NotRequired[Text]


class Rubric(TypedDict):
    """The manager's judgement. `points` and their derivation are missing if it does not count."""

    criteria: Annotated[list[Criterion], AtMost(20)]
    points: NotRequired[Number]
    derivation: NotRequired[Arithmetic]


class Snapshot(TypedDict):
    id: Line
    at: Instant


class Calibration(TypedDict):
    on: Day
    facilitator: Line
    before: Line
    after: Line
    reason: NotRequired[Text]


class Override(TypedDict):
    """A grade that a person set instead of the computed one."""

    by: Line
    before: Line
    after: Line
    reason: Text


class Point(TypedDict):
    """A strength or a point to improve: the claim in one line, the text, what it rests on."""

    claim: Line
    text: NotRequired[Text]
    evidence: NotRequired[Text]


class Action(TypedDict):
    action: Line
    owner: Line
    due: Day
    done_when: NotRequired[Line]


class FeedbackValues(TypedDict):
    """All merge fields of the feedback letter.

    `computed_points` is the sum of the groups, missing if no indicator counts; `total_derivation` says
    how it and the rubric make the total: "86.40 × 80% + 104.00 × 20% = 89.92".
    """

    lang: Literal["en", "zh"]
    org: Line
    org_unit: NotRequired[Line]
    logo: NotRequired[Picture]
    ref: Line
    revision: Count
    replaces: NotRequired[Replaced]
    released_on: Day
    person: Addressee
    manager: NotRequired[Line]
    hr_contact: Line
    scheme: Line
    cycle: Line
    from_on: Day
    to_on: Day
    rating: Line
    rating_label: NotRequired[Line]
    total: Number
    total_max: NotRequired[Number]
    computed_points: NotRequired[Number]
    total_derivation: NotRequired[Line]
    bands: Annotated[list[Band], AtMost(9)]
    history: Annotated[list[PastCycle], AtMost(6)]
    groups: Annotated[list[Group], AtMost(8)]
    plus_items: Annotated[list[Item], AtMost(20)]
    minus_items: Annotated[list[Item], AtMost(20)]
    curve: NotRequired[Curve]
    rubric: NotRequired[Rubric]
    snapshot: Snapshot
    calibration: NotRequired[Calibration]
    override: NotRequired[Override]
    machine_note: NotRequired[Text]
    strengths: Annotated[list[Point], AtMost(20)]
    improvements: Annotated[list[Point], AtMost(20)]
    suggestions: Annotated[list[Text], AtMost(20)]
    actions: Annotated[list[Action], AtMost(30)]
    meeting_on: NotRequired[Day]
    ack_by: Instant
    ack_days: Count
    ack_days_count: Literal["working", "calendar"]
    verify_code: Code
    verify_url: Address
    audit: NotRequired[AuditHead]
