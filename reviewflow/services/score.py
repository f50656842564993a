"""Score lines of frozen reviews: goals and figures become points, then the rating follows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core import scoring
from reviewflow.core.goals import WHOLE_E4, Goal
from reviewflow.core.indicators import Ratio
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.core.values import half_up_scaled
from reviewflow.store import again, pinned, ratings
from reviewflow.store.pinned import Pinned
from reviewflow.store.reviews import Goal as GoalRow
from reviewflow.store.reviews import Measured, Review, ScoreLine


def score(session: Session, moment: Moment, cycle_id: int, review_ids: Sequence[int]) -> int:
    """Write the score lines of frozen, unreleased reviews for their present collection; returns how many.

    Running it again writes the same lines. Six queries per 500 reviews, then their ratings.
    """
    pins = pinned.of_cycle(session, cycle_id)
    done: list[tuple[int, int]] = []
    for start in range(0, len(review_ids), 500):
        done += _chunk(session, pins, review_ids[start : start + 500])
    scored = ratings.Cause(None, ratings.SCORED)
    ratings.recompute(session, moment, scored, cycle_id, [review for review, _ in done])
    again.look_again(session, moment, [(review, f"score:{collection}") for review, collection in done])
    return len(done)


def _chunk(session: Session, pins: Pinned, review_ids: Sequence[int]) -> list[tuple[int, int]]:
    reviews = session.execute(
        select(Review.id, Review.revision, Review.collection)
        .where(Review.id.in_(review_ids), Review.frozen_at.is_not(None), Review.released_at.is_(None))
        .order_by(Review.id)
        .with_for_update(key_share=True)
    ).all()
    goals, figures = _goals(session, review_ids), _figures(session, review_ids)
    rows: list[dict[str, Any]] = []
    done = []
    for review_id, revision, collection in reviews:
        mine = figures.get((review_id, collection), {})
        if any(goal.indicator not in mine for goal in goals[review_id]):
            continue  # its figures are not frozen yet: the freeze will ask again
        scores = scoring.score_lines(goals[review_id], mine, pins.catalogue, pins.plan)
        rows += [{"review_id": review_id, "revision": revision} | line for line in _lines(scores)]
        done.append((review_id, collection))
    _write(session, [row.id for row in reviews], rows, done)
    return done


def _write(
    session: Session,
    review_ids: Sequence[int],
    rows: Sequence[dict[str, Any]],
    done: Sequence[tuple[int, int]],
) -> None:
    present = select(Review.revision).where(Review.id == ScoreLine.review_id).scalar_subquery()
    session.execute(
        delete(ScoreLine).where(ScoreLine.review_id.in_(review_ids), ScoreLine.revision == present)
    )
    if rows:
        session.execute(insert(ScoreLine), list(rows))
    ids = [review for review, _ in done]
    session.execute(update(Review).where(Review.id.in_(ids)).values(scored_collection=Review.collection))


def _lines(scores: scoring.Scores) -> list[dict[str, Any]]:
    lines = [
        _line(one.line, one.weight_e4, one.points_e6, one.trace) | {"attainment_e6": one.attainment_e6}
        for one in scores.lines
    ]
    groups = [
        _line(
            one.line, one.weight_e4, None if one.points is None else half_up_scaled(one.points, 6), one.trace
        )
        for one in scores.groups
    ]
    total = None if scores.points is None else half_up_scaled(scores.points, 6)
    return [*lines, *groups, _line(ratings.TOTAL, WHOLE_E4, total, scores.trace)]


def _line(name: str, weight_e4: int, points_e6: int | None, trace: dict[str, Any]) -> dict[str, Any]:
    return {
        "line": name,
        "weight_e4": weight_e4,
        "attainment_e6": None,
        "points_e6": points_e6,
        "trace": json.dumps(trace, ensure_ascii=False),
    }


def _goals(session: Session, review_ids: Sequence[int]) -> dict[int, list[Goal]]:
    found: defaultdict[int, list[Goal]] = defaultdict(list)
    query = select(GoalRow.review_id, GoalRow.indicator, GoalRow.target_e4, GoalRow.weight_e4)
    for review_id, indicator, target, weight in session.execute(
        query.where(GoalRow.review_id.in_(review_ids))
    ):
        found[review_id].append(Goal.from_scaled(indicator, target, weight))
    return found


def _figures(session: Session, review_ids: Sequence[int]) -> dict[tuple[int, int], dict[str, Ratio | Reason]]:
    """Figures by (review, collection) and indicator; a `Reason` where one is left out."""
    found: defaultdict[tuple[int, int], dict[str, Ratio | Reason]] = defaultdict(dict)
    for row in session.scalars(select(Measured).where(Measured.review_id.in_(review_ids))):
        figure = measured_figure(row)
        if figure is not None:
            found[row.review_id, row.revision][row.indicator] = figure
    return found


def measured_figure(row: Measured) -> Ratio | Reason | None:
    """What a measured row says: a figure, the reason it is left out, or None while it is missing."""
    if row.state == "missing":
        return None
    if row.numerator_e4 is None or row.denominator_e4 is None:
        key, _, params = (row.reason or "").partition(" ")
        return Reason(key, json.loads(params) if params else {})
    return Ratio(Fraction(row.numerator_e4, 10**4), Fraction(row.denominator_e4, 10**4))
