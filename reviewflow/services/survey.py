"""Feedback on the rubric: asked once of every reviewed person, stored without a way back to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import pinned, surveys

QUESTIONS = ("fair", "clear", "in_my_control")
SCALE = (1, 2, 3, 4, 5)
LONGEST_COMMENT = 2000


def submit(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    cycle_id: int,
    *,
    ratings: Mapping[str, Mapping[str, int]],
    weights: Mapping[str, int],
    comment: str,
    floor: int,
) -> None:
    """Store one anonymous answer and use the ticket. Raises `Refused` with all reasons.

    `ratings` by indicator of the cycle and question of `QUESTIONS`, 1 to 5; an indicator or question may be
    left out. `weights` by indicator, whole percent, summing to 100, or empty. The answer shows once `floor`
    of them have come together. Neither an audit row nor a time is written: both would lead back to the
    author.
    """
    del moment  # on purpose: no time may be stored with an answer
    if not surveys.claim(session, viewer, cycle_id):
        raise Refused([Reason("survey.no_ticket")])
    known = pinned.of_cycle(session, cycle_id).plan.lines
    _check(ratings, weights, comment, frozenset(known))
    body = {
        "ratings": {key: dict(row) for key, row in ratings.items() if row},
        "weights": dict(weights),
        "comment": comment.strip(),
    }
    surveys.take_in(session, viewer, cycle_id, json.dumps(body, ensure_ascii=False, sort_keys=True), floor)


def _check(
    ratings: Mapping[str, Mapping[str, int]],
    weights: Mapping[str, int],
    comment: str,
    known: frozenset[str],
) -> None:
    reasons = [
        Reason("survey.unknown_indicator", {"indicator": key[:40]})
        for key in sorted({*ratings, *weights} - known)
    ]
    for indicator, row in ratings.items():
        for question, level in row.items():
            if question not in QUESTIONS or not _whole(level) or level not in SCALE:
                reasons.append(Reason("survey.bad_level", {"indicator": indicator, "question": question}))
    reasons += _against_weights(list(weights.values()))
    if len(comment) > LONGEST_COMMENT:
        reasons.append(Reason("survey.comment_too_long", {"most": LONGEST_COMMENT, "length": len(comment)}))
    if not weights and not comment.strip() and not any(ratings.values()):
        reasons.append(Reason("survey.empty"))
    if reasons:
        raise Refused(reasons)


def _against_weights(weights: Sequence[int]) -> list[Reason]:
    if not all(_whole(weight) for weight in weights):
        return [Reason("survey.weight_not_whole")]
    if any(weight < 0 for weight in weights):
        return [Reason("survey.weight_negative")]
    total = sum(weights)
    if not weights or total == 100:
        return []
    if total > 100:
        return [Reason("survey.weights_over", {"sum": total, "over": total - 100})]
    return [Reason("survey.weights_sum", {"sum": total, "missing": 100 - total})]


def _whole(value: object) -> bool:
    """A whole number. Python takes True for 1; a rating is not."""
    return isinstance(value, int) and not isinstance(value, bool)
