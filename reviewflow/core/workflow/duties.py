"""Who may do what in which stage, as flat rows: the table `duty` that queries join, and people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reviewflow.core.workflow.definition import Move, Task, Workflow

What = Literal["task", "move", "may"]


@dataclass(frozen=True, order=True)
class Duty:
    """One role's standing towards one item in one stage.

    `what` is ``"task"``, ``"move"`` (it stands in the inbox) or ``"may"`` (it does not); `allow` is False for
    a role that is excluded. Unique by (stage, item, role).
    """

    stage: str
    item: str
    what: What
    role: str
    allow: bool


def duties(workflow: Workflow) -> list[Duty]:
    """All duties of a workflow, ordered by stage, item and role name."""
    return sorted((*_of_tasks(workflow), *_of_moves(workflow)))


def _of_tasks(workflow: Workflow) -> Iterator[Duty]:
    for task in workflow.tasks.values():
        yield from _rows(task.stage, task, "task")


def _of_moves(workflow: Workflow) -> Iterator[Duty]:
    for move in workflow.moves.values():
        for stage in move.from_:
            yield from _rows(stage, move, "move" if move.asks else "may")


def _rows(stage: str, entry: Task | Move, what: What) -> Iterator[Duty]:
    for role in entry.by:
        yield Duty(stage, entry.key, what, role, True)
    for role in entry.not_by:
        yield Duty(stage, entry.key, what, role, False)
