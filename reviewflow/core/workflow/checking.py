"""What must fit together between the entries of a file. The walks over the whole are in `graph`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reviewflow.core.workflow.definition import Move, Task
from reviewflow.core.workflow.reading import Draft
from reviewflow.core.workflow.vocabulary import (
    CLOCK,
    FIELD_USES,
    GUARD_ROLES,
    JOB_USES,
    MONEY_LIMITS,
    NOT_FILLED_BY_OWN,
)


def check(draft: Draft) -> None:
    """Add the faults of entries that do not fit together."""
    for index, task in enumerate(draft.tasks):
        _task(draft, index, task)
    for index, move in enumerate(draft.moves):
        for rule in _MOVE_RULES:
            rule(draft, index, move)
    _forms(draft)
    _uses(draft)
    _limits(draft)


def _task(draft: Draft, index: int, task: Task) -> None:
    _somebody(draft, ("task", index), task.by, task.not_by)
    if CLOCK in task.by:
        draft.fault("task_of_clock", "task", index, "by")
    if task.stage and draft.by_key[task.stage].end:
        draft.fault("task_in_end", "task", index, "stage", stage=task.stage)
    _own_figures(draft, index, task)
    if task.key and any(move.key == task.key for move in draft.moves):
        draft.fault("task_is_move", "task", index, "key", key=task.key)


def _own_figures(draft: Draft, index: int, task: Task) -> None:
    kinds = {field.kind for form in draft.forms if form.key == task.form for field in form.fields}
    own = draft.kind.own
    if own and kinds & NOT_FILLED_BY_OWN and own not in task.not_by:
        draft.fault("acts_for_self", "task", index, "not_by", role=own)


def _somebody(draft: Draft, path: tuple[str, int], by: frozenset[str], not_by: frozenset[str]) -> None:
    """Silence means no: what has no `by` belongs to nobody, nor may one role be in `by` and `not_by`."""
    written = draft.source.data[path[0]][path[1]]
    if not by and not (isinstance(written, dict) and written.get("by")):
        draft.fault("by_nobody", *path, "by")
    for role in sorted(by & not_by):
        draft.fault("by_and_not_by", *path, "not_by", role=role)
    if "earlier_approver" in by:
        draft.fault("approver_again", *path, "by")


def _move_somebody(draft: Draft, index: int, move: Move) -> None:
    _somebody(draft, ("move", index), move.by, move.not_by)


def _clock(draft: Draft, index: int, move: Move) -> None:
    if CLOCK not in move.by:
        if move.at:
            draft.fault("at_of_people", "move", index, "at")
        return
    if len(move.by) > 1:
        draft.fault("clock_and_people", "move", index, "by")
    if move.at is None and "at" not in draft.source.data["move"][index]:
        draft.fault("clock_without_at", "move", index)
    written = {"note": move.note, "asks": move.asks, "bulk": move.bulk, "not_by": move.not_by}
    for key in (key for key, value in written.items() if value):
        draft.fault("clock_cannot", "move", index, key, key=key)


def _due(draft: Draft, index: int, move: Move) -> None:
    if move.at == "due":
        for place, stage in enumerate(move.from_):
            if draft.by_key[stage].due is None:
                draft.fault("no_deadline", "move", index, "from", place, stage=stage)


def _targets(draft: Draft, index: int, move: Move) -> None:
    for place, target in enumerate(move.to):
        last = place == len(move.to) - 1
        if last and target.when:
            draft.fault("last_has_when", "move", index, "to", place)
        if not last and target.when is None and "when" not in draft.source.data["move"][index]["to"][place]:
            draft.fault("never_passed", "move", index, "to", place, stage=target.stage)


def _guards(draft: Draft, index: int, move: Move) -> None:
    """A guard over tasks must find one in every stage where the move starts, or it hinders nobody."""
    for place, guard in enumerate(move.needs):
        for stage in move.from_:
            tasks = [task for task in draft.tasks if task.stage == stage]
            roles = GUARD_ROLES.get(guard)
            if roles is not None:
                tasks = [task for task in tasks if task.by & roles]
            if not tasks and (roles is not None or guard == "tasks_done"):
                draft.fault("guard_without_task", "move", index, "needs", place, guard=guard, stage=stage)


def _marks(draft: Draft, index: int, move: Move) -> None:
    """Setting some marks demands a guard, an outcome, or that a person who may not decide is kept out."""
    for mark, place in _marks_of_targets(draft, move):
        guard = draft.kind.set_with_guard.get(mark)
        if guard is not None and guard not in move.needs:
            draft.fault("mark_wants_guard", "move", index, "to", place, mark=mark, guard=guard)
        outcomes = draft.kind.set_with_outcome.get(mark)
        if outcomes is not None and move.outcome not in outcomes:
            known = ", ".join(sorted(outcomes))
            draft.fault("mark_wants_outcome", "move", index, "to", place, mark=mark, known=known)
        _decided_by_others(draft, index, move, mark)


def _decided_by_others(draft: Draft, index: int, move: Move, mark: str) -> None:
    kept_out = draft.kind.set_by_people.get(mark)
    if kept_out is None:
        return
    if CLOCK in move.by:
        draft.fault("clock_decides", "move", index, "by", mark=mark)
        return
    for role in sorted(kept_out - move.not_by):
        draft.fault("decides_for_self", "move", index, "not_by", mark=mark, role=role)


def _own_result(draft: Draft, index: int, move: Move) -> None:
    """Who acts by an office takes nothing back on their own record; what is the person's own move stays theirs."""
    own = draft.kind.own
    others = move.by - {own, CLOCK}
    if others and move.clears & draft.kind.not_cleared_by_own and own not in move.not_by:
        draft.fault("acts_for_self", "move", index, "not_by", role=own)


