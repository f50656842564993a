"""Goals of the running cycles: what is still to be proposed or agreed, and what was agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.goals import WHOLE_E4
from reviewflow.core.indicators import Indicator
from reviewflow.core.workflow import Workflow
from reviewflow.store import goals_page, pinned, team
from reviewflow.store.goals_page import AGREED, GOAL_SETTING, Counts, GoalCycle, Proposal
from reviewflow.store.team import Waits
from reviewflow.web.errors import NotGranted
from reviewflow.web.filters import figure, number, percent
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.reviews.tracking import weight
from reviewflow.web.request import language, moment, reader, standing, viewer
from reviewflow.web.rooms import Room
from reviewflow.web.tables import PAGE, Column, here, offset, paging, sorting

room = Room("goals")
SEES = ("hr", "hrbp", "sales_director", "auditor")
OPEN = "open"
SORTED = 100
"""So many proposals can be sorted by a click: more are listed by their deadline."""


@dataclass(frozen=True)
class Row:
    """One proposal as the table shows it. `mine`: what waits for the reader, None if nothing does."""

    proposal: Proposal
    stage: str
    weights: str
    whole: bool
    targets: str
    complete: bool
    target: str
    last: str
    change: str
    percent: Decimal | None
    late: bool
    mine: Waits | None
    url: str

    @property
    def form_url(self) -> str:
        """The form that waits for the reader; the review where it is a move."""
        if self.mine and self.mine.what == "task" and "tasks.show" in current_app.view_functions:
            return url_for("tasks.show", subject_id=self.proposal.review_id, task=self.mine.item)
        return self.url


@room.page("/goals", SIGNED_IN)
def index() -> ResponseReturnValue:
    """The goals of one running cycle that the reader may see, those that are not agreed yet first."""
    if not (standing().manages or viewer().has(*SEES)):
        raise NotGranted(("manager", *SEES))
    cycles = goals_page.cycles(reader(), viewer())
    cycle = _chosen(cycles)
    if cycle is None:
        return render_template("web/goals/none.html")
    counts = goals_page.counts(reader(), viewer(), cycle.id, moment().business)
    pins = pinned.of_cycle(reader(), cycle.id)
    show = _shown(pins.workflow, counts)
    read, sort, sortable = _read(cycle, counts, show)
    mine = {one.review_id: one for one in team.waiting(reader(), viewer())} if standing().manages else {}
    lead = _lead(read if sort else read[:PAGE], pins.catalogue.indicators)
    rows = [_row(one, pins.workflow, cycle, lead, mine, moment().business) for one in read]
    rows = _ordered(rows, sort)[offset() :] if sort else rows
    return render_template(
        "web/goals/index.html",
        cycle=cycle,
        counts=counts,
        headline=_headline(cycle, counts),
        cycle_tabs=[_tab(one, one is cycle) for one in cycles],
        pills=_pills(pins.workflow, counts, show),
        rows=rows[:PAGE],
        columns=_columns(lead, show, sortable),
        sort=sort,
        paging=paging(len(rows)),
        show=show,
    )


def _read(cycle: GoalCycle, counts: Counts, show: str) -> tuple[list[Proposal], str, bool]:
    """The rows of the page with one too many, or all of them to be sorted; by what; and whether they can be."""
    stage = None if show == OPEN else show
    sort = sorting(("name", "change"), "")
    known = show != AGREED
    if sort and (counts.open <= SORTED or not known):
        every = goals_page.proposals(reader(), viewer(), cycle.id, stage, limit=SORTED + 1)
        if len(every) <= SORTED:
            return every, sort, True
    read = goals_page.proposals(reader(), viewer(), cycle.id, stage, limit=PAGE + 1, offset=offset())
    at_hand = offset() == 0 and len(read) <= PAGE
    return read, "", at_hand or (known and counts.open <= SORTED)


def _chosen(cycles: Sequence[GoalCycle]) -> GoalCycle | None:
    wanted = request.args.get("cycle")
    if wanted is not None:
        return next((one for one in cycles if one.key == wanted), None) or abort(404)
    return next(iter(cycles), None)


def _shown(workflow: Workflow, counts: Counts) -> str:
    """The filter of the address; without one what is open, or the agreed goals where nothing is."""
    asked = request.args.get("show", "")
    known = {OPEN, AGREED, *(stage.key for stage in workflow.stages.values() if stage.part == GOAL_SETTING)}
    return asked if asked in known else OPEN if counts.open else AGREED


def _headline(cycle: GoalCycle, counts: Counts) -> str:
    if not counts.open:
        return _("All goals of %(cycle)s are agreed", cycle=cycle.key)
    said = ngettext(
        "%(num)s goal proposal of %(cycle)s is open",
        "%(num)s goal proposals of %(cycle)s are open",
        counts.open,
        cycle=cycle.key,
    )
    return _("%(open)s, %(late)s late", open=said, late=counts.late) if counts.late else said


def _tab(cycle: GoalCycle, current: bool) -> dict[str, Any]:
    return {"word": cycle.key, "url": url_for("goals.index", cycle=cycle.key), "current": current}


def _pills(workflow: Workflow, counts: Counts, show: str) -> list[dict[str, Any]]:
    stages = [stage for stage in workflow.stages.values() if stage.part == GOAL_SETTING]
    words = {OPEN: _("Open %(n)s", n=number(counts.open))}
    words |= {stage.key: stage.title[language()] for stage in stages if counts.open and len(stages) > 1}
    words[AGREED] = _("In force")
    return [
        {"word": word, "url": here(show=key, page=None), "current": key == show}
        for key, word in words.items()
    ]


def _lead(shown: Sequence[Proposal], indicators: Mapping[str, Indicator]) -> Indicator | None:
    """The indicator with the largest weight: the one whose targets stand in the table."""
    weights: Counter[str] = Counter()
    for one in shown:
        weights.update({key: goal.weight_e4 for key, goal in one.goals.items()})
    return indicators[weights.most_common(1)[0][0]] if weights else None


def _ordered(rows: Sequence[Row], sort: str) -> list[Row]:
    """By name, or by how much the target lies above the last period; who has none of them last."""
    backwards = sort.startswith("-")
    if sort.removeprefix("-") == "name":
        return sorted(rows, key=lambda row: row.proposal.person, reverse=backwards)
    known = [(row.percent, row) for row in rows if row.percent is not None]
    known.sort(key=lambda pair: pair[0], reverse=backwards)
    return [row for _percent, row in known] + [row for row in rows if row.percent is None]


def _columns(lead: Indicator | None, show: str, sortable: bool) -> list[Column]:
    title = lead.title[language()] if lead else _("Target")
    return [
        Column("person", _("Person"), main=True, sort="name" if sortable else ""),
        *([Column("manager", _("Manager"))] if viewer().has(*SEES) else []),
        Column("stage", _("Stage")),
        Column("weights", _("Weights"), num=True),
        Column("targets", _("Targets set"), num=True),
        Column("last", _("%(indicator)s, last period", indicator=title), num=True),
        Column("target", _("%(indicator)s, target", indicator=title), num=True),
        Column("change", _("Change"), num=True, sort="change" if sortable else ""),
        Column("due", _("Agreed on") if show == AGREED else _("Due"), bare=show != AGREED),
    ]


def _row(
    one: Proposal,
    workflow: Workflow,
    cycle: GoalCycle,
    lead: Indicator | None,
    waits: Mapping[int, Waits],
    now: datetime,
) -> Row:
    goal = one.goals.get(lead.key) if lead else None
    target, last = (goal.target, goal.last) if goal else (None, None)
    rise = (target - last) * 100 / last if target is not None and last else None
    agreed = one.part != GOAL_SETTING
    return Row(
        proposal=one,
        stage=_("In force") if agreed else workflow.stages[one.stage].title[language()],
        weights=weight(one.weights_e4),
        whole=one.weights_e4 == WHOLE_E4,
        targets=_("%(set)s of %(all)s", set=one.targets, all=len(one.goals)),
        complete=one.targets == len(one.goals),
        target=figure(target, lead, cycle.currency, short=True) if lead else "–",
        last=figure(last, lead, cycle.currency, short=True) if lead else "–",
        change=percent(rise, 1, sign=True),
        percent=rise,
        late=not agreed and one.due_at is not None and one.due_at <= now,
        mine=waits.get(one.review_id) if not agreed else None,
        url=url_for("reviews.show", review_id=one.review_id, view="goals"),
    )
