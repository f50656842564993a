"""What changed since a person looked, and which tasks a change opens or closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.conflict import Conflict
from reviewflow.services.move.cases import Case
from reviewflow.services.move.judging import Verdict, guards_of
from reviewflow.store import changes
from reviewflow.store.chunks import chunks
from reviewflow.store.subjects import ClosedTask

# Facts that an answer submitted meanwhile may change; moves whose guards read none of them go through.
_ANSWERED = frozenset(
    {
        "tasks",
        "weights_e4",
        "targets_missing",
        "measures",
        "scores_ready",
        "rating",
        "amount_minor",
        "currency",
    }
)


def stale(session: Session, wanted: Sequence[tuple[Verdict, int]]) -> dict[int, Conflict]:
    """Conflicts by subject id for (verdict, version that the person saw).

    After another move the person must look again, whether theirs would be refused now or not. If only answers
    came in, a refusal says all there is to say, and a move whose guards do not read them goes through.
    """
    older = [(verdict, seen) for verdict, seen in wanted if seen != verdict.case.version]
    if not older:
        return {}
    last = changes.last_changes(session, [verdict.case.id for verdict, _ in older])
    found: dict[int, Conflict] = {}
    for verdict, seen in older:
        change = last[verdict.case.id]
        if change.moved_version > seen or (verdict.step and _reads_answers(verdict)):
            found[verdict.case.id] = Conflict(
                verdict.case.version,
                change.by,
                change.at,
                stage=verdict.case.stage.key,
                wanted=verdict.move.key,
            )
    return found


def _reads_answers(verdict: Verdict) -> bool:
    return bool(policy.groups_of(guards_of([verdict.move])) & _ANSWERED)


def open_tasks(session: Session, cases: Sequence[Case], known: Mapping[int, policy.Facts]) -> bool:
    """Keep `closed_task` equal to the tasks of the present stage whose `when` does not hold; whether it changed."""
    conditional = [case for case in cases if case.place.conditional]
    if not conditional:
        return False
    columns = (ClosedTask.subject_id, ClosedTask.task)
    now = {
        (subject_id, task)
        for ids in chunks(case.id for case in conditional)
        for subject_id, task in session.execute(select(*columns).where(ClosedTask.subject_id.in_(ids)))
    }
    closed = {
        (case.id, task.key)
        for case in conditional
        for task in case.place.conditional
        if task.when and policy.GUARDS[task.when](known[case.id])
    }
    if now - closed:
        gone = delete(ClosedTask.__table__).where(  # type: ignore[arg-type]  # a table, though typed as less
            ClosedTask.subject_id == bindparam("subject"), ClosedTask.task == bindparam("its_task")
        )
        rows = [{"subject": subject_id, "its_task": task} for subject_id, task in sorted(now - closed)]
        session.connection().execute(gone, rows)
    if closed - now:
        session.execute(insert(ClosedTask), [{"subject_id": s, "task": t} for s, t in sorted(closed - now)])
    return now != closed
