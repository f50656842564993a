"""Launching a cycle on one page: what, for whom, when, and beside it always what would come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.values import Period
from reviewflow.core.workflow import Workflow
from reviewflow.services import launch as launching
from reviewflow.services.launch import LaunchPlan, PeopleRule, Preflight
from reviewflow.store import launch_page
from reviewflow.store.launch_page import Choices
from reviewflow.store.people_page import UnitLine
from reviewflow.web.forms import mistakes
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import listed, listed_short
from reviewflow.web.pages.cycles import by_unit, checks, gantt, plan_form
from reviewflow.web.pages.cycles.plan_form import LaunchForm
from reviewflow.web.pages.cycles.room import HR, room
from reviewflow.web.part_titles import part_title
from reviewflow.web.post import act
from reviewflow.web.request import is_fragment, moment, reader, today, viewer, zone

AT_ONCE = 2000
"""Up to so many people are checked with the page; of more, the page comes first and then asks for the check."""


@dataclass(frozen=True)
class Offer:
    """What the launch page shows beside the form: the check, or why nothing can be launched as it stands.

    `later`: the check of very many people is asked for by itself.
    """

    plan: LaunchPlan | None
    process: Workflow | None
    preflight: Preflight | None
    reasons: tuple[Reason, ...]
    later: bool = False

    @property
    def ready(self) -> int:
        """How many people would get a review."""
        return self.preflight.ready if self.preflight else 0

    @property
    def period(self) -> Period | None:
        return self.plan.period if self.plan else None


@room.page("/cycles/new", HR)
def new() -> ResponseReturnValue:
    """The form with its check. Everything filled in stands in the address, so that checking changes nothing."""
    choices = launch_page.choices(reader(), viewer())
    if not choices.processes:
        return render_template("web/cycles/no_process.html")
    form = plan_form.read(choices, request.args, today())
    return _page(form, choices)


def _page(form: LaunchForm, choices: Choices) -> str:
    offer = _offer(form, choices)
    template = "web/cycles/_check.html" if is_fragment() else "web/cycles/new.html"
    return render_template(
        template,
        form=form,
        offer=offer,
        headline=_headline(offer, form),
        last=choices.last,
        choices=choices,
        at_once=AT_ONCE,
        rules=_rules(form, choices.units),
        by_unit=by_unit.counts(offer.preflight, choices.units),
        stages=_stages(choices),
        checks=checks.found(
            offer.preflight, choices.indicators, {one.name: one.title for one in choices.calendars}
        ),
        bars=gantt.bars(offer.process, offer.plan, choices.calendars, moment().business, zone()),
        values=plan_form.filled_in(form),
        wrong=mistakes(form),
        checked_at=moment().wall,
    )


def _offer(form: LaunchForm, choices: Choices) -> Offer:
    """Run the check on what is filled in, if it can be read."""
    if "workflow" in request.args and not form.validate():
        return Offer(None, None, None, ())
    plan = plan_form.plan_of(form)
    process = next((one for one in choices.processes if one.name == plan.workflow), None)
    if _are_many(plan):
        return Offer(plan, process, None, (), later=True)
    units = by_unit.asked(choices.units, plan.units)
    try:
        preflight = launching.preflight(reader(), moment(), viewer(), plan, units)
    except Refused as refused:
        return Offer(plan, process, None, refused.reasons)
    return Offer(plan, process, preflight, checks.against(plan, preflight, choices.keys))


def _are_many(plan: LaunchPlan) -> bool:
    """Whether the page leaves the check for later. Whoever has no JavaScript asks for it with ``check``."""
    if is_fragment() or "check" in request.args:
        return False
    rule = PeopleRule.of(plan, viewer().today)
    return launching.how_many(reader(), rule, AT_ONCE + 1) > AT_ONCE


def _headline(offer: Offer, form: LaunchForm) -> str:
    key = form.key.data or _("a new cycle")
    if offer.later:
        return _("Launch %(cycle)s", cycle=key)
    if offer.ready and not offer.reasons:
        return ngettext(
            "Launch %(cycle)s for %(num)s person",
            "Launch %(cycle)s for %(num)s people",
            offer.ready,
            cycle=key,
        )
    return _("%(cycle)s cannot be launched yet", cycle=key)


def _rules(form: LaunchForm, units: Sequence[UnitLine]) -> dict[str, str]:
    """The rules for people in words, as they stand on the pills."""
    names = {unit.id: unit.name for unit in units}
    chosen = [names.get(key, "–") for key in form.units.data or ()]
    positions = form.positions.data or ()
    return {
        "units": _("Unit: %(names)s and below", names=listed_short(chosen)) if chosen else _("Unit: all"),
        "positions": (
            _("Position: %(names)s", names=listed_short(positions)) if positions else _("Position: all")
        ),
    }


def _stages(choices: Choices) -> dict[str, str]:
    """What stands under each process: the parts it goes through."""
    return {
        one.name: listed(
            dict.fromkeys(part_title(stage.part) for stage in one.stages.values() if not stage.end)
        )
        for one in choices.processes
    }


@room.action("/cycles/new", HR)
def launch() -> ResponseReturnValue:
    """Launch what was checked: the form beside the check carries its values."""
    choices = launch_page.choices(reader(), viewer())
    values = MultiDict(request.form)
    form = plan_form.read(choices, values, today())
    if "workflow" not in values or not form.validate():
        abort(400)
    return act(
        launching.launch, plan_form.plan_of(form), then=_launched, said=_("The cycle is being launched.")
    )


def _launched(cycle_id: int) -> str:
    return url_for("cycles.launched", cycle_id=cycle_id)
