"""How many reviews and awards of a cycle stand where. Ranges of one index are counted; no row is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import AWARD, KINDS, REVIEW
from reviewflow.store.letters import Letter
from reviewflow.store.pay import PayoutRun
from reviewflow.store.reviews import Review
from reviewflow.store.scopes import CYCLE_ROLES, scope
from reviewflow.store.subjects import Subject

AFTER_EVALUATION = ("calibration", "feedback", "reward", "closed")
_NOT_PRINTED = Letter.state != literal_column("'printed'")
"""Spelt out, so that the partial index of open letters fits."""


@dataclass(frozen=True)
class Part:
    """Reviews in one part of the process: `late` are past their deadline, `next_due` is the one to come."""

    key: str
    count: int
    late: int
    next_due: datetime | None


@dataclass(frozen=True)
class Figures:
    """A cycle in numbers. `awards` by part; `paid_minor` is the sum of the payroll files so far."""

    parts: tuple[Part, ...]
    awards: Mapping[str, int]
    letters_failed: int
    letters_due: int
    payroll_files: int
    paid_minor: int

    @property
    def reviews(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def evaluated(self) -> int:
        """Reviews past their evaluation."""
        return sum(part.count for part in self.parts if part.key in AFTER_EVALUATION)

    @property
    def late_reviews(self) -> int:
        return sum(part.late for part in self.parts)


def figures(session: Session, viewer: Viewer, cycle_id: int, now: datetime) -> Figures:
    """Everything of `Figures` within the viewer's units. One query, after that of the scope."""
    mine = scope(session, viewer, CYCLE_ROLES)
    inside = (Subject.cycle_id == cycle_id, *mine.over(Subject.unit_id))
    asked: dict[str, Any] = {}
    for part in REVIEW.parts:
        here = (*inside, *_in_part("review", part))
        asked[f"{part} count"] = _count(*here)
        asked[f"{part} late"] = _count(*here, Subject.due_at <= now)
        asked[f"{part} next"] = _scalar(select(func.min(Subject.due_at)).where(*here, Subject.due_at > now))
    for part in AWARD.parts:
        asked[f"award {part}"] = _count(*inside, *_in_part("award", part))
    whose = (_of_cycle(cycle_id), *mine.over(_unit_of_letter()))
    for state in ("failed", "due"):
        asked[f"letter {state}"] = _count(_NOT_PRINTED, Letter.state == state, *whose)
    runs = PayoutRun.cycle_id == cycle_id
    asked["files"] = _count(runs)
    asked["paid"] = _scalar(select(func.coalesce(func.sum(PayoutRun.total_minor), 0)).where(runs))
    row = session.execute(select(*(value.label(name) for name, value in asked.items()))).one()._mapping
    return Figures(
        parts=tuple(
            Part(part, row[f"{part} count"], row[f"{part} late"], row[f"{part} next"])
            for part in REVIEW.parts
        ),
        awards={part: row[f"award {part}"] for part in AWARD.parts},
        letters_failed=row["letter failed"],
        letters_due=row["letter due"],
        payroll_files=row["files"],
        paid_minor=int(row["paid"]),
    )


def _in_part(kind: str, part: str) -> tuple[ColumnElement[bool], ...]:
    """The kind is only asked for where several kinds call a part by this name."""
    shared = sum(part in one.parts for one in KINDS.values()) > 1
    return (Subject.part == part, Subject.kind == kind) if shared else (Subject.part == part,)


def _of_cycle(cycle_id: int) -> ColumnElement[bool]:
    return _scalar(select(Review.cycle_id).where(Review.id == Letter.review_id)) == cycle_id


def _unit_of_letter() -> ColumnElement[int]:
    return _scalar(select(Subject.unit_id).where(Subject.id == Letter.review_id))


def _count(*where: ColumnElement[bool]) -> ColumnElement[int]:
    return _scalar(select(func.count()).where(*where))


def _scalar(query: Any) -> ColumnElement[Any]:
    found: ColumnElement[Any] = query.scalar_subquery()
    return found
