"""One award with everything behind it: how the amount came about, who signed, what peers get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.policy import sees
from reviewflow.core.values import Money, Period
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations
from reviewflow.store.approvals.listing import AwardLine, line_query, marks_of, masked, opened
from reviewflow.store.approvals.past import Past, past
from reviewflow.store.cycles import Cycle
from reviewflow.store.letters import Letter
from reviewflow.store.pay import Award
from reviewflow.store.people import Membership, Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import MoveLog, Subject

DISAGREED = "acknowledged_disagree"

_AFTERWARDS = frozenset({"frozen", "rated", "released"})
"""Of a review whose awards are there already."""


@dataclass(frozen=True)
class AwardPage:
    """One award with everything that the viewer may see of it.

    `review_id` is None for somebody who may not open the review; `figures` and `result` say whether they see
    there what the amount rests on. `objection` is what the employee wrote when disagreeing, `letter_id` the letter
    that it answers, for whoever may open it. `acknowledgement` and `released_at` are the review's. `zone`: where the
    person works. `past` is empty for whoever may not see signatures.
    """

    line: AwardLine
    review_id: int | None
    figures: bool
    result: bool
    position: str | None
    period: Period
    score_e6: int | None
    trace: Mapping[str, Any] | None
    changed_reason: str | None
    rating_reason: str | None
    acknowledgement: str | None
    objection: str | None
    letter_id: int | None
    released_at: datetime | None
    zone: str
    past: Past
    peers: tuple[Money, ...]


def page(session: Session, viewer: Viewer, award_id: int) -> AwardPage | None:
    """One award, or None if it does not exist for the viewer. Five queries, seven of a result that is disputed."""
    query = _page_query().where(Subject.id == award_id, relations.visible(viewer))
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    held = relations.held_on(session, viewer, [award_id, row.review_id])
    (line,) = masked(session, viewer, [row])
    marks = marks_of(row)
    amount, basis = sees("amount", line.roles, marks), sees("basis", line.roles, marks)
    signed = sees("signatures", line.roles, marks)
    on_review, disagrees = held[row.review_id], row.answer == DISAGREED
    return AwardPage(
        line=line,
        review_id=row.review_id if relations.exists_for("review", on_review) else None,
        figures=sees("figures", on_review, _AFTERWARDS),
        result=sees("rating", on_review, _AFTERWARDS),
        position=row.position,
        period=Period(row.starts_on, row.ends_on),
        score_e6=row.score_e6 if basis else None,
        trace=json.loads(row.trace) if amount else None,
        changed_reason=row.changed_reason if amount else None,
        rating_reason=row.rating_reason if basis else None,
        acknowledgement=row.acknowledgement if sees("acknowledgement", on_review, marks) else None,
        objection=_objection(session, row.review_id)
        if disagrees and sees("objection", line.roles, marks)
        else None,
        letter_id=_letter(session, row.review_id)
        if disagrees and sees("letter", on_review, _AFTERWARDS)
        else None,
        released_at=row.released_at if sees("standing", on_review, marks) else None,
        zone=row.zone,
        past=past(session, award_id) if signed else Past(),
        peers=_peers(session, viewer, row) if amount else (),
    )


def _objection(session: Session, review_id: int) -> str | None:
    """The note of the newest answer that disagrees; the employee alone gives one."""
    query = (
        select(MoveLog.note)
        .where(MoveLog.subject_id == review_id, MoveLog.outcome == DISAGREED)
        .order_by(MoveLog.version.desc())
        .limit(1)
    )
    return session.scalar(query)


def _letter(session: Session, review_id: int) -> int | None:
    of_review = (Letter.review_id == review_id) & (Letter.kind == "feedback")
    return session.scalar(select(Letter.id).where(of_review).order_by(Letter.revision.desc()).limit(1))


def _page_query() -> Any:
    """The columns of a line and what else the page shows; the position is that of the period's last day."""
    then = (Membership.from_on <= Cycle.ends_on) & (Membership.until_on > Cycle.ends_on)
    position = (
        select(Membership.position)
        .where(Membership.person_id == Subject.person_id, then)
        .correlate(Subject, Cycle)
        .limit(1)
        .scalar_subquery()
    )
    return line_query().add_columns(
        Person.zone,
        Award.review_id,
        Award.trace,
        Award.changed_reason,
        Review.score_e6,
        Review.acknowledgement,
        Review.released_at,
        Cycle.ends_on,
        position.label("position"),
    )


def _peers(session: Session, viewer: Viewer, row: Any) -> tuple[Money, ...]:
    """Other people's amounts of the same component in the cycle that the viewer may open: the 200 smallest."""
    if row.currency is None:
        return ()
    query = (
        select(Award.amount_minor)
        .join(Subject, Subject.id == Award.id)
        .where(
            Subject.cycle_id == row.cycle_id,
            Award.component == row.component,
            Award.currency == row.currency,
            Award.amount_minor.is_not(None),
            Award.id != row.id,
            Subject.person_id != viewer.person_id,
            *opened(viewer, ("pending", "returned", "approved", "paid")),
        )
        .order_by(Award.amount_minor)
        .limit(200)
    )
    return tuple(Money(minor, row.currency) for minor in session.scalars(query) if minor is not None)
