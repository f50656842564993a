"""The task that somebody answers: it must be asked now, and of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.answers import Frame
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Form, Task, Workflow
from reviewflow.store import pinned, relations
from reviewflow.store.pay import Award
from reviewflow.store.reviews import Goal, Measured, Review
from reviewflow.store.subjects import Answer, Attachment, ClosedTask, Subject


@dataclass(frozen=True)
class Asked:
    """A task of a locked subject, and the answer of its present round if there is one."""

    subject: Subject
    workflow: Workflow
    task: Task
    form: Form
    answer: Answer | None

    def has(self, kind: str) -> str | None:
        """Key of the form's field of this kind."""
        return next((field.key for field in self.form.fields if field.kind == kind), None)


def asked(session: Session, viewer: Viewer, subject_id: int, task_key: str) -> Asked:
    """Lock the subject and find the task. Raises `Refused`: unknown, not now, not yours, already submitted."""
    held = relations.held_on(session, viewer, [subject_id]).get(subject_id, frozenset())
    subject = session.scalars(
        select(Subject).where(Subject.id == subject_id).with_for_update()
    ).one_or_none()
    if subject is None or not held:
        raise Refused([Reason("subject.unknown")])
    workflow = pinned.workflows(session, {subject.definition_id})[subject.definition_id]
    task = workflow.tasks.get(task_key)
    if task is None or task.stage != subject.stage:
        raise Refused([Reason("answer.not_asked_now", {"task": task_key})])
    reasons = policy.refusals(held, task.by, task.not_by)
    if session.get(ClosedTask, (subject_id, task_key)):
        reasons.append(Reason("answer.not_asked_now", {"task": task_key}))
    answer = session.get(Answer, (subject_id, task_key, subject.round, 1))
    if answer is not None and answer.submitted_at is not None:
        reasons.append(Reason("answer.submitted", {"task": task_key}))
    if reasons:
        raise Refused(reasons)
    return Asked(subject, workflow, task, workflow.forms[task.form], answer)


def frame(session: Session, found: Asked) -> Frame:
    """What the answer is checked against; only what its form needs is read."""
    subject = found.subject
    rubric = pinned.of_cycle(session, subject.cycle_id).rubric if found.has("rubric") else None
    return Frame(
        rubric=rubric,
        indicators=_indicators(session, subject) if found.has("targets") else (),
        missing=missing(session, subject.id) if found.has("missing_measures") else (),
        currency=session.scalar(select(Award.currency).where(Award.id == subject.id)) if found.has("money") else None,
        attachments=_attachments(session, found) if found.has("file") else frozenset(),
    )


def _indicators(session: Session, subject: Subject) -> tuple[str, ...]:
    return tuple(session.scalars(select(Goal.indicator).where(Goal.review_id == subject.id)))


def missing(session: Session, review_id: int) -> tuple[str, ...]:
    """Indicators of the present collection that are neither computed, entered nor left out."""
    query = (
        select(Measured.indicator)
        .join(Review, (Review.id == Measured.review_id) & (Review.collection == Measured.revision))
        .where(Measured.review_id == review_id, Measured.state == "missing")
        .order_by(Measured.indicator)
    )
    return tuple(session.scalars(query))


def _attachments(session: Session, found: Asked) -> frozenset[int]:
    query = select(Attachment.id).where(
        Attachment.subject_id == found.subject.id, Attachment.task == found.task.key
    )
    return frozenset(session.scalars(query))
