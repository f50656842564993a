"""Releasing everything that waits for it: what goes, what stays and why, before and after."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.workflow import Move, Workflow
from reviewflow.services import move as moves
from reviewflow.services.move import Left, Moved
from reviewflow.store import dashboard
from reviewflow.store.dashboard import Head, Waiting
from reviewflow.web.filters import sentence
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import sentences
from reviewflow.web.pages.cycles.room import HR, room, the_cycle
from reviewflow.web.post import act
from reviewflow.web.request import moment, reader, viewer
from reviewflow.web.tables import PAGE, Column, offset, paging

AT_ONCE = 500
"""So many go in one transaction; the page says how many wait after it."""
NAMED = 3


def release_move(process: Workflow) -> Move | None:
    """HR's bulk move that makes results visible, if the process has one."""
    for move in process.moves.values():
        leads_to = [process.stages[to.stage] for to in move.to]
        if move.bulk and "hr" in move.by and any("released" in stage.marks for stage in leads_to):
            return move
    return None


@room.page("/cycles/<int:cycle_id>/release", HR)
def release(cycle_id: int) -> ResponseReturnValue:
    """Everything that waits, each row with what keeps it."""
    cycle = the_cycle(cycle_id)
    move = release_move(cycle.pins.workflow) or abort(404)
    count = dashboard.waiting_count(reader(), viewer(), cycle, move.from_, AT_ONCE + 1)
    read = dashboard.waiting(reader(), viewer(), cycle, move.from_, PAGE + 1, offset())
    rows = read[:PAGE]
    against = moves.against_many(reader(), viewer(), [row.id for row in rows], move.key)
    return render_template(
        "web/cycles/release.html",
        cycle=cycle,
        rows=rows,
        against=against,
        count=count,
        at_once=AT_ONCE,
        going=sum(not reasons for reasons in against.values()),
        shown_at=moment().business.isoformat(),
        columns=_columns(any(against.values())),
        paging=paging(len(read)),
    )


def _columns(with_reasons: bool) -> list[Column]:
    columns = [
        Column("pick", _("Select"), bare=True, picks=True),
        Column("person", _("Person"), main=True),
        Column("unit", _("Unit")),
        Column("score", _("Score"), num=True),
        Column("rating", _("Rating")),
        Column("since", _("Waiting since")),
    ]
    return [*columns, Column("why", _("What keeps it"))] if with_reasons else columns


@room.action("/cycles/<int:cycle_id>/release", HR)
def release_all(cycle_id: int) -> ResponseReturnValue:
    """Release the chosen ones, or all that waited when the page was shown. Those that may not go stay."""
    cycle = the_cycle(cycle_id)
    move = release_move(cycle.pins.workflow) or abort(404)
    wanted = _wanted(cycle, move)
    names = {row.id: row for row in dashboard.waiting(reader(), viewer(), cycle, move.from_, AT_ONCE, 0)}
    return act(
        moves.move_many,
        wanted,
        move.key,
        then=lambda done: _after(cycle_id, done),
        said=lambda done: _said(done, names),
    )


def _wanted(cycle: Head, move: Move) -> list[tuple[int, int]]:
    if request.form.get("what") == "all":
        try:
            shown_at = datetime.fromisoformat(request.form.get("shown_at", "")).astimezone(UTC)
        except ValueError:
            abort(400)
        return dashboard.waiting_ids(reader(), viewer(), cycle, move.from_, shown_at, AT_ONCE)
    chosen = [text.split(":") for text in request.form.getlist("id")]
    if not all(len(parts) == 2 and parts[0].isdecimal() and parts[1].isdecimal() for parts in chosen):
        abort(400)
    return [(int(subject_id), int(version)) for subject_id, version in chosen]


def _after(cycle_id: int, done: list[Moved | Left]) -> str:
    """Back to what stays; to the cycle if nothing does."""
    stays = any(isinstance(one, Left) for one in done) or len(done) == AT_ONCE
    return url_for("cycles.release" if stays or not done else "cycles.show", cycle_id=cycle_id)


def _said(done: list[Moved | Left], names: dict[int, Waiting]) -> str:
    """How many went; those that stay by name, with the first reason of each, three at most."""
    if not done:
        return _("Nothing was selected.")
    left = [one for one in done if isinstance(one, Left)]
    went = ngettext("%(num)s result released.", "%(num)s results released.", len(done) - len(left))
    if not left:
        return went
    stay = ngettext("%(num)s stays as it was.", "%(num)s stay as they were.", len(left))
    why = [
        _("%(person)s: %(why)s", person=names[one.subject_id].person, why=sentence(one.reasons[0]))
        for one in left[:NAMED]
        if one.subject_id in names
    ]
    return sentences([went, stay, *why])