def _marks_of_targets(draft: Draft, move: Move) -> Iterator[tuple[str, int]]:
    stages = draft.by_key
    for place, target in enumerate(move.to):
        for mark in stages[target.stage].marks if target.stage else ():
            yield mark, place


def _forms(draft: Draft) -> None:
    used = {task.form for task in draft.tasks}
    for index, form in enumerate(draft.forms):
        if form.key and form.key not in used:
            draft.fault("form_unused", "form", index, "key", key=form.key)
        keys = [field.key for field in form.fields]
        if not keys and draft.source.data["form"][index].get("field") == []:
            draft.fault("form_empty", "form", index, "field", key=form.key)
        for place, key in enumerate(keys):
            if key and key in keys[:place]:
                draft.fault("field_twice", "form", index, "field", place, key=key)


def _uses(draft: Draft) -> None:
    """Jobs and fields that read pinned files need the file's name in `uses`; said once for each word."""
    said: set[str] = set()
    for words, path, reader in _readers(draft):
        for word in words:
            if word not in draft.uses and word not in said:
                said.add(word)
                draft.fault("use_missing", *path, word=word, reader=reader)


def _readers(draft: Draft) -> Iterator[tuple[tuple[str, ...], tuple[str | int, ...], str]]:
    """Everything that reads pinned files: their words in `uses`, its place and its name."""
    for index, stage in enumerate(draft.stages):
        for place, job in enumerate(stage.jobs):
            yield JOB_USES.get(job, ()), ("stage", index, "jobs", place), job
    for index, form in enumerate(draft.forms):
        for place, field in enumerate(form.fields):
            yield FIELD_USES.get(field.kind, ()), ("form", index, "field", place), field.kind


def _limits(draft: Draft) -> None:
    needed = {guard for move in draft.moves for guard in move.needs}
    needed |= {target.when for move in draft.moves for target in move.to if target.when}
    needed |= {task.when for task in draft.tasks if task.when}
    for guard in sorted(MONEY_LIMITS & needed - draft.limits.keys()):
        draft.fault("limit_missing", "limits", guard=guard)
    for guard in sorted(draft.limits.keys() - needed):
        draft.fault("limit_unused", "limits", guard, guard=guard)


_MOVE_RULES: tuple[Callable[[Draft, int, Move], None], ...] = (
    _move_somebody, _clock, _due, _targets, _guards, _marks, _own_result,
)  # fmt: skip
