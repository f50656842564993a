"""Tasks: any form of any record, with drafts that save themselves, and the evidence handed in with them."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from reviewflow.core import trace
from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Reason, Refused
from reviewflow.services import answer
from reviewflow.services.answer import Hand, Saved
from reviewflow.store import tasks_page
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.answer_forms import AnswerForm
from reviewflow.web.answer_forms.differences import differences
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.navigation import stand_at
from reviewflow.web.onward import advance
from reviewflow.web.pages.reviews.scores import score_row
from reviewflow.web.pay_titles import component_title
from reviewflow.web.post import act, seen_version, write
from reviewflow.web.reads import log_read
from reviewflow.web.request import is_fragment, language, reader, today, viewer
from reviewflow.web.rooms import Room
from reviewflow.web.targets_told import why_no_last

room = Room("tasks")
_HAND = re.compile(r"([0-9a-f]{32}):([0-9]{1,9})", re.ASCII)
_PATH = "/subjects/<int:subject_id>/tasks/<task>"


@room.page(_PATH, SIGNED_IN)
def show(subject_id: int, task: str) -> ResponseReturnValue:
    """The form with the reader's draft; ``?more=`` names a list that gets one more row."""
    sheet = _opened(subject_id, task)
    if sheet.refusals:
        return _closed(sheet)
    form = AnswerForm(sheet, request.args.get("more", ""))
    if sheet.draft.body is not None:
        form.mark()
    return _page(form)


@room.action(_PATH, SIGNED_IN)
def submit(subject_id: int, task: str) -> ResponseReturnValue:
    """Submit for good, then let the record go on at once. What is incomplete is said beside the text."""
    form = AnswerForm(_opened(subject_id, task))
    body = form.submission()
    try:
        sent = act(
            answer.submit,
            subject_id,
            task,
            body,
            seen=seen_version(),
            hand=_hand(),
            then=_back(form.sheet),
            said=_("%(form)s submitted.", form=form.sheet.task.title[language()]),
        )
    except Refused as refused:
        return _refused(form, refused)
    except Conflict as conflict:
        _conflicting(conflict, subject_id, task, body)
    advance(subject_id)
    return sent


@room.action(f"{_PATH}/draft", SIGNED_IN)
def save(subject_id: int, task: str) -> ResponseReturnValue:
    """Keep the draft: by itself (htmx), or by a button that then adds a row or asks whether it is complete."""
    form = AnswerForm(_opened(subject_id, task))
    body = form.body()
    saved = _save(subject_id, task, body)
    progress = form.progress()
    if is_fragment():
        return render_template(
            "web/tasks/saved.html", saved=saved, progress=progress, task_form=form, sheet=form.sheet
        )
    what, _colon, key = request.form.get("do", "").partition(":")
    if what == "add":
        anchor = f"{key}-{len(body.get(key) or [])}"
        return redirect(
            url_for("tasks.show", subject_id=subject_id, task=task, more=key, _anchor=anchor), 303
        )
    place = ("ask-submit" if progress.complete else "progress") if what == "check" else None
    return redirect(url_for("tasks.show", subject_id=subject_id, task=task, _anchor=place), 303)


@room.action(f"{_PATH}/files", SIGNED_IN, upload=True)
def attach(subject_id: int, task: str) -> ResponseReturnValue:
    """Hand in a file as evidence, and keep the draft with it ticked."""
    form = AnswerForm(_opened(subject_id, task))
    body = form.body()
    key = request.form.get("do", "").partition(":")[2]
    if key not in {field.key for field in form.sheet.form.fields if field.kind == "file"}:
        abort(400)
    file: FileStorage | None = request.files.get(f"file-{key}")
    if file is None or not file.filename:
        form.show([Reason("answer.file_required", {"field": key})])
        return _page(form), 422
    try:
        made = write(answer.attach, subject_id, task, file.filename, file.read())
    except Refused as refused:
        form.show(Reason(one.key, {"field": key, **one.params}) for one in refused.reasons)
        return _page(form), 422
    _save(subject_id, task, body | {key: [*body[key], made]})
    return redirect(url_for("tasks.show", subject_id=subject_id, task=task, _anchor=key), 303)


