"""What changed since a person looked, and which tasks a change opens or closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.conflict import Conflict
from reviewflow.core.workflow import Move
from reviewflow.services.move.cases import Case
from reviewflow.store import changes
from reviewflow.store.subjects import ClosedTask

# Facts that an answer submitted meanwhile may change; moves whose guards read none of them go through.
_ANSWERED = frozenset({"tasks", "weights_e4", "targets_missing", "measures", "scores_ready", "rating"})


def stale(session: Session, wanted: Sequence[tuple[Case, Move, int]]) -> dict[int, Conflict]:
    """Conflicts by subject id for (case, move, version that the person saw).

    A move still goes through on a newer version if only answers came in and its guards do not read them.
    """
    older = [(case, move, seen) for case, move, seen in wanted if seen != case.version]
    if not older:
        return {}
    last = changes.last_changes(session, [case.id for case, _, _ in older])
    found: dict[int, Conflict] = {}
    for case, move, seen in older:
        change = last[case.id]
        if change.moved_version > seen or _reads_answers(move):
            found[case.id] = Conflict(case.version, change.by, change.at)
    return found


def _reads_answers(move: Move) -> bool:
    return any(policy.GUARDS[name].needs & _ANSWERED for name in move.needs)


def open_tasks(session: Session, cases: Sequence[Case], known: Mapping[int, policy.Facts]) -> bool:
    """Keep `closed_task` equal to the tasks of the present stage whose `when` does not hold; whether it changed."""
    conditional = [case for case in cases if any(task.when for task in case.workflow.tasks_in(case.stage.key))]
    if not conditional:
        return False
    ids = [case.id for case in conditional]
    now = {tuple(row) for row in session.execute(
        select(ClosedTask.subject_id, ClosedTask.task).where(ClosedTask.subject_id.in_(ids))
    )}  # fmt: skip
    closed = {
        (case.id, task.key)
        for case in conditional
        for task in case.workflow.tasks_in(case.stage.key)
        if task.when and policy.GUARDS[task.when](known[case.id])
    }
    for subject_id, task in now - closed:
        session.execute(delete(ClosedTask).where(ClosedTask.subject_id == subject_id, ClosedTask.task == task))
    if closed - now:
        session.execute(insert(ClosedTask), [{"subject_id": s, "task": t} for s, t in sorted(closed - now)])
    return now != closed
