"""One task of one subject as its answerer finds it: form, draft, and everything the form is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, String, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core import policy
from reviewflow.core.answers import Frame, wants_all_targets
from reviewflow.core.reasons import Reason
from reviewflow.core.rubric import Rubric
from reviewflow.core.values import Money, Period
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Form, Stage, Task, Workflow
from reviewflow.store import pinned, relations
from reviewflow.store.cycles import Cycle
from reviewflow.store.pay import Award
from reviewflow.store.people import Person, ReportingLine
from reviewflow.store.relations import EXISTENCE, TODAY
from reviewflow.store.review_page import Lines, answer_group, lines
from reviewflow.store.subjects import Answer, Attachment, ClosedTask, Subject


@dataclass(frozen=True)
class Draft:
    """What is stored of the present round. `version` is 0 while nothing is.

    `body` is None where it is not for the viewer: a draft belongs to its author alone. `carried`: it stood in
    the round before and is a draft again.
    """

    version: int
    author: str | None
    mine: bool
    saved_at: datetime | None
    submitted_at: datetime | None
    body: Mapping[str, Any] | None
    carried: bool


@dataclass(frozen=True)
class File:
    """Evidence handed in with a task."""

    id: int
    name: str
    size: int
    by: str
    at: datetime


@dataclass(frozen=True)
class AwardPart:
    """The award that a correction is about."""

    component: str
    amount: Money | None
    proposed: Money | None
    changed_reason: str | None
    trace: Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A task that exists for the viewer. `refusals` say why they cannot answer it now; empty if they can."""

    subject_id: int
    kind: str
    review_id: int
    person_id: int
    person: str
    manager: str | None
    cycle_id: int
    cycle: str
    period: Period
    currency: str
    stage: Stage
    due_at: datetime | None
    version: int
    workflow: Workflow
    task: Task
    form: Form
    held: frozenset[str]
    refusals: tuple[Reason, ...]
    draft: Draft
    rubric: Rubric | None
    lines: Lines | None
    files: tuple[File, ...]
    award: AwardPart | None
    today: date

    @property
    def group(self) -> str:
        """The group of fields that the answer belongs to."""
        return answer_group(self.workflow, self.task)

    @property
    def about_me(self) -> bool:
        return bool(self.held & {"reviewee", "beneficiary"})

    @property
    def frame(self) -> Frame:
        """What an answer is checked against: the same as the service does."""
        found = self.lines.lines if self.lines else ()
        missing = [line for line in found if line.figure and line.figure.state == "missing"]
        return Frame(
            rubric=self.rubric,
            indicators=tuple(line.indicator.key for line in found),
            missing=tuple(line.indicator.key for line in missing),
            currency=self.award.proposed.currency if self.award and self.award.proposed else None,
            attachments=frozenset(file.id for file in self.files),
            all_targets=wants_all_targets(self.workflow, self.stage.key),
            today=self.today,
        )

    def has(self, kind: str) -> bool:
        return any(field.kind == kind for field in self.form.fields)


def sheet(session: Session, viewer: Viewer, subject_id: int, task_key: str) -> Sheet | None:
    """The task, or None if the subject or the task does not exist for the viewer. At most eight queries."""
    held = relations.held_on(session, viewer, [subject_id])[subject_id]
    values = {"id": subject_id, "task": task_key, "today": viewer.today}
    row = session.execute(_rows(), values).one_or_none()
    if row is None or not policy.sees(EXISTENCE[row.Subject.kind], held, frozenset()):
        return None
    subject: Subject = row.Subject
    workflow = pinned.workflows(session, {subject.definition_id})[subject.definition_id]
    task = workflow.tasks.get(task_key)
    if task is None:
        return None
    form = workflow.forms[task.form]
    review_id = row.Award.review_id if row.Award else subject.id
    kinds = {field.kind for field in form.fields}
    wants_lines = subject.kind == "review" and kinds & {"rubric", "targets", "missing_measures"}
    return Sheet(
        subject_id=subject.id,
        kind=subject.kind,
        review_id=review_id,
        person_id=subject.person_id,
        person=row.person,
        manager=row.manager,
        cycle_id=subject.cycle_id,
        cycle=row.Cycle.key,
        period=Period(row.Cycle.starts_on, row.Cycle.ends_on),
        currency=row.Cycle.currency,
        stage=workflow.stages[subject.stage],
        due_at=subject.due_at,
        version=subject.version,
        workflow=workflow,
        task=task,
        form=form,
        held=held,
        refusals=_refusals(session, subject, task, held, row.Answer),
        draft=_draft(viewer, row, policy.sees(answer_group(workflow, task), held, frozenset())),
        rubric=pinned.of_cycle(session, subject.cycle_id).rubric if "rubric" in kinds else None,
        lines=lines(session, viewer, review_id) if wants_lines else None,
        files=_files(session, subject.id, task_key) if "file" in kinds else (),
        award=_award(row.Award) if row.Award and "money" in kinds else None,
        today=viewer.today,
    )


