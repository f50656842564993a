"""The rating follows from score and rubric by the plan's rule; whoever changes one of them calls this."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core import rating, rubric
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.values import from_scaled
from reviewflow.core.workflow import Workflow
from reviewflow.store import audit, pinned
from reviewflow.store.audit import Audit
from reviewflow.store.changes import RESTORED
from reviewflow.store.chunks import chunks
from reviewflow.store.pinned import Pinned
from reviewflow.store.reviews import Review, ScoreLine
from reviewflow.store.subjects import Answer, Subject

TOTAL = "total"
"""The score line that holds the sum of all points."""
JUDGED, SCORED = "judged", "scored"
"""Why a rating is computed anew: the deciding form was submitted, or the points were computed."""


@dataclass(frozen=True)
class Cause:
    """Who brought it about that ratings are computed (None: a job), and by what: `JUDGED` or `SCORED`."""

    actor_id: int | None
    what: str


def recompute(
    session: Session, moment: Moment, cause: Cause, cycle_id: int, review_ids: Sequence[int]
) -> None:
    """Rate these reviews of one cycle anew where score and judgement are both there, unless released.

    A rating set by hand falls with the figures it was set against, whose reason spoke about those; the audit
    says so. Three queries per 500, one for all ratings, and one more where a rating falls.
    """
    pins = pinned.of_cycle(session, cycle_id)
    rows = []
    by_hand: dict[int, Any] = {}
    for chunk in chunks(review_ids, 500):
        by_hand |= _hold(session, chunk)
        judged = _judged(session, pins, chunk)
        for review_id, points_e6 in _scored(session, chunk).items():
            if pins.rubric is None or review_id in judged:
                points = None if points_e6 is None else from_scaled(points_e6, 6)
                rows.append({"review": review_id, **_rated(pins, points, judged.get(review_id, []))})
    if rows:
        table = Review.metadata.tables["review"]
        names: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "review"}
        rate = update(table).where(table.c.id == bindparam("review"), table.c.released_at.is_(None))
        session.connection().execute(rate.values(rating_reason=None, rating_by=None, **names), rows)
    fallen = [_fallen(moment, cause, by_hand[row["review"]], row) for row in rows if row["review"] in by_hand]
    if fallen:
        session.execute(insert(Audit), fallen)


def _fallen(moment: Moment, cause: Cause, review: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    rating = row["rating"]
    detail = {"from": review.rating, "to": rating, "computed": rating, "cause": cause.what}
    return audit.row(moment.wall, cause.actor_id, RESTORED, review.person_id, review.id, detail)


def _hold(session: Session, review_ids: Sequence[int]) -> dict[int, Any]:
    """Those whose rating was set by hand, by id. Nobody else scores, judges or releases any of these reviews before
    this transaction ends.

    Otherwise points and judgement, written at the same moment, would not see each other and nobody would rate.
    """
    held = select(Review.id, Review.person_id, Review.rating, Review.rating_by)
    held = held.where(Review.id.in_(review_ids)).order_by(Review.id).with_for_update(key_share=True)
    return {row.id: row for row in session.execute(held) if row.rating_by is not None}


def _rated(pins: Pinned, points: Decimal | None, levels: Sequence[int]) -> dict[str, Any]:
    try:
        rated = rating.rate(pins.plan, points, levels)
    except Refused:  # neither figures nor judgement: HR sees that the rating is missing
        return dict.fromkeys(("score_e6", "rating", "rating_computed", "rating_trace"))
    return {
        "score_e6": rated.total_e6,
        "rating": rated.rating,
        "rating_computed": rated.rating,
        "rating_trace": json.dumps(rated.trace, ensure_ascii=False),
    }


def _scored(session: Session, review_ids: Sequence[int]) -> dict[int, int | None]:
    """Points (six decimals) of reviews whose score lines stand for the present freeze and are not released."""
    rows = session.execute(
        select(Review.id, ScoreLine.points_e6)
        .join(ScoreLine, (ScoreLine.review_id == Review.id) & (ScoreLine.revision == Review.revision))
        .where(
            Review.id.in_(review_ids),
            Review.released_at.is_(None),
            Review.scored_collection == Review.collection,
            ScoreLine.line == TOTAL,
        )
    )
    return {review_id: points for review_id, points in rows}


def _judged(session: Session, pins: Pinned, review_ids: Sequence[int]) -> dict[int, list[int]]:
    """Levels that the deciding answer gave, by review: the submitted one of the present round."""
    task = deciding_task(pins.workflow)
    if pins.rubric is None or task is None:
        return {}
    rows = session.execute(
        select(Answer.subject_id, Answer.body)
        .join(Subject, Subject.id == Answer.subject_id)
        .where(
            Answer.subject_id.in_(review_ids),
            Answer.task == task[0],
            Answer.round == Subject.round,
            Answer.submitted_at.is_not(None),
        )
    )
    found = {}
    for review_id, text in rows:
        body: Mapping[str, Any] = json.loads(text)
        found[review_id] = rubric.judged_levels(pins.rubric, rubric.judgements(body[task[1]]))
    return found


def deciding_task(workflow: Workflow) -> tuple[str, str] | None:
    """The task whose rubric counts for the rating, and the key of its field: the manager's, never one's own."""
    for task in workflow.tasks.values():
        if "reviewee" in task.by:
            continue
        for field in workflow.forms[task.form].fields:
            if field.kind == "rubric":
                return task.key, field.key
    return None
