"""The list of awards: what waits for me, what was returned, what was signed; and signing several at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.services import move as moves
from reviewflow.services.move import Left, Moved
from reviewflow.store import approvals, pinned
from reviewflow.store.types import Session
from reviewflow.web.filters import sentence
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.naming import in_words
from reviewflow.web.navigation import counter
from reviewflow.web.pages.approvals import selection, signing
from reviewflow.web.pages.approvals.room import APPROVERS, room
from reviewflow.web.pages.approvals.selection import Selection
from reviewflow.web.pages.approvals.sorting import SORTS, ordered
from reviewflow.web.post import act
from reviewflow.web.request import moment, reader, viewer
from reviewflow.web.tables import PAGE, Column, offset, paging, sorting

WINDOW = 200
"""So many waiting awards are sorted into groups; the rest follows when these are signed."""
EVERY = "all"
_NAMED = 3


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
    return _pending() if tab == approvals.PENDING else _settled(tab)


def _pending(posted: Selection | None = None) -> str:
    """What waits, in groups. `posted`: a choice that lacks its note, to be shown again."""
    read = approvals.lines(reader(), viewer(), approvals.PENDING, limit=WINDOW + 1)
    found = signing.rows(read[:WINDOW], moment().business)
    show = request.args.get("show", EVERY)
    show = show if show in signing.GROUPS else EVERY
    sort = sorting(SORTS, "")
    matching = ordered([row for row in found if show in (EVERY, row.group)], sort)
    shown = matching[offset() : offset() + PAGE]
    picked = selection.within(shown) if request.args.get("pick") == signing.WITHIN else Selection(())
    return render_template(
        "web/approvals/index.html",
        **_common(approvals.PENDING),
        sums=approvals.sums(reader(), viewer()),
        rows=shown,
        sort=sort,
        found=found,
        more=len(read) > WINDOW,
        show=show,
        groups={group: sum(row.group == group for row in found) for group in signing.GROUPS},
        picked=posted or picked,
        refused=posted is not None,
        selection=selection,
        total=selection.totals(matching),
        paging=paging(len(matching) - offset(), len(matching)),
    )


def _settled(tab: str) -> str:
    read = approvals.lines(reader(), viewer(), tab, limit=PAGE + 1, offset=offset())
    return render_template(
        "web/approvals/settled.html",
        **_common(tab),
        rows=signing.rows(read[:PAGE], moment().business),
        paging=paging(len(read)),
    )


def _common(tab: str) -> dict[str, Any]:
    return {
        "tab": tab,
        "counts": approvals.counts(reader(), viewer()),
        "waits": approvals.waiting_count(reader(), viewer()),
        "columns": _columns(tab),
    }


def _columns(tab: str) -> list[Column]:
    if tab != approvals.PENDING:
        return [
            Column("person", _("Person"), main=True),
            Column("component", _("Kind")),
            Column("rating", _("Rating")),
            Column("amount", _("Amount"), num=True),
            Column("stage", _("Where it stands")),
            Column("since", _("Since"), num=True),
        ]
    return [
        Column("pick", _("Select"), bare=True, picks=True),
        Column("person", _("Person"), main=True, sort="name"),
        Column("component", _("Kind")),
        Column("rating", _("Rating")),
        Column("amount", _("Amount"), num=True, sort="amount"),
        Column("change", _("Last cycle"), num=True),
        Column("notice", _("Notice")),
        Column("next", _("After you")),
        Column("days", _("Waiting"), num=True, sort="waiting"),
    ]


@room.action("/approvals/sign", APPROVERS)
def sign() -> ResponseReturnValue:
    """Approve or reject the selected awards: those that may be signed are, the others stay with their reason."""
    approve, values = request.form.get("what", "approve") == "approve", request.form.getlist("id")
    wanted = [_wanted(text, approve) for text in values]
    note = (request.form.get("note") or "").strip() or None
    if not wanted:
        abort(400)
    if not approve and note is None:
        return _again(values), 422
    awards = approvals.names(reader(), viewer(), [award_id for award_id, _version, _key in wanted])
    workflows = pinned.workflows(reader(), {definition_id for _name, definition_id in awards.values()})
    about = {key: (name, workflows[definition_id]) for key, (name, definition_id) in awards.items()}
    return act(
        moves.move_each,
        wanted,
        note=None if approve else note,
        then=url_for("approvals.index"),
        said=lambda done: _said(done, approve, about),
    )


def _again(values: list[str]) -> str:
    """The list once more with the same rows chosen: a rejection needs its note."""
    read = approvals.lines(reader(), viewer(), approvals.PENDING, limit=WINDOW)
    rows = signing.rows(read, moment().business)
    return _pending(selection.chosen(rows, values))


def _wanted(text: str, approve: bool) -> tuple[int, int, str]:
    """``id:version:approve key:reject key`` of a selected row."""
    parts = text.split(":")
    if len(parts) != 4 or not (parts[0].isdecimal() and parts[1].isdecimal()):
        abort(400)
    return int(parts[0]), int(parts[1]), parts[2] if approve else parts[3]


def _said(done: list[Moved | Left], approve: bool, about: Mapping[int, tuple[str, Workflow]]) -> str:
    """How many were signed; those that stay by name, with the first reason of each, three at most."""
    left = [one for one in done if isinstance(one, Left)]
    count = len(done) - len(left)
    if approve:
        signed = ngettext("%(num)s award approved.", "%(num)s awards approved.", count)
    else:
        signed = ngettext("%(num)s award rejected.", "%(num)s awards rejected.", count)
    if not left:
        return signed
    stay = ngettext("%(num)s stays as it was.", "%(num)s stay as they were.", len(left))
    return " ".join([signed, stay, *(_stays(one, about) for one in left[:_NAMED])])


def _stays(one: Left, about: Mapping[int, tuple[str, Workflow]]) -> str:
    """``Lin Yue: it changed meanwhile ...``; an award that the reader does not see has no name."""
    if one.subject_id not in about:
        return sentence(one.reasons[0])
    person, workflow = about[one.subject_id]
    return _("%(person)s: %(why)s", person=person, why=sentence(in_words(one.reasons, workflow)[0]))
