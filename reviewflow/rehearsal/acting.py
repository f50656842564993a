"""One turn of everybody: each simulated person does what waits for them, through the same services as the web."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from reviewflow.core.conflict import Conflict
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.rehearsal import saying
from reviewflow.rehearsal.situations import Person, Situations
from reviewflow.services import answer, move
from reviewflow.services.move import Left
from reviewflow.simulation import Simulated, Situation, evidence
from reviewflow.store import pinned, staff, turns
from reviewflow.store.clock import moment
from reviewflow.store.db import read, write
from reviewflow.store.subjects import Subject


@dataclass(frozen=True)
class Turn:
    """Something that one person may do on one subject now; the item is a task, or None for any move."""

    subject_id: int
    holder_id: int
    role: str
    task: str | None
    stage: str
    person_id: int
    entered_at: datetime


def always(turn: Turn) -> bool:
    """Everybody does everything as soon as it is theirs to do."""
    return True


@dataclass
class Actors:
    """The simulated people of one cycle. `problems` collects what the services refused them.

    `wants` says who gets round to what now; who does not lets it wait.
    """

    engine: Engine
    simulated: Simulated
    cycle_id: int
    wants: Callable[[Turn], bool] = always
    problems: list[str] = field(default_factory=list)

    def everybody_acts(self) -> int:
        """Let everybody do what waits for them once; returns how much was done."""
        with read(self.engine) as session:
            now = moment(session)
            waiting = [turn for turn in _turns(session, now, self.cycle_id) if self.wants(turn)]
        done = sum(1 for turn in waiting if turn.task and self._answers(turn))
        return done + self._moves([turn for turn in waiting if not turn.task])

    def _answers(self, turn: Turn) -> bool:
        with write(self.engine) as session:
            now = moment(session)
            known = Situations(session, now, turn.subject_id)
            viewer = staff.viewer(session, turn.holder_id, now.business.date())
            at = known.of(turn.role, Person.read(session, turn.holder_id))
            task = known.workflow.tasks[turn.task or ""]
            form = known.workflow.forms[task.form]
            if at.missing and any(one.kind == "file" for one in form.fields):
                at = _with_evidence(session, now, viewer, turn, at)
            body = self.simulated.answer(task, form, at)
            if body is None:
                return False
            try:
                answer.submit(
                    session, now, viewer, turn.subject_id, task.key, body, seen=known.draft_version(task.key)
                )
            except Refused as refused:
                self._note(turn, refused)
                session.rollback()
                return False
            return True

    def _moves(self, waiting: Sequence[Turn]) -> int:
        """Single moves one by one; moves that may be made in bulk together, as people do."""
        done = 0
        together: defaultdict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
        for turn in waiting:
            with read(self.engine) as session:
                choice = self._choice(session, turn)
            if choice is None:
                continue
            key, note, version, bulk = choice
            if bulk and note is None:
                together[turn.holder_id, key].append((turn.subject_id, version))
            else:
                done += self._move(turn.holder_id, [(turn.subject_id, version)], key, note, bulk=False)
        for (holder_id, key), subjects in together.items():
            done += self._move(holder_id, subjects, key, None, bulk=True)
        return done

    def _choice(self, session: Session, turn: Turn) -> tuple[str, str | None, int, bool] | None:
        now = moment(session)
        viewer = staff.viewer(session, turn.holder_id, now.business.date())
        offered = [one.move for one in move.offers(session, viewer, turn.subject_id) if one.open]
        offered = [one for one in offered if turn.role in one.by]
        if not offered:
            return None
        known = Situations(session, now, turn.subject_id)
        at = known.of(turn.role, Person.read(session, turn.holder_id))
        choice = self.simulated.choose(known.workflow, offered, at)
        if choice is None:
            return None
        return choice.move, choice.note, known.subject.version, known.workflow.moves[choice.move].bulk

    def _move(
        self, holder_id: int, subjects: Sequence[tuple[int, int]], key: str, note: str | None, *, bulk: bool
    ) -> int:
        with write(self.engine) as session:
            now = moment(session)
            viewer = staff.viewer(session, holder_id, now.business.date())
            try:
                made = move.move_many(session, now, viewer, subjects, key, note=note, bulk=bulk)
            except (Refused, Conflict) as refused:
                self.problems.append(f"{key}: {_said(refused)}")
                session.rollback()
                return 0
            left = [one for one in made if isinstance(one, Left)]
            self.problems += [
                f"{key}, subject {one.subject_id}: {saying.sentences(one.reasons)}" for one in left
            ]
            return len(made) - len(left)

    def _note(self, turn: Turn, refused: Refused) -> None:
        self.problems.append(f"{turn.task} of subject {turn.subject_id}: {_said(refused)}")


def _said(refused: Refused | Conflict) -> str:
    return saying.sentences(refused.reasons) if isinstance(refused, Refused) else str(refused)


def _turns(session: Session, now: Moment, cycle_id: int) -> list[Turn]:
    """One turn per duty, by the first person who may; and HR where an employee may refuse the letter."""
    subjects = {
        row.id: row
        for row in session.execute(
            select(
                Subject.id,
                Subject.kind,
                Subject.definition_id,
                Subject.stage,
                Subject.person_id,
                Subject.entered_at,
            ).where(Subject.cycle_id == cycle_id, Subject.closed_at.is_(None))
        )
    }
    turn = turns.turns(now.business.date(), Subject.cycle_id == cycle_id)
    query = select(turn.c.subject_id, turn.c.holder_id, turn.c.role, turn.c.item, turn.c.what)
    found: dict[tuple[int, str], Turn] = {}
    for subject_id, holder_id, role, item, what in session.execute(
        query.order_by(turn.c.subject_id, turn.c.item, turn.c.role, turn.c.holder_id)
    ):
        task = item if what == "task" else None
        made = _turn(subjects[subject_id], holder_id, role, task)
        found.setdefault((subject_id, item if task else ""), made)
    return [*found.values(), *_refusals(session, now, subjects.values())]


def _turn(row: Any, holder_id: int, role: str, task: str | None) -> Turn:
    return Turn(row.id, holder_id, role, task, row.stage, row.person_id, row.entered_at)


def _refusals(session: Session, now: Moment, rows: Collection[Any]) -> Iterable[Turn]:
    """HR records refusals: a move that asks nobody, so no inbox shows it."""
    workflows = pinned.workflows(session, {row.definition_id for row in rows})
    officers = staff.holders(session, "hr", now.business.date())
    for row in rows:
        if row.kind == "review" and _may_refuse(workflows[row.definition_id], row.stage):
            officer = next((one for one in officers if one != row.person_id), None)
            if officer is not None:
                yield _turn(row, officer, "hr", None)


def _may_refuse(workflow: Workflow, stage: str) -> bool:
    return any(one.outcome == "refused" for one in workflow.moves_from(stage))


def _with_evidence(session: Session, now: Moment, viewer: Viewer, turn: Turn, at: Situation) -> Situation:
    name, body = evidence(at)
    made = answer.attach(session, now, viewer, turn.subject_id, turn.task or "", name, body)
    return replace(at, attachments=(made,))
