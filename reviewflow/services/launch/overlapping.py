"""Who is in another cycle in the same time: of the same process, or of one that pays the same."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.services.launch.paying import Pays, pays
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle, Definition
from reviewflow.store.reviews import Review


def elsewhere(
    session: Session,
    workflow: str,
    period: Period,
    mine: Pays,
    besides: int | None = None,
    *only: ColumnElement[bool],
) -> tuple[set[int], set[int]]:
    """People with a living review of this workflow, and of another that pays one of the same components.

    Of cycles that overlap, but for the cycle `besides`, and narrowed by `only`. At most three queries.
    """
    overlapping = (
        select(Cycle.id, Definition.name)
        .join(Definition, Definition.id == Cycle.workflow_id)
        .where(Cycle.starts_on <= period.ends_on, Cycle.ends_on >= period.starts_on)
    )
    names = {key: name for key, name in session.execute(overlapping) if key != besides}
    others = [key for key, name in names.items() if name != workflow] if mine.components else []
    pins = pinned.of_cycles(session, others)
    paying = {key for key in others if pays(pins[key].workflow, pins[key].plan).components & mine.components}
    same = {key for key, name in names.items() if name == workflow}
    people: tuple[set[int], set[int]] = (set(), set())
    if same | paying:
        living = (Review.cycle_id.in_(same | paying), Review.voided_at.is_(None))
        query = select(Review.cycle_id, Review.person_id).where(*living, *only)
        for cycle_id, person_id in session.execute(query):
            people[cycle_id in paying].add(person_id)
    return people
