"""My team: who needs me? Sales against pace, and every person's figures in one table."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from reviewflow.store import team
from reviewflow.store.team import RunningCycle
from reviewflow.web.errors import NotGranted
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.pages.team import board, headline, sales
from reviewflow.web.request import language, moment, reader, standing, today, viewer
from reviewflow.web.rooms import Room
from reviewflow.web.tables import PAGE, here, offset, paging, sorting

room = Room("team")


@room.page("/team", SIGNED_IN)
def show() -> ResponseReturnValue:
    """The people who report to the reader today, in one cycle; what waits for the reader in all of them."""
    if not standing().manages:
        raise NotGranted(("manager",))
    cycles = team.cycles(reader(), viewer())
    cycle = _chosen(cycles)
    people = team.team(reader(), viewer(), cycle.id if cycle else None)
    waits = team.waiting(reader(), viewer())
    now, lines = moment().business, list(people.lines.values())
    keys = board.shown_keys(lines, request.args.get("show", board.HEAVIEST))
    rows = board.rows(people, waits, keys, today())
    shown = board.filtered(rows, request.args.get("people", board.EVERYONE))
    sort = sorting({"name", board.NEED, *keys}, board.NEED)
    ordered = board.ordered(shown, sort)[offset() :]
    return render_template(
        "web/team/show.html",
        headline=headline.headline(rows, waits, now),
        subtitle=headline.subtitle(cycle, lines, today()),
        cycle=cycle,
        cycle_tabs=[_tab(one, one is cycle) for one in cycles],
        rows=ordered[:PAGE],
        paging=paging(len(ordered), len(shown)),
        columns=board.columns(lines, keys),
        sort=sort,
        people_pills=board.people_pills(rows),
        column_tabs=board.column_tabs(lines),
        waits=[board.waiting_line(one, now) for one in waits[: board.MOST_WAITING]],
        more_waits=max(0, len(waits) - board.MOST_WAITING),
        sales=sales.sales(reader(), viewer(), cycle, people, rows, today()) if cycle else None,
        absent=("、" if language() == "zh" else ", ").join(
            one.name for one in people.members if one.review_id is None
        ),
        more=people.more,
        ended=cycle is not None and cycle.period.ends_on < today(),
    )


def _chosen(cycles: list[RunningCycle]) -> RunningCycle | None:
    """The cycle that the address names, else the newest one whose period has begun."""
    wanted = request.args.get("cycle")
    if wanted is not None:
        return next((one for one in cycles if one.key == wanted), None) or abort(404)
    begun = [one for one in cycles if one.period.starts_on <= today()]
    return next(iter(begun or cycles), None)


def _tab(cycle: RunningCycle, current: bool) -> dict[str, object]:
    word = _("%(cycle)s · %(count)s open", cycle=cycle.key, count=cycle.open)
    return {"word": word, "url": here(cycle=cycle.key, page=None, sort=None), "current": current}
