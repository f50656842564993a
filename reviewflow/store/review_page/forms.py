"""The forms of a review's present stage and what was written on the evaluation forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Task, Workflow
from reviewflow.store.people import Person
from reviewflow.store.review_page.record import Record
from reviewflow.store.subjects import Answer, ClosedTask

_BY_KIND = {"targets": "goals", "missing_measures": "figures", "money": "amount"}


def answer_group(workflow: Workflow, task: Task) -> str:
    """The group of fields (`policy.VISIBLE`) that the answers of a task belong to."""
    for field in workflow.forms[task.form].fields:
        if field.kind in _BY_KIND:
            return _BY_KIND[field.kind]
    return "self_review" if task.by == {"reviewee"} else "manager_review"


@dataclass(frozen=True)
class Written:
    """A form of the present round; `mine`: the viewer is its author.

    `body` is None while it is a draft of somebody else, or if it is not for the viewer.
    """

    task: str
    author: str | None
    mine: bool
    saved_at: datetime
    submitted_at: datetime | None
    body: Mapping[str, Any] | None


@dataclass(frozen=True)
class Forms:
    """Forms by task, and the tasks that are not asked of anybody now."""

    written: Mapping[str, Written]
    closed: frozenset[str]

    def submitted(self, task: str) -> bool:
        return task in self.written and self.written[task].submitted_at is not None

    def open(self, task: str) -> bool:
        """Whether the task still waits for somebody."""
        return task not in self.closed and not self.submitted(task)


def forms(session: Session, viewer: Viewer, review: Record) -> Forms:
    """What was written in the present round. One query, and one where a task of the stage comes and goes."""
    query = (
        select(Answer, Person.name)
        .outerjoin(Person, Person.id == Answer.author_id)
        .where(Answer.subject_id == review.id, Answer.round == review.round, Answer.seat == 1)
    )
    written = {answer.task: _written(viewer, review, answer, name) for answer, name in session.execute(query)}
    return Forms(written, _closed(session, review))


def _closed(session: Session, review: Record) -> frozenset[str]:
    if not any(task.when for task in review.workflow.tasks_in(review.stage)):
        return frozenset()
    return frozenset(session.scalars(select(ClosedTask.task).where(ClosedTask.subject_id == review.id)))


def _written(viewer: Viewer, review: Record, answer: Answer, author: str | None) -> Written:
    mine = answer.author_id == viewer.person_id
    task = review.workflow.tasks.get(answer.task)
    group = answer_group(review.workflow, task) if task else ""
    open_to = mine or (answer.submitted_at is not None and group in review.seen)
    return Written(
        task=answer.task,
        author=author,
        mine=mine,
        saved_at=answer.saved_at,
        submitted_at=answer.submitted_at,
        body=json.loads(answer.body) if open_to else None,
    )
