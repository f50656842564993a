"""Score lines: figures and goals become points, left-out weight is spread, everything explains itself.

Exact until the points of a line (6 decimals half up). What cannot be scored is left out, never counted as 0:
its weight goes to the other indicators of its group, or to the other groups if the whole group is left out,
in proportion to their weights and with nothing lost (largest remainder).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviewflow.core.curve import Anchor, attainment, explain, points_at
from reviewflow.core.goals import WHOLE_E4, Goal, refuse_target, refuse_weights
from reviewflow.core.indicators import GROUPS, Catalogue, Indicator, Ratio
from reviewflow.core.plan import Plan
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.trace import TIMES, Num, Trace, exact, step
from reviewflow.core.values import half_up, half_up_scaled, share_out

_MOST_ATTAINMENT = Fraction(10**6)
"""A million percent. More, or less than its negative, is kept as this: a target of 0.0001 may give more."""


@dataclass(frozen=True)
class ScoreLine:
    """One indicator's part of the total.

    `attainment` is in percent, `score` 0 to the stretch points, `points` = score times effective weight (6
    decimals). All three are None if the line is left out, with the `reason`; its effective weight is 0 then.
    """

    line: str
    group: str
    agreed_weight_e4: int
    weight_e4: int
    attainment: Fraction | None
    score: Fraction | None
    points: Decimal | None
    reason: Reason | None
    trace: Trace

    @property
    def attainment_e6(self) -> int | None:
        """Percent times 10^6, for the database."""
        if self.attainment is None:
            return None
        return half_up_scaled(max(-_MOST_ATTAINMENT, min(self.attainment, _MOST_ATTAINMENT)), 6)

    @property
    def points_e6(self) -> int | None:
        return None if self.points is None else half_up_scaled(self.points, 6)


@dataclass(frozen=True)
class GroupScore:
    """The sum of a group's lines. `score` = points per weight: 100 means all targets met (2 decimals)."""

    group: str
    agreed_weight_e4: int
    weight_e4: int
    points: Decimal | None
    score: Decimal | None
    trace: Trace

    @property
    def line(self) -> str:
        """Its name among the stored score lines."""
        return f"group:{self.group}"


@dataclass(frozen=True)
class Scores:
    """All lines of one review in the order of the goals, and the groups. `points`: None if nothing counts."""

    lines: tuple[ScoreLine, ...]
    groups: tuple[GroupScore, ...]
    points: Decimal | None
    trace: Trace


def score_lines(
    goals: Sequence[Goal], figures: Mapping[str, Ratio | Reason], catalogue: Catalogue, plan: Plan
) -> Scores:
    """Score every goal. `figures` holds a figure, or the reason why it is left out, for every indicator.

    Raises `Refused` if the weights do not sum to 100, or with ``score.figure_missing`` for each goal without
    an entry in `figures`.
    """
    _check(goals, figures)
    counted = {goal.indicator: _why_left_out(goal, figures[goal.indicator]) for goal in goals}
    groups = {goal.indicator: catalogue[goal.indicator].group for goal in goals}
    weights = _effective_weights(goals, groups, {key for key, reason in counted.items() if reason is None})
    lines = tuple(
        _left_out(goal, groups[goal.indicator], reason)
        if (reason := counted[goal.indicator])
        else _scored(goal, figures[goal.indicator], catalogue[goal.indicator], plan, weights[goal.indicator])
        for goal in goals
    )
    points = [line.points for line in lines]
    return Scores(lines, _group_scores(lines), _sum(points), _sum_trace("score_total", points))


def _check(goals: Sequence[Goal], figures: Mapping[str, Ratio | Reason]) -> None:
    weights = refuse_weights([goal.weight_e4 for goal in goals])
    missing = [goal.indicator for goal in goals if goal.indicator not in figures]
    reasons = [Reason("score.figure_missing", {"indicator": key}) for key in missing]
    if weights or reasons:
        raise Refused([*([weights] if weights else []), *reasons])


def _why_left_out(goal: Goal, figure: Ratio | Reason) -> Reason | None:
    return figure if isinstance(figure, Reason) else refuse_target(goal.target)


