"""Writes what was judged: subject, marks, log, audit and promises, in bulk and in this transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from reviewflow.core import machine
from reviewflow.core.machine import Effects, Step
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Move, Workflow
from reviewflow.services.move import deadlines
from reviewflow.services.move.cases import Case, place
from reviewflow.store import audit
from reviewflow.store.audit import Audit
from reviewflow.store.chunks import chunks
from reviewflow.store.facts.batches import last_batch
from reviewflow.store.pay import Award, AwardPart
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import ClosedTask, MoveLog, Subject

CHUNK = 500
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
MARKED: dict[str, type[Review] | type[Award]] = {"review": Review, "award": Award}


class ChangedMeanwhile(Exception):
    """A row moved between the look and the write; the transaction is to be rolled back and may be tried again."""


class CannotGo(Exception):
    """Steps that turned out not to be writable, with the reasons by subject id; without them the rest may go."""

    def __init__(self, reasons: Mapping[int, tuple[Reason, ...]]) -> None:
        self.reasons = reasons
        super().__init__(", ".join(map(str, reasons)))


@dataclass(frozen=True)
class Going:
    """A case that takes a step, with the effects of entering the new stage."""

    case: Case
    move: Move
    role: str
    step: Step
    effects: Effects
    note: str | None

    @property
    def version(self) -> int:
        return self.case.version + 1

    @property
    def begins_round(self) -> bool:
        """A person's way back in the file begins a new round: earlier answers and signatures do not count."""
        return self.role != "clock" and self.step.new_round

    @property
    def round(self) -> int:
        return self.case.round + (1 if self.begins_round else 0)


def going(case: Case, move: Move, role: str, step: Step, note: str | None) -> Going:
    effects = _entering(case.workflow, step.to.key, case.marks, move.clears)
    return Going(case, move, role, step, effects, note)


@lru_cache(maxsize=1024)
def _entering(workflow: Workflow, stage: str, marks: frozenset[str], clears: frozenset[str]) -> Effects:
    """The same for all that enter a stage with the same marks: in a bulk move it is asked once."""
    return machine.entering(workflow, workflow.stages[stage], marks, clears)


def write(session: Session, moment: Moment, viewer: Viewer, goings: Sequence[Going]) -> None:
    """All rows of these steps. The number of statements depends on the kinds of step, not on the cases."""
    if not goings:
        return
    _subjects(session, moment, goings)
    _marks(session, moment, goings)
    _closed_tasks(session, goings)
    _signatures(session, viewer, goings)
    connection = session.connection()  # complete rows: mapping each of them costs as much again
    connection.execute(insert(_table(MoveLog)), [_log(moment, viewer, item) for item in goings])
    connection.execute(insert(_table(Audit)), _audits(moment, viewer, goings, _awards(session, goings)))


def _subjects(session: Session, moment: Moment, goings: Sequence[Going]) -> None:
    """One statement for each kind of step and deadline. Raises `ChangedMeanwhile` unless each was as it was seen."""
    due = deadlines.entering(session, moment, goings)
    groups: defaultdict[tuple[str, str, bool, bool, datetime | None], list[int]] = defaultdict(list)
    for item in goings:
        to = item.step.to
        groups[to.key, to.part, to.end, item.begins_round, due.get(item.case.id)].append(item.case.id)
    table = _table(Subject)
    versions: dict[int, int] = {}
    for (stage, part, ends, begins_round, due_at), ids in groups.items():
        values = {
            "stage": stage,
            "part": part,
            "version": table.c.version + 1,
            "round": table.c.round + (1 if begins_round else 0),
            "entered_at": moment.business,
            "due_at": due_at,
            "closed_at": moment.business if ends else None,
            "held_up": None,
            "tried_at": None,
        }
        entered = update(table).where(table.c.id.in_(_IDS)).values(values)
        for some in chunks(ids, CHUNK):
            rows = session.connection().execute(entered.returning(table.c.id, table.c.version), {"ids": some})
            versions.update((key, version) for key, version in rows.all())
    if versions != {item.case.id: item.version for item in goings}:
        raise ChangedMeanwhile


def _marks(session: Session, moment: Moment, goings: Sequence[Going]) -> None:
    """Dates of marks set and cleared: one statement for each combination of marks."""
    groups: defaultdict[tuple[str, frozenset[str], frozenset[str], str | None], list[int]] = defaultdict(list)
    for item in goings:
        set_now, cleared = frozenset(item.effects.marks), frozenset(item.effects.cleared)
        if set_now or cleared:
            outcome = item.step.outcome if "acknowledged" in set_now else None
            groups[item.case.kind, set_now, cleared, outcome].append(item.case.id)
    batch = last_batch(session) if any("frozen" in set_now for _, set_now, _, _ in groups) else 0
    for (kind, set_now, cleared, outcome), ids in groups.items():
        values: dict[str, Any] = {f"{mark}_at": None for mark in cleared}
        values |= {f"{mark}_at": moment.business for mark in set_now}
        values |= _companions(set_now, cleared, outcome, batch)
        _update_each(session, MARKED[kind], ids, values)


