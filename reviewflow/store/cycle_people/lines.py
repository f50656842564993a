"""One line for each person of a cycle: where the review stands, its result, and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core import policy
from reviewflow.core.values import Money, sums
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import relations
from reviewflow.store.chunks import chunks
from reviewflow.store.pay import Award
from reviewflow.store.people import Person, ReportingLine, Unit
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

PARTS = ("returned", "pending", "approved", "paid", "closed", "rejected")
"""Parts of awards, first those in which somebody has to act."""


@dataclass(frozen=True)
class AwardSum:
    """Awards of one review. `amounts` are sums by currency of what is not rejected and may be seen.

    `parts` counts all of them by where they stand.
    """

    amounts: tuple[Money, ...]
    parts: Mapping[str, int]

    @property
    def foremost(self) -> str:
        """The part in which somebody has to act, or how far all of them are; nothing without awards."""
        return next((part for part in PARTS if self.parts.get(part)), "")


@dataclass(frozen=True)
class CyclePerson:
    """One review of a cycle, as far as the viewer sees it. `answer` is how its letter was answered.

    `released`: there is a letter, answered or not.
    """

    review_id: int
    person_id: int
    external_id: str
    person: str
    unit: str
    manager: str | None
    stage: str
    part: str
    due_at: datetime | None
    total_e6: int | None
    rating: str | None
    released: bool
    answer: str | None
    awards: AwardSum

    def is_late(self, now: datetime) -> bool:
        return self.part != "closed" and self.due_at is not None and self.due_at <= now


def lines(session: Session, viewer: Viewer, review_ids: Sequence[int]) -> list[CyclePerson]:
    """These reviews in the order given, those that the viewer must not see left out. Four queries per 10,000."""
    found: dict[int, CyclePerson] = {}
    for some in chunks(review_ids):
        found |= _lines(session, viewer, some)
    return [found[key] for key in review_ids if key in found]


def _lines(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, CyclePerson]:
    rows = session.execute(_rows(viewer).where(Subject.id.in_(ids))).all()
    awards: defaultdict[int, list[Any]] = defaultdict(list)
    for award in session.execute(_awards().where(Award.review_id.in_(ids))):
        awards[award.review_id].append(award)
    its = [award.id for some in awards.values() for award in some]
    held = relations.held_on(session, viewer, [*ids, *its])
    return {
        row.Review.id: _line(row, held[row.Review.id], awards[row.Review.id], held)
        for row in rows
        if relations.exists_for("review", held[row.Review.id])
    }


def _rows(viewer: Viewer) -> Select[Any]:
    line, manager = aliased(ReportingLine), aliased(Person)
    reports = and_(
        line.person_id == Subject.person_id,
        line.kind == "effective",
        line.from_on <= viewer.today,
        line.until_on > viewer.today,
    )
    return (
        select(Subject.stage, Subject.part, Subject.due_at, Review)
        .add_columns(Person.external_id, Person.name, Unit.name.label("unit"), manager.name.label("manager"))
        .join(Review, Review.id == Subject.id)
        .join(Person, Person.id == Subject.person_id)
        .join(Unit, Unit.id == Subject.unit_id)
        .outerjoin(line, reports)
        .outerjoin(manager, manager.id == line.manager_id)
    )


def _awards() -> Select[Any]:
    """Of the present revision of their review."""
    return (
        select(Award.id, Award.review_id, Award.amount_minor, Award.currency, Subject.part)
        .add_columns(Award.approved_at, Award.rejected_at, Award.closed_at)
        .join(Subject, Subject.id == Award.id)
        .join(Review, and_(Review.id == Award.review_id, Review.revision == Award.revision))
    )


def _line(
    row: Any, held: frozenset[str], awards: Sequence[Any], roles: Mapping[int, frozenset[str]]
) -> CyclePerson:
    review: Review = row.Review
    marks = {name for name in MARKS["review"] if getattr(review, f"{name}_at") is not None}
    seen = policy.seen(held, marks)
    return CyclePerson(
        review_id=review.id,
        person_id=review.person_id,
        external_id=row.external_id,
        person=row.name,
        unit=row.unit,
        manager=row.manager,
        stage=row.stage,
        part=row.part,
        due_at=row.due_at,
        total_e6=review.score_e6 if "rating" in seen else None,
        rating=review.rating if "rating" in seen else None,
        released=review.released_at is not None,
        answer=review.acknowledgement if "acknowledgement" in seen else None,
        awards=_sum(awards, roles),
    )


def _sum(awards: Sequence[Any], roles: Mapping[int, frozenset[str]]) -> AwardSum:
    parts: defaultdict[str, int] = defaultdict(int)
    amounts = []
    for award in awards:
        dates = {"approved": award.approved_at, "rejected": award.rejected_at, "closed": award.closed_at}
        marks = {mark for mark, at in dates.items() if at is not None}
        if not policy.sees("award", roles[award.id], marks):
            continue
        parts[award.part] += 1
        counts = award.amount_minor is not None and award.part != "rejected"
        if counts and policy.sees("amount", roles[award.id], marks):
            amounts.append(Money(award.amount_minor, award.currency))
    return AwardSum(tuple(sums(amounts)), dict(parts))