@room.page("/evidence/<int:attachment_id>", SIGNED_IN)
def evidence(attachment_id: int) -> ResponseReturnValue:
    """A file handed in as evidence, for download only: it is never shown inside a page of ours."""
    file = tasks_page.evidence_file(reader(), viewer(), attachment_id) or abort(404)
    log_read("evidence", file.person_id, file.subject_id)
    sent = Response(file.body, mimetype=file.content_type)
    sent.headers.set("Content-Disposition", "attachment", filename=file.name)
    return sent


def _opened(subject_id: int, task: str) -> Sheet:
    """The task for the reader; 404 if it does not exist for them."""
    sheet: Sheet = tasks_page.sheet(reader(), viewer(), subject_id, task) or abort(404)
    if sheet.kind == "award":
        stand_at("approvals")
    else:
        stand_at("my_review" if sheet.about_me else "team" if "manager" in sheet.held else "cycles")
    return sheet


def _page(form: AnswerForm) -> str:
    sheet = form.sheet
    shown = sheet.lines.lines if sheet.lines and sheet.has("rubric") else ()
    if sheet.person_id != viewer().person_id:
        log_read("review", sheet.person_id, sheet.review_id)
    return render_template(
        "web/tasks/show.html",
        sheet=sheet,
        task_form=form,
        form=form.form,
        progress=form.progress(),
        refused=request.method == "POST",
        no_last=why_no_last(sheet.lines.lines, sheet.period, today())
        if sheet.has("targets") and sheet.lines
        else "",
        scores=[score_row(sheet.lines, line) for line in shown] if sheet.lines else [],
        award_title=component_title(sheet.cycle_id, sheet.award.component) if sheet.award else "",
        award_steps=trace.lines(sheet.award.trace) if sheet.award else (),
        back=_back(sheet),
    )


def _closed(sheet: Sheet) -> ResponseReturnValue:
    """The task is not the reader's, or not open now: says why, and who did it."""
    barred = any(reason.key.startswith("policy.") for reason in sheet.refusals)
    page = render_template("web/tasks/closed.html", sheet=sheet, reasons=_words(sheet), back=_back(sheet))
    return page, 403 if barred else 200


def _words(sheet: Sheet) -> list[str]:
    form = AnswerForm(sheet)
    return [form.words(reason) for reason in sheet.refusals]


def _back(sheet: Sheet) -> str:
    if sheet.kind == "award":
        return url_for("approvals.show", award_id=sheet.subject_id)
    return url_for("reviews.show", review_id=sheet.review_id)


def _hand() -> Hand | None:
    """The page that sends this, and its how manieth save it is; without a script there is none."""
    found = _HAND.fullmatch(request.form.get("written_by", ""))
    return Hand(found[1], int(found[2])) if found else None


def _save(subject_id: int, task: str, body: dict[str, Any]) -> Saved:
    try:
        return write(answer.save, subject_id, task, body, seen=seen_version(), hand=_hand())
    except Conflict as conflict:
        _conflicting(conflict, subject_id, task, body)


def _conflicting(conflict: Conflict, subject_id: int, task: str, body: dict[str, Any]) -> NoReturn:
    """The same conflict with both versions side by side."""
    sheet = _opened(subject_id, task)
    now = sheet.draft.body or {}
    raise Conflict(conflict.version, conflict.by, conflict.at, differences(sheet, now, body)) from conflict


def _refused(form: AnswerForm, refused: Refused) -> ResponseReturnValue:
    """What belongs to a field stands beside it; what does not, is the page's own answer."""
    keys = {field.key for field in form.sheet.form.fields}
    if not all(reason.params.get("field") in keys for reason in refused.reasons):
        raise refused
    form.show(refused.reasons)
    return _page(form), 422
