"""Walks over the whole file: where a subject can get to, and with whose help."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from reviewflow.core.workflow.definition import Move, Task
from reviewflow.core.workflow.reading import Draft
from reviewflow.core.workflow.vocabulary import ABSENT, GUARD_ROLES, RARE

_BROKEN_OFF = frozenset({"voided", "rejected"})
"""An end with one of these marks is no way on: breaking off is always possible and helps nobody."""

Leads = Callable[[str, Move, set[str]], bool]


def walk_stages(draft: Draft) -> None:
    """Add faults of stages that nothing reaches or that lead nowhere, and of moves that go in circles."""
    left = {stage for move in draft.moves for stage in move.from_}
    dead_ends = {stage.key for stage in draft.stages if not stage.end} - left
    _unreachable(draft)
    for index, stage in enumerate(draft.stages):
        if stage.key in dead_ends:
            draft.fault("dead_end", "stage", index, "key", stage=stage.key)
    _ends(draft)
    _ways_to_an_end(draft, dead_ends)
    _circles(draft)


def _unreachable(draft: Draft) -> None:
    if not draft.start:
        return
    reached = _reached(draft, draft.start, draft.moves)
    for index, stage in enumerate(draft.stages):
        if stage.key and stage.key not in reached:
            draft.fault("unreachable", "stage", index, "key", stage=stage.key)


def _reached(draft: Draft, start: str, moves: Iterable[Move]) -> set[str]:
    found, waiting = {start}, [start]
    by_stage: dict[str, set[str]] = {}
    for move in moves:
        for stage in move.from_:
            by_stage.setdefault(stage, set()).update(target.stage for target in move.to if target.stage)
    while waiting:
        new = by_stage.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def _ends(draft: Draft) -> None:
    ends = {stage.key for stage in draft.stages if stage.end}
    if draft.stages and not ends:
        draft.fault("no_end", "stage")
    for index, move in enumerate(draft.moves):
        for place, stage in enumerate(move.from_):
            if stage in ends:
                draft.fault("end_left", "move", index, "from", place, stage=stage)


def _ways_to_an_end(draft: Draft, dead_ends: set[str]) -> None:
    """Every stage must lead to an end, and must do so without the help of somebody who may be away."""
    ends = {stage.key for stage in draft.stages if stage.end}
    if not ends:
        return
    stuck = _culprits(draft, ends | dead_ends, lambda _, move, ok: any(t.stage in ok for t in move.to))
    for stage in stuck:
        draft.fault("no_way_to_end", "stage", _place(draft, stage), "key", stage=stage)
    finished = {stage.key for stage in draft.stages if stage.end and not _BROKEN_OFF & set(stage.marks)}
    waiting = _culprits(draft, finished | dead_ends | set(stuck), _sure_for(draft))
    for stage in waiting:
        draft.fault("needs_absent", "stage", _place(draft, stage), "key", stage=stage)


def _culprits(draft: Draft, good: set[str], leads: Leads) -> list[str]:
    """Stages from which `good` is out of reach. Of several in a row only the last, which causes it."""
    found: list[str] = []
    order = [stage.key for stage in draft.stages if stage.key and not stage.end]
    while True:
        reaching = _grown(draft, good | set(found), leads)
        missing = [stage for stage in order if stage not in reaching]
        if not missing:
            return found
        found.append(missing[-1])


def _grown(draft: Draft, good: set[str], leads: Leads) -> set[str]:
    found = set(good)
    while True:
        new = {stage for move in draft.moves for stage in move.from_ if leads(stage, move, found)} - found
        if not new:
            return found
        found |= new


def _sure_for(draft: Draft) -> Leads:
    def leads(stage: str, move: Move, good: set[str]) -> bool:
        if not move.to or any(target.stage not in good for target in move.to):
            return False
        return (
            _somebody_there(move)
            and not RARE & set(move.needs)
            and all(map(_somebody_there, asked(stage, move)))
        )

    def asked(stage: str, move: Move) -> list[Task]:
        roles = [GUARD_ROLES.get(guard) for guard in move.needs]
        tasks = [task for task in draft.tasks if task.stage == stage]
        everyone = "tasks_done" in move.needs
        return [task for task in tasks if everyone or any(task.by & these for these in roles if these)]

    return leads


def _somebody_there(entry: Move | Task) -> bool:
    return bool(entry.by - entry.not_by - ABSENT)


def _circles(draft: Draft) -> None:
    """Moves that are tried at once must not lead back to where they began: the clock would turn for ever."""
    ready = [move for move in draft.moves if move.at == "ready"]
    seen: set[str] = set()
    for index, move in enumerate(draft.moves):
        if move not in ready:
            continue
        for target in move.to:
            around = _reached(draft, target.stage, ready)
            if around & set(move.from_) and target.stage not in seen:
                draft.fault("circle", "move", index, "to", stage=target.stage)
                seen |= around


def _place(draft: Draft, key: str) -> int:
    return [stage.key for stage in draft.stages].index(key)
