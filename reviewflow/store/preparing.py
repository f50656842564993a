"""Who prepared the awards of a result, and therefore signs none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from reviewflow.core.workflow import Workflow
from reviewflow.store.reviews import Measured
from reviewflow.store.subjects import MoveLog


class Result(Protocol):
    """What has to be known of a result. `rating_by` set the rating against the rule, if somebody did."""

    @property
    def id(self) -> int: ...
    @property
    def rating_by(self) -> int | None: ...
    @property
    def collection(self) -> int: ...


def of_results(session: Session, workflow: Workflow, results: Sequence[Result]) -> dict[int, set[int]]:
    """By review: who released it, set its rating against the rule, or entered one of its figures. Two queries."""
    found: dict[int, set[int | None]] = {r.id: {r.rating_by} for r in results}
    by_hand = select(Measured.review_id, Measured.entered_by).where(
        tuple_(Measured.review_id, Measured.revision).in_([(r.id, r.collection) for r in results]),
        Measured.entered_by.is_not(None),
    )
    for key, person in session.execute(by_hand):
        found[key].add(person)
    releasing = [stage.key for stage in workflow.stages.values() if "released" in stage.marks]
    query = (
        select(MoveLog.subject_id, MoveLog.actor_id)
        .where(MoveLog.subject_id.in_(found), MoveLog.to_stage.in_(releasing), MoveLog.actor_id.is_not(None))
        .order_by(MoveLog.version)
    )
    last = {key: actor for key, actor in session.execute(query)}
    return {key: {p for p in (*people, last.get(key)) if p is not None} for key, people in found.items()}