def _companions(
    set_now: frozenset[str], cleared: frozenset[str], outcome: str | None, batch: int
) -> dict[str, Any]:
    """Columns that live or die with a mark; a CHECK ties some of them, so one statement writes all.

    `batch` is the newest landing batch: figures are computed as of it, whatever lands later. When a freeze is
    taken back, so is the rating, which rested on its figures.
    """
    values: dict[str, Any] = {}
    if "acknowledged" in cleared:
        values["acknowledgement"] = None
    if "frozen" in cleared:
        values |= {"frozen_batch": None, "collection": Review.collection + 1}
        values |= dict.fromkeys(RATED_COLUMNS)
    if "released" in cleared:
        values["revision"] = Review.revision + 1
    if "acknowledged" in set_now:
        values["acknowledgement"] = outcome
    if "frozen" in set_now:
        values["frozen_batch"] = batch
    return values


RATED_COLUMNS = ("score_e6", "rating", "rating_computed", "rating_reason", "rating_by", "rating_trace")


def _update_each(session: Session, model: Any, ids: Sequence[int], values: dict[str, Any]) -> None:
    table = _table(model)
    plain = {getattr(table.c, name): value for name, value in values.items()}
    marked = update(table).where(table.c.id.in_(_IDS)).values(plain)
    for some in chunks(ids, CHUNK):
        session.connection().execute(marked, {"ids": some})


def _closed_tasks(session: Session, goings: Sequence[Going]) -> None:
    """Conditional tasks of the new stage begin closed; looking at the subject again opens them."""
    leaving = [item.case.id for item in goings if item.case.place.conditional]
    for some in chunks(leaving, CHUNK):
        session.execute(delete(ClosedTask).where(ClosedTask.subject_id.in_(some)))
    rows = [
        {"subject_id": item.case.id, "task": task.key}
        for item in goings
        for task in place(item.case.workflow, item.step.to.key).conditional
    ]
    if rows:
        session.execute(insert(ClosedTask), rows)


def _signatures(session: Session, viewer: Viewer, goings: Iterable[Going]) -> None:
    """Whoever moved an award on when asked has signed it in this round and may not sign it again.

    Whoever sends it into a new round has prepared what the others are to sign.
    """
    rows = [
        {
            "award_id": item.case.id,
            "part": "preparer" if item.begins_round else "earlier_approver",
            "person_id": viewer.person_id,
            "round": item.round,
        }
        for item in goings
        if item.case.kind == "award"
        and item.role != "clock"
        and item.move.note != "required"
        and item.move.asks
    ]
    if rows:  # in a company's own process the same person may take two steps of one round
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(AwardPart).on_conflict_do_nothing(), rows)


def _log(moment: Moment, viewer: Viewer, item: Going) -> dict[str, Any]:
    return {
        "subject_id": item.case.id,
        "version": item.version,
        "round": item.case.round,
        "move": item.move.key,
        "from_stage": item.case.stage.key,
        "to_stage": item.step.to.key,
        "actor_id": viewer.person_id,
        "role": item.role,
        "outcome": item.step.outcome,
        "note": item.note,
        "at": moment.business,
    }


def _awards(session: Session, goings: Iterable[Going]) -> dict[int, tuple[str, int | None, str | None]]:
    """What is moved if it is an award, by its id: component, and amount in minor units of a currency."""
    table = _table(Award)
    query = select(table.c.id, table.c.component, table.c.amount_minor, table.c.currency)
    ids = [item.case.id for item in goings if item.case.kind == "award"]
    return {
        key: (component, minor, currency)
        for some in chunks(ids, CHUNK)
        for key, component, minor, currency in session.connection().execute(
            query.where(table.c.id.in_(_IDS)), {"ids": some}
        )
    }


def _audits(
    moment: Moment,
    viewer: Viewer,
    goings: Sequence[Going],
    awards: Mapping[int, tuple[str, int | None, str | None]],
) -> list[dict[str, Any]]:
    """Rows that differ in their subject alone share their text."""
    shared: dict[tuple[Any, ...], dict[str, Any]] = {}
    rows = []
    for item in goings:
        award = awards.get(item.case.id)
        key = (item.move.key, item.case.stage.key, item.step.to.key, item.role, item.version, award)
        if key not in shared:
            move, from_, to, role, version, _award = key
            detail = {"from": from_, "to": to, "role": role, "version": version}
            if award is not None:
                detail |= dict(zip(("component", "amount_minor", "currency"), award, strict=True))
            shared[key] = audit.row(moment.wall, viewer.person_id, f"move.{move}", detail=detail)
        rows.append({**shared[key], "about_person_id": item.case.person_id, "subject_id": item.case.id})
    return rows


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table
