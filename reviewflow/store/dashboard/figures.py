"""How many reviews and awards of a cycle stand where. Ranges of one index are counted; no row is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from reviewflow.core.values import Money
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import KINDS, REVIEW
from reviewflow.store.letters import Letter
from reviewflow.store.model import UtcDateTime
from reviewflow.store.pay import PayoutRun
from reviewflow.store.reviews import Review
from reviewflow.store.scopes import CYCLE_ROLES, Scope, scope
from reviewflow.store.subjects import Subject

AWAITED = ("pending", "returned")
"""Parts of awards in which somebody has to act."""
AFTER_EVALUATION = ("calibration", "feedback", "reward", "closed")
_CYCLE: BindParameter[int] = bindparam("cycle", type_=Integer)
_NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime)
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
    """A cycle in numbers. `awards` that wait, by part; `paid`: the payroll files so far, added up by currency."""

    parts: tuple[Part, ...]
    awards: Mapping[str, int]
    letters_failed: int
    letters_due: int
    payroll_files: int
    paid: tuple[Money, ...]

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
    asked = _statement(scope(session, viewer, CYCLE_ROLES))
    row = session.execute(asked, {"cycle": cycle_id, "now": now}).one()._mapping
    return Figures(
        parts=tuple(
            Part(part, row[f"{part} count"], row[f"{part} late"], row[f"{part} next"])
            for part in REVIEW.parts
        ),
        awards={part: row[f"award {part}"] for part in AWAITED},
        letters_failed=row["letter failed"],
        letters_due=row["letter due"],
        payroll_files=row["files"],
        paid=_sums(row["paid"]),
    )


@lru_cache(maxsize=64)
def _statement(mine: Scope) -> Select[*tuple[Any, ...]]:
    """Built once for each part of the company: making it costs more than running it on a small cycle."""
    inside = (Subject.cycle_id == _CYCLE, *mine.over(Subject.unit_id))
    asked: dict[str, Any] = {}
    for part in REVIEW.parts:
        here = (*inside, *_in_part("review", part))
        asked[f"{part} count"] = _count(*here)
        asked[f"{part} late"] = _count(*here, Subject.due_at <= _NOW)
        asked[f"{part} next"] = _scalar(select(func.min(Subject.due_at)).where(*here, Subject.due_at > _NOW))
    for part in AWAITED:
        asked[f"award {part}"] = _count(*inside, *_in_part("award", part))
    whose = (_of_cycle(), *mine.over(_unit_of_letter()))
    for state in ("failed", "due"):
        asked[f"letter {state}"] = _count(_NOT_PRINTED, Letter.state == state, *whose)
    runs = PayoutRun.cycle_id == _CYCLE
    asked["files"] = _count(runs)
    asked["paid"] = _by_currency(runs)
    return select(*(value.label(name) for name, value in asked.items()))


def _by_currency(runs: ColumnElement[bool]) -> ColumnElement[str]:
    """``CNY 105000,EUR 20000`` in no order, or null: several sums as one value of the one row."""
    total = func.sum(PayoutRun.total_minor).label("total")
    sums = select(PayoutRun.currency, total).where(runs).group_by(PayoutRun.currency).subquery()
    return _scalar(select(func.aggregate_strings(sums.c.currency + " " + cast(sums.c.total, Text), ",")))


def _sums(told: str | None) -> tuple[Money, ...]:
    """What `_by_currency` told, by the currencies' codes."""
    pairs = [one.split(" ") for one in sorted(told.split(","))] if told else []
    return tuple(Money(int(minor), currency) for currency, minor in pairs)


def _in_part(kind: str, part: str) -> tuple[ColumnElement[bool], ...]:
    """The kind is only asked for where several kinds call a part by this name."""
    shared = sum(part in one.parts for one in KINDS.values()) > 1
    return (Subject.part == part, Subject.kind == kind) if shared else (Subject.part == part,)


def _of_cycle() -> ColumnElement[bool]:
    return _scalar(select(Review.cycle_id).where(Review.id == Letter.review_id)) == _CYCLE


def _unit_of_letter() -> ColumnElement[int]:
    return _scalar(select(Subject.unit_id).where(Subject.id == Letter.review_id))


def _count(*where: ColumnElement[bool]) -> ColumnElement[int]:
    return _scalar(select(func.count()).where(*where))


def _scalar(query: Any) -> ColumnElement[Any]:
    found: ColumnElement[Any] = query.scalar_subquery()
    return found