def _effective_weights(goals: Sequence[Goal], groups: Mapping[str, str], counted: set[str]) -> dict[str, int]:
    """Scaled weights of the counted goals; they sum to 100, and each group keeps its share if it can.

    Shared out in the order of their keys, so that the order of the goals never moves a cent.
    """
    ordered = sorted(goals, key=lambda goal: goal.indicator)
    members = {group: [goal for goal in ordered if groups[goal.indicator] == group] for group in GROUPS}
    alive = {
        group: [goal for goal in inside if goal.indicator in counted] for group, inside in members.items()
    }
    alive = {group: inside for group, inside in alive.items() if inside}
    if not alive:
        return {}
    shares = share_out(WHOLE_E4, [sum(goal.weight_e4 for goal in members[group]) for group in alive])
    weights: dict[str, int] = {}
    for inside, share in zip(alive.values(), shares, strict=True):
        parts = share_out(share, [goal.weight_e4 for goal in inside])
        weights |= {goal.indicator: part for goal, part in zip(inside, parts, strict=True)}
    return weights


def _left_out(goal: Goal, group: str, reason: Reason) -> ScoreLine:
    trace: Trace = {
        "kind": "score",
        "indicator": goal.indicator,
        "state": "left_out",
        "reason": {"key": reason.key, "params": dict(reason.params)},
        "target": None if goal.target is None else exact(goal.target),
        "agreed_weight": _weight(goal.weight_e4),
        "weight": "0",
        "steps": [],
    }
    return ScoreLine(goal.indicator, group, goal.weight_e4, 0, None, None, None, reason, trace)


def _scored(
    goal: Goal, figure: Ratio | Reason, indicator: Indicator, plan: Plan, weight_e4: int
) -> ScoreLine:
    if isinstance(figure, Reason) or goal.target is None:  # pragma: no cover - those are left out
        raise ValueError(goal.indicator)
    anchors = plan.curve_for(indicator).around(goal.target)
    score = points_at(anchors, figure.value)
    reached = attainment(figure.value, goal.target, indicator.lower_is_better)
    points = half_up(score * weight_e4 / WHOLE_E4, 6)
    trace = _score_trace(goal, figure, indicator, anchors, reached)
    trace["weight"] = _weight(weight_e4)
    weighted = step(
        [Num(score, 2), TIMES, Num(Fraction(weight_e4, 10**4), percent=True)], Num(points, 2, fixed=True)
    )
    trace["steps"] = [explain(anchors, figure.value, indicator.unit == "percent"), weighted]
    return ScoreLine(
        goal.indicator, indicator.group, goal.weight_e4, weight_e4, reached, score, points, None, trace
    )


def _score_trace(
    goal: Goal,
    figure: Ratio,
    indicator: Indicator,
    anchors: tuple[Anchor, Anchor, Anchor],
    reached: Fraction | None,
) -> Trace:
    names = ("threshold", "target", "stretch")
    return {
        "kind": "score",
        "indicator": goal.indicator,
        "state": "scored",
        "unit": indicator.unit,
        "direction": indicator.direction,
        "actual": exact(figure.value),
        "numerator": exact(figure.numerator),
        "denominator": exact(figure.denominator),
        "attainment": None if reached is None else exact(reached),
        "anchors": {
            name: {"at": exact(anchor.at), "points": exact(anchor.points)}
            for name, anchor in zip(names, anchors, strict=True)
        },
        "target": exact(anchors[1].at),
        "agreed_weight": _weight(goal.weight_e4),
    }


def _group_scores(lines: Sequence[ScoreLine]) -> tuple[GroupScore, ...]:
    inside = {group: [line for line in lines if line.group == group] for group in GROUPS}
    return tuple(_group_score(group, members) for group, members in inside.items() if members)


def _group_score(group: str, members: Sequence[ScoreLine]) -> GroupScore:
    weight = sum(line.weight_e4 for line in members)
    points = _sum([line.points for line in members])
    score = None if points is None else half_up(Fraction(points) * WHOLE_E4 / weight, 2)
    trace = {**_sum_trace("score_group", [line.points for line in members]), "group": group}
    return GroupScore(group, sum(line.agreed_weight_e4 for line in members), weight, points, score, trace)


def _sum(points: Sequence[Decimal | None]) -> Decimal | None:
    counted = [one for one in points if one is not None]
    return sum(counted, Decimal("0.000000")) if counted else None


def _sum_trace(kind: str, points: Sequence[Decimal | None]) -> Trace:
    counted = [one for one in points if one is not None]
    terms: list[Num | str] = []
    for one in counted:
        terms += ["+", Num(one, 2)] if terms else [Num(one, 2)]
    total = _sum(points)
    steps = [] if total is None else [step(terms, Num(total, 2, fixed=True))]
    return {"kind": kind, "steps": steps}


def _weight(weight_e4: int) -> str:
    return exact(Fraction(weight_e4, 10**4))
