"""Approvals: what may I sign? A list with everything that matters, and one award with all behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reviewflow.core.values import Money
from reviewflow.core.viewer import Viewer
from reviewflow.services import move as moves
from reviewflow.services.move import Left, Moved
from reviewflow.store import approvals, pinned
from reviewflow.store.types import Session
from reviewflow.web.filters import sentence
from reviewflow.web.gate import granted
from reviewflow.web.navigation import counter
from reviewflow.web.pages.approvals import one, signing
from reviewflow.web.post import act
from reviewflow.web.request import moment, reader, viewer
from reviewflow.web.rooms import Room
from reviewflow.web.tables import PAGE, Column, offset, paging

room = Room("approvals")
APPROVERS = granted("sales_director", "finance", "hr", "auditor")
FILTERS = ("all", signing.WITHIN, signing.LOOK, signing.BARRED, signing.ELSEWHERE)


@counter("approvals")
def waiting(session: Session, who: Viewer) -> int:
    """Awards that wait for the reader's own signature."""
    return approvals.waiting_count(session, who)


@room.page("/approvals", APPROVERS)
def index() -> ResponseReturnValue:
    """Everything that waits, or was returned or signed, with what the reader may do about it."""
    tab = request.args.get("tab", approvals.PENDING)
    if tab not in approvals.TABS:
        abort(404)
    read = approvals.lines(reader(), viewer(), tab, limit=PAGE + 1, offset=offset())
    found = signing.rows(read[:PAGE], moment().business)
    chosen = request.args.get("show", "all")
    shown = [row for row in found if chosen in ("all", row.group)]
    return render_template(
        "web/approvals/index.html",
        tab=tab,
        counts=approvals.counts(reader(), viewer()),
        sums=approvals.sums(reader(), viewer()),
        rows=shown,
        found=found,
        show=chosen if chosen in FILTERS else "all",
        groups={group: sum(row.group == group for row in found) for group in FILTERS[1:]},
        columns=_columns(),
        total=_total(shown),
        paging=paging(len(read)),
    )


def _columns() -> list[Column]:
    return [
        Column("pick", _("Select"), bare=True),
        Column("person", _("Person"), main=True),
        Column("component", _("Kind")),
        Column("rating", _("Rating")),
        Column("amount", _("Amount"), num=True),
        Column("change", _("Against the last cycle"), num=True),
        Column("notice", _("Notice")),
        Column("next", _("After you")),
        Column("days", _("Waiting"), num=True),
    ]


def _total(rows: Sequence[signing.Row]) -> list[Money]:
    """Sums of the amounts shown, one for each currency."""
    found: dict[str, Money] = {}
    for row in rows:
        if row.line.amount is not None:
            known = found.get(row.line.amount.currency, Money(0, row.line.amount.currency))
            found[row.line.amount.currency] = known + row.line.amount
    return list(found.values())


@room.action("/approvals/sign", APPROVERS)
def sign() -> ResponseReturnValue:
    """Approve or reject the selected awards: those that may be signed are, the others stay with their reason."""
    what = request.form.get("what", "approve")
    wanted = [_wanted(text, what) for text in request.form.getlist("id")]
    if not wanted:
        return act(_nothing, then=url_for("approvals.index"), said=_("Nothing was selected."))
    note = request.form.get("note") or None
    return act(moves.move_each, wanted, note=note, then=url_for("approvals.index"), said=_said)


def _nothing(session: Session, now: Any, who: Viewer) -> None:
    """No award was selected: nothing is written."""


def _wanted(text: str, what: str) -> tuple[int, int, str]:
    """``id:version:approve key:reject key`` of a selected row."""
    parts = text.split(":")
    if len(parts) != 4 or not (parts[0].isdecimal() and parts[1].isdecimal()):
        abort(400)
    return int(parts[0]), int(parts[1]), parts[2] if what == "approve" else parts[3]


def _said(done: list[Moved | Left]) -> str:
    """How many were signed; the first reason of those that stay."""
    left = [one for one in done if isinstance(one, Left)]
    count = len(done) - len(left)
    signed = ngettext("%(num)s award signed.", "%(num)s awards signed.", count)
    if not left:
        return signed
    stay = ngettext(
        "%(num)s stays: %(why)s", "%(num)s stay: %(why)s", len(left), why=sentence(left[0].reasons[0])
    )
    return _("%(signed)s %(stay)s", signed=signed, stay=stay)


@room.page("/approvals/<int:award_id>", APPROVERS)
def show(award_id: int) -> ResponseReturnValue:
    """One award: amount, how it came about, signatures, plausibility, and why I may sign."""
    found = approvals.page(reader(), viewer(), award_id)
    if found is None:
        abort(404)
    workflow = pinned.workflows(reader(), {found.line.definition_id})[found.line.definition_id]
    before, after, place, waiting_now = approvals.neighbours(reader(), viewer(), award_id)
    return render_template(
        "web/approvals/show.html",
        found=found,
        row=signing.row(found.line, workflow, moment().business),
        buttons=one.buttons(moves.offers(reader(), viewer(), award_id), found.line),
        signatures=one.signatures(found, workflow),
        chart=one.chart(found),
        how=one.how(found),
        checks=one.checks(found),
        peers=one.peers(found),
        before=before,
        after=after,
        place=place,
        waiting=waiting_now,
        stage=workflow.stages[found.line.stage],
    )


@room.action("/approvals/<int:award_id>/moves", APPROVERS)
def move(award_id: int) -> ResponseReturnValue:
    """Approve, return with a note or reject this award, then go on with the next."""
    version = request.form.get("version", "")
    if not version.isdecimal():
        abort(400)
    after = approvals.neighbours(reader(), viewer(), award_id)[1]
    then = url_for("approvals.show", award_id=after) if after else url_for("approvals.index")
    return act(
        moves.move,
        award_id,
        request.form.get("move", ""),
        seen_version=int(version),
        note=request.form.get("note") or None,
        then=then,
        said=_("Done. The next award that waits is below.") if after else _("Done."),
    )
