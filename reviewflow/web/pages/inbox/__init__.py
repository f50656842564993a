"""The inbox: what needs me? Work comes to people, sorted by its date, with the minutes it takes."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, g, render_template, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.rubric import Rubric
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.store import my_inbox, pinned, review_page
from reviewflow.store.my_inbox import Todos, Waits
from reviewflow.store.review_page import Record
from reviewflow.store.types import Session
from reviewflow.web.filters import listed
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.navigation import counter
from reviewflow.web.pages.inbox import rows
from reviewflow.web.pages.reviews.stepper import coming_stages
from reviewflow.web.pages.reviews.tracking import Pace, pace
from reviewflow.web.pay_titles import component_title
from reviewflow.web.request import language, moment, reader, today, viewer
from reviewflow.web.rooms import Room

room = Room("inbox")
LATELY = timedelta(days=7)
DATES_SHOWN = 4


@counter("inbox")
def waiting(session: Session, who: Viewer) -> int:
    """What the bar says: the same number as the headline."""
    if "inbox_count" in g:
        return int(g.inbox_count)
    return my_inbox.count(session, who)


@room.page("/inbox", SIGNED_IN)
def show() -> ResponseReturnValue:
    """Late, due this week, later, waiting for others, done lately; beside it my standing and the next dates."""
    found = my_inbox.todos(reader(), viewer())
    g.inbox_count = found.count
    todo = _todo_rows(found)
    own = review_page.own(reader(), viewer())
    return render_template(
        "web/inbox/show.html",
        count=found.count,
        minutes=sum(row.minutes for row in todo),
        late=[row for row in todo if row.late],
        this_week=[row for row in todo if row.this_week and not row.late],
        later=[row for row in todo if not row.this_week],
        others=[(one, _whom(one), _about(one), _status(one)) for one in my_inbox.others(reader(), viewer())],
        done=my_inbox.done(reader(), viewer(), moment().business - LATELY),
        own=own,
        now=today(),
        standing=_standing(own),
        dates=_dates(own) if own else [],
    )


def _todo_rows(found: Todos) -> list[rows.Row]:
    tickets = found.tickets if "surveys.show" in current_app.view_functions else ()
    return rows.in_order(
        [
            *(rows.todo_row(one, _rubric(one.waiting.cycle_id, one.waiting.kind)) for one in found.own),
            *(rows.group_row(one) for one in found.groups),
            *(rows.ticket_row(one) for one in tickets),
        ]
    )


def _rubric(cycle_id: int, kind: str) -> Rubric | None:
    """The cycle's rubric; no question after the first of a cycle."""
    return pinned.of_cycle(reader(), cycle_id).rubric if kind == "review" else None


def _standing(own: Record | None) -> Pace | None:
    """The reader's own figures while their period runs."""
    if own is None or own.part != "tracking":
        return None
    lines = review_page.lines(reader(), viewer(), own.id)
    return pace(lines, today()) if lines else None


def _dates(own: Record) -> list[tuple[object, str]]:
    """(instant, what) of the coming deadlines of the reader's own review."""
    found: list[tuple[object, str]] = []
    if own.due_at is not None:
        found.append((own.due_at, _("%(stage)s ends", stage=own.here.title[language()])))
    for one in coming_stages(own):
        if one.due_at is not None:
            found.append((one.due_at, _("%(stage)s ends", stage=one.stage.title[language()])))
    return found[:DATES_SHOWN]


def _whom(one: Waits) -> str:
    """The names of those whose turn it is, or the role where they are many."""
    role = role_title(one.role, language())
    if len(one.holders) > 2:
        return role
    return _("%(names)s (%(role)s)", names=listed(one.holders), role=role)


def _about(one: Waits) -> str:
    """Whose record it is, in the reader's eyes."""
    mine = one.person_id == viewer().person_id
    if one.component is None:
        what = rows.work_title(one.workflow, one.stage, one.what, one.item, mine)
        return what if mine else _("%(what)s: %(who)s", what=what, who=one.person)
    title = component_title(one.cycle_id, one.component)
    return _("Your %(award)s", award=title) if mine else _("%(what)s: %(who)s", what=title, who=one.person)


def _status(one: Waits) -> str:
    if one.component:
        return url_for("reviews.show", review_id=one.review_id, view="reward")
    return url_for("reviews.show", review_id=one.review_id)
