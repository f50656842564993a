"""The page of one cycle: where is it stuck? And its two actions: remind the late, try again what failed."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.services import export, letters
from reviewflow.services import remind as reminding
from reviewflow.services import retry as retrying
from reviewflow.store import dashboard
from reviewflow.store.dashboard import Figures, Head, Late
from reviewflow.web.downloads import download
from reviewflow.web.filters import listed
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.cycles import late_list, needs, ratings, release, standing
from reviewflow.web.pages.cycles.room import HR, LOOKERS, exports_whole, is_hr, room, the_cycle
from reviewflow.web.post import act
from reviewflow.web.request import moment, reader, today, viewer


@room.page("/cycles/<int:cycle_id>", LOOKERS)
def show(cycle_id: int) -> ResponseReturnValue:
    """Figures, parts, the late, ratings, and what needs HR."""
    cycle, now = the_cycle(cycle_id), moment().business
    figures = dashboard.figures(reader(), viewer(), cycle_id, now)
    results = dashboard.results(reader(), viewer(), cycle)
    late = dashboard.late(reader(), viewer(), cycle_id, now)
    move = release.release_move(cycle.pins.workflow)
    waits = (
        dashboard.waiting_count(reader(), viewer(), cycle, move.from_, release.AT_ONCE + 1)
        if move and is_hr()
        else 0
    )
    return render_template(
        "web/cycles/show.html",
        cycle=cycle,
        figures=figures,
        headline=_headline(cycle, figures, late),
        boxes=standing.boxes(cycle, figures, results),
        bars=standing.bars(cycle, figures),
        late=late,
        late_rows=late_list.rows(cycle, late, today(), everything=request.args.get("late") == "all"),
        late_records=late_list.counted(figures, late),
        to_remind=late_list.to_remind(late, today()),
        chart=ratings.chart(cycle, results),
        chart_words=ratings.words(cycle.pins.plan, results),
        results=results,
        launching=cycle.launching and figures.reviews < cycle.expected,
        troubles=needs.found(cycle, dashboard.troubles(reader(), viewer(), cycle), late, figures, now),
        waits=waits,
        at_once=release.AT_ONCE,
        is_hr=is_hr(),
        may_export=exports_whole(),
    )


def _headline(cycle: Head, figures: Figures, late: Late) -> str:
    """The answer: what is late and for how many people it waits, and how many letters failed."""
    failed = ngettext("%(num)s letter failed", "%(num)s letters failed", figures.letters_failed)
    who = _late_words(figures, late)
    if who and figures.letters_failed:
        return _("%(cycle)s: %(late)s, %(failed)s", cycle=cycle.key, late=who, failed=failed)
    if who or figures.letters_failed:
        return _("%(cycle)s: %(what)s", cycle=cycle.key, what=who or failed)
    if figures.reviews and all(part.count == 0 for part in figures.parts if part.key != "closed"):
        return _("%(cycle)s is closed", cycle=cycle.key)
    return _("%(cycle)s: nothing is late", cycle=cycle.key)


def _late_words(figures: Figures, late: Late) -> str:
    """``6 reviews and 2 awards late, waiting for 3 people``. Of very many, awards and people are not counted."""
    records = late_list.counted(figures, late)
    if not records:
        return ""
    what = _("%(records)s late", records=listed(records))
    if not (late.all_seen and late.people):
        return what
    return ngettext(
        "%(what)s, waiting for %(num)s person", "%(what)s, waiting for %(num)s people", late.people, what=what
    )


@room.action("/cycles/<int:cycle_id>/remind", HR)
def remind(cycle_id: int) -> ResponseReturnValue:
    """Remind everybody who is late, or one of them."""
    the_cycle(cycle_id)
    holder = request.form.get("holder", "")
    return act(
        reminding.remind,
        cycle_id,
        holder_id=int(holder) if holder.isdecimal() else None,
        then=url_for("cycles.show", cycle_id=cycle_id),
        said=_reminded,
    )


def _reminded(new: int) -> str:
    if not new:
        return _("Everybody was reminded today already.")
    return ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", new)


@room.action("/cycles/<int:cycle_id>/letters/<int:letter_id>/again", HR)
def print_again(cycle_id: int, letter_id: int) -> ResponseReturnValue:
    """Print a letter that failed once more."""
    the_cycle(cycle_id)
    then = url_for("cycles.show", cycle_id=cycle_id)
    return act(letters.print_again, letter_id, then=then, said=_("The letter is being printed again."))


@room.action("/cycles/<int:cycle_id>/jobs/<int:outbox_id>/again", HR)
def try_again(cycle_id: int, outbox_id: int) -> ResponseReturnValue:
    """Take up work again that was given up."""
    the_cycle(cycle_id)
    then = url_for("cycles.show", cycle_id=cycle_id)
    return act(retrying.retry, outbox_id, then=then, said=_("It is tried again."))


@room.page("/cycles/<int:cycle_id>/scores.csv", HR)
def scores_csv(cycle_id: int) -> ResponseReturnValue:
    """Every figure, target and score of the cycle: it knows no units, so it is for HR of the whole company."""
    cycle = the_cycle(cycle_id)
    if not exports_whole():
        abort(403)
    text = export.scores_csv(reader(), cycle_id)
    return download(text.encode("utf-8"), f"{cycle.key}_scores.csv")
