"""Promises to look at a subject again: whatever may let it go on writes one, with its cause as the key."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.workflow import Workflow
from reviewflow.store import outbox


def look_again(session: Session, moment: Moment, subjects: Iterable[tuple[int, str]]) -> None:
    """Promise `advance` for each (subject id, cause); the same cause asks once. One query.

    A cause names what happened so that it never happens twice: ``v7`` (moved to version 7), ``letter:12``.
    """
    promises = [(f"advance:{subject}:{cause}", {"subject": subject}) for subject, cause in subjects]
    outbox.promise_all(session, "advance", promises, moment.wall)


def may_go_on(workflow: Workflow, stage: str) -> bool:
    """Whether a look at a subject that has just entered this stage could change anything.

    The clock has a move there that waits for a change, or a task comes and goes with the facts. Moves that
    wait for the deadline are found by the sweep.
    """
    ready = any(move.at == "ready" for move in workflow.moves_from(stage))
    return ready or any(task.when for task in workflow.tasks_in(stage))
