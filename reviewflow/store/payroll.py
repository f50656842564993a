"""Money on its way out: approved awards that wait for a payroll file, and the files made so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core import policy
from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.core.values import Money, sums
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Move, Workflow
from reviewflow.store import pinned, relations
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award, PayoutLine, PayoutRun
from reviewflow.store.people import Person, Unit, UnitAbove
from reviewflow.store.subjects import Subject

MOST = 5_000
"""Awards in one file; what is more goes into the next."""
_READERS = ("hr", "hrbp", "auditor", "sales_director", "finance")


@dataclass(frozen=True)
class Waiting:
    """One approved award. `move` puts it into a file, None if the viewer may not: it is their own, or not theirs."""

    id: int
    version: int
    cycle_id: int
    cycle: str
    component: str
    person: str
    person_number: str
    amount: Money
    approved_at: datetime
    move: str | None
    own: bool


@dataclass(frozen=True)
class Batch:
    """What becomes one file: awards of one cycle and currency. `ready`: those that the viewer may put into it."""

    cycle_id: int
    cycle: str
    lines: tuple[Waiting, ...]

    @property
    def currency(self) -> str:
        return self.lines[0].amount.currency

    @property
    def ready(self) -> tuple[Waiting, ...]:
        return tuple(line for line in self.lines if line.move is not None)[:MOST]

    @property
    def total(self) -> Money:
        """Of everything that waits here."""
        return sums(line.amount for line in self.lines)[0]

    @property
    def ready_total(self) -> Money:
        """Of what the viewer may put into the file: its control sum."""
        return Money(sum(line.amount.minor for line in self.ready), self.currency)


@dataclass(frozen=True)
class File:
    """One payroll file as it was written."""

    id: int
    cycle: str
    no: int
    lines: int
    total: Money
    sha256: str
    by: str
    at: datetime

    @property
    def name(self) -> str:
        return f"payroll-{self.cycle}-{self.no}.csv"


def waiting(session: Session, viewer: Viewer) -> list[Batch]:
    """Approved awards that the viewer may see, by cycle and currency, oldest cycle first. At most three queries."""
    query = (
        select(Subject, Award, Cycle.key, Person.name, Person.external_id)
        .join(Award, Award.id == Subject.id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .join(Person, Person.id == Subject.person_id)
        .where(Subject.kind == "award", Subject.part == "approved", Award.amount_minor.is_not(None))
        .where(
            Award.exported_at.is_(None),
            Subject.closed_at.is_(None),
            relations.in_units(_units(viewer), Subject),
        )
        .order_by(Cycle.ends_on, Cycle.id, Award.currency, Person.external_id, Award.component)
        .limit(2 * MOST)
    )
    rows = session.execute(query).all()
    held = relations.held_on(session, viewer, [row.Subject.id for row in rows]) if rows else {}
    processes = pinned.workflows(session, {row.Subject.definition_id for row in rows})
    lines = [_line(row, held[row.Subject.id], processes) for row in rows]
    groups: dict[tuple[int, str], list[Waiting]] = {}
    for line in lines:
        groups.setdefault((line.cycle_id, line.amount.currency), []).append(line)
    return [Batch(cycle_id, some[0].cycle, tuple(some)) for (cycle_id, _currency), some in groups.items()]


def files(session: Session, viewer: Viewer, *, limit: int, offset: int = 0) -> list[File]:
    """Files whose every line the viewer may see, newest first. One query."""
    found = session.execute(_files(viewer).order_by(PayoutRun.id.desc()).limit(limit).offset(offset))
    return [_file(row) for row in found]


def body(session: Session, viewer: Viewer, file_id: int) -> tuple[File, str] | None:
    """A file with its text as it was written, or None if there is none for the viewer. One query."""
    row = session.execute(
        _files(viewer).add_columns(PayoutRun.body).where(PayoutRun.id == file_id)
    ).one_or_none()
    return (_file(row), row.body) if row else None


def exporting(workflow: Workflow, stage: str) -> Move | None:
    """The move that writes awards of this stage into a payroll file."""
    for move in workflow.moves_from(stage):
        if move.bulk and any("exported" in workflow.stages[to.stage].marks for to in move.to):
            return move
    return None


def _line(row: Any, held: frozenset[str], processes: Mapping[int, Workflow]) -> Waiting:
    subject, award = row.Subject, row.Award
    move = exporting(processes[subject.definition_id], subject.stage)
    allowed = move is not None and policy.may(held, move.by, move.not_by)
    return Waiting(
        id=subject.id,
        version=subject.version,
        cycle_id=subject.cycle_id,
        cycle=row.key,
        component=award.component,
        person=row.name,
        person_number=row.external_id,
        amount=Money(award.amount_minor, award.currency),
        approved_at=award.approved_at,
        move=move.key if move is not None and allowed else None,
        own="beneficiary" in held,
    )


def _units(viewer: Viewer) -> Sequence[int]:
    """Where the viewer holds a role that sees amounts whatever their state."""
    roles = [role for role in _READERS if VISIBLE["amount"].get(role) == frozenset()]
    return sorted({unit for role in roles for unit in viewer.units(role)})


def _files(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    count = select(func.count()).where(PayoutLine.run_id == PayoutRun.id).scalar_subquery()
    return (
        select(PayoutRun.id, Cycle.key, PayoutRun.no, PayoutRun.total_minor, PayoutRun.currency)
        .add_columns(PayoutRun.file_digest, Person.name, PayoutRun.at, count.label("lines"))
        .join(Cycle, Cycle.id == PayoutRun.cycle_id)
        .join(Person, Person.id == PayoutRun.by_id)
        .where(_whole(viewer))
    )


def _whole(viewer: Viewer) -> ColumnElement[bool]:
    """No line of the file lies outside the viewer's units. Whoever is granted for the top unit sees them all."""
    units = _units(viewer)
    top = select(Unit.id).where(Unit.id.in_(units), Unit.parent_id.is_(None)).exists()
    inside = aliased(UnitAbove)
    outside = (
        select(PayoutLine.award_id)
        .join(Subject, Subject.id == PayoutLine.award_id)
        .where(PayoutLine.run_id == PayoutRun.id)
        .where(
            ~select(inside.unit_id)
            .where(inside.unit_id == Subject.unit_id, inside.above_id.in_(units))
            .exists()
        )
        .exists()
    )
    return top | ~outside


def _file(row: Any) -> File:
    total = Money(row.total_minor, row.currency)
    return File(row.id, row.key, row.no, row.lines, total, row.file_digest, row.name, row.at)
