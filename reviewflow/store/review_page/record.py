"""One review as one viewer may see it: where it stands, its dates and its result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased, defer

from reviewflow.core import policy
from reviewflow.core.policy.visibility import OWN, note_group
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Stage, Workflow
from reviewflow.core.workflow.vocabulary import MARKS
from reviewflow.store import pinned, relations
from reviewflow.store.cycles import Cycle
from reviewflow.store.letters import Letter
from reviewflow.store.people import Person, ReportingLine
from reviewflow.store.pinned import Pinned
from reviewflow.store.relations import ME, TODAY
from reviewflow.store.review_page.mine import today_first
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import MoveLog, Subject

HR = frozenset({"hr", "hrbp"})


@dataclass(frozen=True)
class LastMove:
    """The newest move. `by` is None for the clock; `note` is None if there is none for the viewer."""

    move: str
    by: str | None
    at: datetime
    outcome: str | None
    note: str | None


@dataclass(frozen=True)
class Result:
    """The rating with its total, and the computed one beside it where somebody set another."""

    total_e6: int | None
    rating: str | None
    computed: str | None
    reason: str | None
    by: str | None
    trace: Mapping[str, Any]

    @property
    def overridden(self) -> bool:
        return self.rating != self.computed


@dataclass(frozen=True)
class LetterState:
    """The letter of the present revision: ``due``, ``printed`` or ``failed``, with the reasons for HR alone."""

    id: int
    state: str
    released_at: datetime
    printed_at: datetime | None
    problem: tuple[Reason, ...]


@dataclass(frozen=True)
class HeldUp:
    """An automatic move that was refused, with every reason."""

    move: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Record:
    """One review. `seen` names the groups of fields that the viewer sees now; what they do not see is None.

    `dates` holds the marks that are set. `cycle` is the cycle's name.
    """

    id: int
    person_id: int
    person: str
    zone: str
    manager_id: int | None
    manager: str | None
    cycle_id: int
    cycle: str
    period: Period
    currency: str
    calibration: bool
    stage: str
    part: str
    version: int
    round: int
    entered_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    revision: int
    held: frozenset[str]
    seen: frozenset[str]
    dates: Mapping[str, datetime]
    pins: Pinned
    last_move: LastMove | None
    result: Result | None
    letter: LetterState | None
    acknowledgement: str | None
    held_up: HeldUp | None

    @property
    def workflow(self) -> Workflow:
        return self.pins.workflow

    @property
    def here(self) -> Stage:
        return self.workflow.stages[self.stage]

    def sees(self, group: str) -> bool:
        return group in self.seen

    def reached(self, mark: str) -> bool:
        return mark in self.dates


def record(session: Session, viewer: Viewer, review_id: int) -> Record | None:
    """The review, or None if it does not exist for the viewer. Two queries, and one for its cycle's pins."""
    held = relations.held_on(session, viewer, [review_id])[review_id]
    if not policy.sees("standing", held, frozenset()):
        return None
    row = session.execute(_by_id(), {"today": viewer.today, "id": review_id}).one_or_none()
    return None if row is None else _record(session, held, row)


def own(session: Session, viewer: Viewer) -> Record | None:
    """The viewer's review of today (see `mine.newest`). Two queries, and one for its cycle's pins."""
    row = session.execute(_own(), {"today": viewer.today, "me": viewer.person_id}).one_or_none()
    if row is None:
        return None
    return _record(session, relations.held_on(session, viewer, [row.Review.id])[row.Review.id], row)


_manager, _overrider, _mover = aliased(Person), aliased(Person), aliased(Person)


@cache
def _by_id() -> Select[Any]:
    return _rows().where(Review.id == bindparam("id", type_=Integer))


@cache
def _own() -> Select[Any]:
    mine = _rows().where(Subject.person_id == ME, Review.voided_at.is_(None))
    return mine.order_by(*today_first()).limit(1)