@dataclass(frozen=True)
class Evidence:
    """A stored file with its bytes."""

    name: str
    content_type: str
    body: bytes
    person_id: int
    subject_id: int


def evidence_file(session: Session, viewer: Viewer, attachment_id: int) -> Evidence | None:
    """A file handed in as evidence, for whoever sees the figures (or the amount) that it proves."""
    query = (
        select(Attachment, Subject.kind, Subject.person_id)
        .join(Subject, Subject.id == Attachment.subject_id)
        .where(Attachment.id == attachment_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    file: Attachment = row.Attachment
    held = relations.held_on(session, viewer, [file.subject_id])[file.subject_id]
    group = "figures" if row.kind == "review" else "amount"
    if not policy.sees(group, held, frozenset()):
        return None
    return Evidence(file.name, file.content_type, file.body, row.person_id, file.subject_id)


@cache
def _rows() -> Select[Any]:
    """Built once a process; binds id, task and today."""
    task_key = bindparam("task", type_=String)
    line, before = aliased(ReportingLine), aliased(Answer)
    boss, author = aliased(Person), aliased(Person)
    return (
        select(Subject, Cycle, Answer, Award)
        .add_columns(Person.name.label("person"), boss.name.label("manager"), author.name.label("author"))
        .add_columns(before.submitted_at.label("before_at"))
        .join(Person, Person.id == Subject.person_id)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .outerjoin(Award, Award.id == Subject.id)
        .outerjoin(
            Answer,
            and_(
                Answer.subject_id == Subject.id,
                Answer.task == task_key,
                Answer.round == Subject.round,
                Answer.seat == 1,
            ),
        )
        .outerjoin(author, author.id == Answer.author_id)
        .outerjoin(
            before,
            and_(
                before.subject_id == Subject.id,
                before.task == task_key,
                before.round == Subject.round - 1,
                before.seat == 1,
            ),
        )
        .outerjoin(
            line,
            and_(
                line.person_id == Subject.person_id,
                line.kind == "effective",
                line.from_on <= TODAY,
                line.until_on > TODAY,
            ),
        )
        .outerjoin(boss, boss.id == line.manager_id)
        .where(Subject.id == bindparam("id", type_=Integer))
    )


def _refusals(
    session: Session, subject: Subject, task: Task, held: frozenset[str], answer: Answer | None
) -> tuple[Reason, ...]:
    """The same refusals as the service gives."""
    if task.stage != subject.stage:
        return (Reason("answer.not_asked_now", {"task": task.key}),)
    reasons = policy.refusals(held, task.by, task.not_by)
    if task.when and session.get(ClosedTask, (subject.id, task.key)):
        reasons.append(Reason("answer.not_asked_now", {"task": task.key}))
    if answer is not None and answer.submitted_at is not None:
        reasons.append(Reason("answer.submitted", {"task": task.key}))
    return tuple(reasons)


def _draft(viewer: Viewer, row: Any, readable: bool) -> Draft:
    answer: Answer | None = row.Answer
    if answer is None:
        return Draft(0, None, False, None, None, None, False)
    mine = answer.author_id == viewer.person_id
    carried = row.before_at is not None and answer.submitted_at is None
    open_to = mine or (readable and (carried or answer.submitted_at is not None))
    return Draft(
        version=answer.version,
        author=row.author,
        mine=mine,
        saved_at=answer.saved_at,
        submitted_at=answer.submitted_at,
        body=json.loads(answer.body) if open_to else None,
        carried=carried,
    )


def _files(session: Session, subject_id: int, task_key: str) -> tuple[File, ...]:
    columns = (Attachment.id, Attachment.name, func.length(Attachment.body), Person.name, Attachment.at)
    query = (
        select(*columns)
        .join(Person, Person.id == Attachment.by_id)
        .where(Attachment.subject_id == subject_id, Attachment.task == task_key)
        .order_by(Attachment.id)
    )
    return tuple(File(*row) for row in session.execute(query))


def _award(award: Award) -> AwardPart:
    def money(minor: int | None) -> Money | None:
        return None if minor is None or award.currency is None else Money(minor, award.currency)

    return AwardPart(
        component=award.component,
        amount=money(award.amount_minor),
        proposed=money(award.proposed_minor),
        changed_reason=award.changed_reason,
        trace=json.loads(award.trace),
    )
