"""One award: is this amount right, and may I sign it?"""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core import policy
from reviewflow.core.values import Money
from reviewflow.core.workflow import Workflow
from reviewflow.services import move as moves
from reviewflow.store import approvals, pinned
from reviewflow.store.approvals import AwardPage
from reviewflow.store.approvals.listing import OPEN
from reviewflow.web import extending, waterfalls
from reviewflow.web.language import gettext as _
from reviewflow.web.moves import Link
from reviewflow.web.naming import naming
from reviewflow.web.onward import advance
from reviewflow.web.pages.approvals import one, signing
from reviewflow.web.pages.approvals.room import APPROVERS, room
from reviewflow.web.pay_titles import component_titles
from reviewflow.web.post import act, seen_version
from reviewflow.web.reads import log_read
from reviewflow.web.request import language, moment, reader, viewer


@room.page("/approvals/<int:award_id>", APPROVERS)
def show(award_id: int) -> ResponseReturnValue:
    """One award: amount, how it came about, signatures, plausibility, and why I may sign."""
    found = _found(award_id)
    log_read("pay", found.line.person_id, award_id)
    workflow = pinned.workflows(reader(), {found.line.definition_id})[found.line.definition_id]
    row = signing.row(found.line, workflow, moment().business)
    tasks = _tasks(found, workflow)
    before, after, place, waiting = approvals.neighbours(reader(), viewer(), award_id)
    line, trace = found.line, found.trace
    fall = waterfalls.fall([(row.component, trace, line.amount)]) if trace and line.amount else None
    return render_template(
        "web/approvals/show.html",
        found=found,
        row=row,
        buttons=one.buttons(moves.offers(reader(), viewer(), award_id), row, workflow, tasks),
        signatures=one.signatures(found, workflow, mine=row.approve is not None),
        fall=fall,
        lines=waterfalls.lines(row.component, trace, line.proposed),
        tasks=tasks,
        deadline=_deadline(found, workflow),
        origin=_origin(found),
        correction=_correction(found),
        checks=one.checks(found),
        peers=one.peers(found),
        before=before,
        after=after,
        place=place,
        waiting=waiting,
    )


@room.action("/approvals/<int:award_id>/moves", APPROVERS)
def move(award_id: int) -> ResponseReturnValue:
    """Approve, return with a note or reject this award, then go on with the next."""
    version = seen_version()
    line = _found(award_id).line
    workflow = pinned.workflows(reader(), {line.definition_id})[line.definition_id]
    after = approvals.neighbours(reader(), viewer(), award_id)[1]
    with naming(workflow, component_titles(line.cycle_id)):
        answer = act(
            moves.move,
            award_id,
            request.form.get("move", ""),
            seen_version=version,
            note=request.form.get("note") or None,
            then=url_for("approvals.show", award_id=after) if after else url_for("approvals.index"),
            said=_("Done. This is the next award that waits for you.") if after else _("Done."),
        )
    advance(award_id)
    return answer


@room.action("/approvals/<int:award_id>/deadline", APPROVERS)
def extend(award_id: int) -> ResponseReturnValue:
    """Move the deadline of the present stage to the end of another day."""
    _found(award_id)
    return extending.extend(award_id, url_for("approvals.show", award_id=award_id))


def _deadline(found: AwardPage, workflow: Workflow) -> extending.Deadline | None:
    """The form that moves the deadline, for who may; what is settled has none."""
    line = found.line
    if line.part not in OPEN:
        return None
    title = workflow.stages[line.stage].title[language()]
    return extending.deadline(line.roles, title, line.due_at, found.zone)


def _tasks(found: AwardPage, workflow: Workflow) -> list[Link]:
    """What the reader has to fill in here: the correction of an award that was returned."""
    line = found.line
    return [
        Link(url_for("tasks.show", subject_id=line.id, task=task.key), task.title[language()])
        for task in workflow.tasks_in(line.stage)
        if policy.may(line.roles, task.by, task.not_by)
    ]


def _origin(found: AwardPage) -> Link | None:
    """What the amount was computed from: an indicator with its rows, or the rating. None where it is closed."""
    if found.review_id is None or found.trace is None:
        return None
    indicator = found.trace.get("indicator")
    if not (found.figures if indicator else found.result):
        return None
    if indicator:
        titles = pinned.of_cycle(reader(), found.line.cycle_id).catalogue
        url = url_for("reviews.trace", review_id=found.review_id, indicator=indicator)
        return Link(url, titles[indicator].title[language()])
    word = _("rating %(rating)s", rating=found.line.rating or "–")
    return Link(url_for("reviews.show", review_id=found.review_id, view="evaluation"), word)


def _correction(found: AwardPage) -> Money | None:
    amount, proposed = found.line.amount, found.line.proposed
    return Money(amount.minor - proposed.minor, amount.currency) if amount and proposed else None


def _found(award_id: int) -> AwardPage:
    return approvals.page(reader(), viewer(), award_id) or abort(404)