def _rows() -> Select[Any]:
    """Built once a process; binds today."""
    line = aliased(ReportingLine)
    last = (
        select(func.max(MoveLog.version))
        .where(MoveLog.subject_id == Review.id)
        .correlate(Review)
        .scalar_subquery()
    )
    return (
        select(Subject, Review, Person, Cycle, Letter, MoveLog)
        .add_columns(_manager.id.label("manager_id"), _manager.name.label("manager"))
        .add_columns(_overrider.name.label("overrider"), _mover.name.label("mover"))
        .select_from(Subject)
        .join(Review, Review.id == Subject.id)
        .join(Person, Person.id == Subject.person_id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .outerjoin(
            Letter,
            and_(
                Letter.review_id == Review.id, Letter.kind == "feedback", Letter.revision == Review.revision
            ),
        )
        .outerjoin(MoveLog, and_(MoveLog.subject_id == Review.id, MoveLog.version == last))
        .outerjoin(
            line,
            and_(
                line.person_id == Subject.person_id,
                line.kind == "effective",
                line.from_on <= TODAY,
                line.until_on > TODAY,
            ),
        )
        .outerjoin(_manager, _manager.id == line.manager_id)
        .outerjoin(_overrider, _overrider.id == Review.rating_by)
        .outerjoin(_mover, _mover.id == MoveLog.actor_id)
        .options(defer(Letter.inputs))
    )


def _record(session: Session, held: frozenset[str], row: Any) -> Record:
    subject, review, person, cycle = row.Subject, row.Review, row.Person, row.Cycle
    pins = pinned.of_cycle(session, subject.cycle_id)
    dates = {
        name: at for name in sorted(MARKS["review"]) if (at := getattr(review, f"{name}_at")) is not None
    }
    seen = policy.seen(held, dates.keys())
    return Record(
        id=review.id,
        person_id=person.id,
        person=person.name,
        zone=person.zone,
        manager_id=row.manager_id,
        manager=row.manager,
        cycle_id=cycle.id,
        cycle=cycle.key,
        period=Period(cycle.starts_on, cycle.ends_on),
        currency=cycle.currency,
        calibration=cycle.calibration,
        stage=subject.stage,
        part=subject.part,
        version=subject.version,
        round=subject.round,
        entered_at=subject.entered_at,
        due_at=subject.due_at,
        closed_at=subject.closed_at,
        revision=review.revision,
        held=held,
        seen=seen,
        dates=dates,
        pins=pins,
        last_move=_last_move(pins.workflow, row.MoveLog, row.mover, seen),
        result=_result(review, row.overrider) if "rating" in seen else None,
        letter=_letter(row.Letter, held) if row.Letter is not None and "letter" in seen else None,
        acknowledgement=review.acknowledgement if "acknowledgement" in seen else None,
        held_up=_held_up(subject.held_up) if held & HR else None,
    )


def _last_move(
    workflow: Workflow, log: MoveLog | None, by: str | None, seen: frozenset[str]
) -> LastMove | None:
    if log is None:
        return None
    return LastMove(log.move, by, log.at, log.outcome, readable_note(workflow, log, seen))


def readable_note(workflow: Workflow, log: MoveLog, seen: frozenset[str]) -> str | None:
    """The note of a move if the viewer sees notes of its group. Launches are no moves and have none."""
    move = workflow.moves.get(log.move)
    if log.note is None or move is None:
        return None
    return log.note if note_group(move, workflow.stages[log.to_stage]) in seen else None


def _result(review: Review, by: str | None) -> Result:
    return Result(
        total_e6=review.score_e6,
        rating=review.rating,
        computed=review.rating_computed,
        reason=review.rating_reason,
        by=by,
        trace=json.loads(review.rating_trace or "{}"),
    )


def _letter(letter: Letter, held: frozenset[str]) -> LetterState:
    try:
        problem = tuple(Reason(key, params) for key, params in json.loads(letter.problem or "[]"))
    except ValueError:  # cut short when it was stored
        problem = (Reason("letter.failed"),)
    told = problem if held & HR and not held & OWN else ()
    return LetterState(letter.id, letter.state, letter.released_at, letter.printed_at, told)


def _held_up(text: str | None) -> HeldUp | None:
    if text is None:
        return None
    said = json.loads(text)
    return HeldUp(said.get("move", ""), tuple(Reason(key, params) for key, params in said["reasons"]))
