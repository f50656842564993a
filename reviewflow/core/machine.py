"""One step of one subject: pure, without effects. Built on `transitions`, which only this file knows.

Its traps and what is done about them: auto transitions could jump anywhere (switched off); a refused
condition returns False in silence (`Refused` lists every reason before anything is triggered); a machine
keeps every model it was given (none is: each step moves a cursor that is thrown away). Triggering an event
on an unregistered object is not a promised API; a test pins it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from transitions import Machine

from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.workflow import Stage, Workflow
from reviewflow.core.workflow.marks import entered

Holds = Callable[[str], list[Reason]]
"""Answers for a guard's name: the reasons why it does not hold, empty if it does."""


@dataclass(frozen=True)
class Step:
    """Where a move leads. `new_round` says that tasks are open again and approvals count anew."""

    to: Stage
    outcome: str | None
    new_round: bool


@dataclass(frozen=True)
class Effects:
    """What entering a stage does: first unset `cleared`, then set `marks`, then promise `jobs` and `send`.

    `effects` is False where the stage's marks are all set already: then nothing is set or promised.
    """

    marks: tuple[str, ...]
    cleared: frozenset[str]
    jobs: tuple[str, ...]
    send: tuple[str, ...]
    effects: bool


def step(workflow: Workflow, stage: str, move: str, holds: Holds) -> Step:
    """The step that a move makes from a stage. Raises `Refused` with every reason against it.

    `holds` is asked for all guards that the move needs, and for the guards that choose among its targets.
    """
    found = workflow.moves.get(move)
    if found is None:
        raise Refused([Reason("machine.unknown_move", {"move": move})])
    if stage not in found.from_:
        raise Refused([Reason("machine.wrong_stage", {"move": move, "stage": stage})])
    reasons = [reason for guard in found.needs for reason in holds(guard)]
    if reasons:
        raise Refused(reasons)
    to = _triggered(workflow, stage, move, holds)
    return Step(workflow.stages[to], found.outcome, workflow.goes_back(stage, to))


def entering(workflow: Workflow, to: Stage, marks_set: frozenset[str], clears: Iterable[str]) -> Effects:
    """The effects of entering a stage with these marks set, by a move that clears some of them."""
    if workflow.stages.get(to.key) != to:
        raise ValueError(f"{to.key} is not a stage of {workflow.name} {workflow.digest[:12]}")
    cleared = marks_set & frozenset(clears)
    _, effects = entered(to, marks_set, cleared)
    if not effects:
        return Effects((), cleared, (), (), effects=False)
    return Effects(to.marks, cleared, to.jobs, to.send, effects=True)


class _Cursor:
    """Holds the stage during one step."""

    def __init__(self, stage: str) -> None:
        self.state = stage


def _triggered(workflow: Workflow, stage: str, move: str, holds: Holds) -> str:
    cursor = _Cursor(stage)
    moved = _machine(workflow).events[move].trigger(cursor, holds=holds)
    assert moved, "the last target of a checked move has no guard"
    return cursor.state


@lru_cache(maxsize=256)
def _machine(workflow: Workflow) -> Machine:
    """The machine of a definition, shared by all its subjects: workflows are equal by their digest."""
    machine = Machine(
        model=None, states=list(workflow.stages), initial=workflow.start, auto_transitions=False, queued=False
    )
    for move in workflow.moves.values():
        for target in move.to:
            condition = None if target.when is None else _condition(target.when)
            machine.add_transition(move.key, list(move.from_), target.stage, conditions=condition)
    return machine


def _condition(guard: str) -> Callable[[Holds], bool]:
    def chosen(holds: Holds) -> bool:
        return not holds(guard)

    return chosen
