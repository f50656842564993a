"""A deadline moved by hand, on the pages of reviews and of awards: who gets the form, and what it posts."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from flask import abort, request
from flask.typing import ResponseReturnValue

from reviewflow.core.due import last_day
from reviewflow.core.policy.visibility import OWN
from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Workflow
from reviewflow.services import extend as extending
from reviewflow.services.extend import Extended
from reviewflow.web.errors import answer
from reviewflow.web.filters import day
from reviewflow.web.language import gettext as _
from reviewflow.web.post import act, seen_version
from reviewflow.web.request import language


@dataclass(frozen=True)
class Deadline:
    """What the form shows: the stage's title, when it is due, and the last day in the person's zone."""

    stage: str
    due_at: datetime
    last_day: date
    zone: str


def deadline(held: AbstractSet[str], stage: str, due_at: datetime | None, zone: str) -> Deadline | None:
    """The form's contents for HR, never about themselves; None for others, and where nothing is due.

    The service decides once more. `due_at` is that of an open record.
    """
    if due_at is None or "hr" not in held or held & OWN:
        return None
    return Deadline(stage, due_at, last_day(due_at, zone), zone)


def extend(subject_id: int, then: str) -> ResponseReturnValue:
    """Move the deadline as the form says. Raises what the service raises."""
    try:
        wanted = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return answer("refused", 422, reasons=(Reason("deadline.day_needed"),))
    return act(
        extending.extend,
        subject_id,
        wanted,
        request.form.get("reason", ""),
        seen_version=seen_version(),
        seen_due=_seen_due(),
        then=then,
        said=_said,
    )


def _seen_due() -> datetime | None:
    """The deadline that the person saw, as the form says."""
    text = request.form.get("due", "")
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        abort(400)


def deadline_moved(workflow: Workflow, stage: str, before: date, after: date) -> str:
    """What the history says of it; the days are the last ones on which it was, and is, in time."""
    title = workflow.stages[stage].title[language()]
    return _(
        "Deadline of “%(stage)s” moved from %(before)s to %(after)s",
        stage=title,
        before=day(before),
        after=day(after),
    )


def _said(done: Extended) -> str:
    return _("The deadline is %(day)s now.", day=day(done.now, True))
