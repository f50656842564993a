"""The task that somebody answers: it must be asked now, and of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.answers import Frame, wants_all_targets
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Form, Task, Workflow
from reviewflow.store import pinned, relations
from reviewflow.store.pay import Award
from reviewflow.store.pinned import Pinned
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
    query = select(Subject).where(Subject.id == subject_id).with_for_update(key_share=True)
    # What this session read before it had the lock may be older than the lock.
    subject = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    held = relations.held_on(session, viewer, [subject_id])[subject_id]
    if subject is None or not relations.exists_for(subject.kind, held):
        raise Refused([Reason("subject.unknown")])
    workflow = pinned.workflows(session, {subject.definition_id})[subject.definition_id]
    task = workflow.tasks.get(task_key)
    if task is None or task.stage != subject.stage:
        raise Refused([Reason("answer.not_asked_now", {"task": task_key})])
    reasons = policy.refusals(held, task.by, task.not_by)
    if session.get(ClosedTask, (subject_id, task_key)):
        reasons.append(Reason("answer.not_asked_now", {"task": task_key}))
    answer = session.get(Answer, (subject_id, task_key, subject.round, 1), populate_existing=True)
    if answer is not None and answer.submitted_at is not None:
        reasons.append(Reason("answer.submitted", {"task": task_key}))
    if reasons:
        raise Refused(reasons)
    return Asked(subject, workflow, task, workflow.forms[task.form], answer)


def frame(session: Session, viewer: Viewer, found: Asked) -> Frame:
    """What the answer is checked against; only what its form needs is read."""
    subject = found.subject
    pins = pinned.of_cycle(session, subject.cycle_id) if found.has("rubric") or found.has("targets") else None
    award = select(Award.currency).where(Award.id == subject.id)
    return Frame(
        rubric=pins.rubric if pins else None,
        indicators=_indicators(session, subject, pins) if pins and found.has("targets") else (),
        missing=missing(session, subject.id) if found.has("missing_measures") else (),
        currency=session.scalar(award) if found.has("money") else None,
        attachments=_attachments(session, found) if found.has("file") else frozenset(),
        all_targets=wants_all_targets(found.workflow, subject.stage),
        today=viewer.today,
    )


def _indicators(session: Session, subject: Subject, pins: Pinned) -> tuple[str, ...]:
    """Those of the plan and those that are goals already: what was taken out may come back."""
    goals = session.scalars(select(Goal.indicator).where(Goal.review_id == subject.id))
    return tuple(dict.fromkeys((*pins.plan.lines, *goals)))


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
