"""What people said about the rubric, for HR: from the floor of answers on."""

from __future__ import annotations

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from reviewflow.store import survey_results
from reviewflow.store.survey_results import Group, Results
from reviewflow.web.gate import granted
from reviewflow.web.language import gettext as _
from reviewflow.web.navigation import stand_at
from reviewflow.web.pages.surveys.room import questions, room
from reviewflow.web.request import language, reader, viewer
from reviewflow.web.tables import Column

HR = granted("hr")


@room.page("/surveys", HR)
def index() -> ResponseReturnValue:
    """Surveys by cycle: how many were asked, how many answered."""
    stand_at("scheme")
    columns = [
        Column("cycle", _("Cycle"), main=True),
        Column("period", _("Period")),
        Column("asked", _("Asked"), num=True),
        Column("answered", _("Answered"), num=True),
        Column("open", _("Until results show"), bare=True),
    ]
    found = survey_results.surveys(reader(), viewer())
    return render_template("web/surveys/index.html", surveys=found, columns=columns, floor=_floor())


@room.page("/surveys/<int:cycle_id>/results", HR)
def results(cycle_id: int) -> ResponseReturnValue:
    """Means and spreads by indicator, proposed weights, and comments; ``?unit=`` shows one unit."""
    stand_at("scheme")
    found = survey_results.results(reader(), viewer(), cycle_id, _floor()) or abort(404)
    group = _group(found)
    columns = [Column("name", _("Indicator"), main=True)]
    columns += [Column(key, word) for key, word in questions().items()]
    columns += [Column("weight", _("Weight now"), num=True), Column("proposed", _("Proposed"), num=True)]
    return render_template(
        "web/surveys/results.html",
        found=found,
        group=group,
        titles={key: one.title[language()] for key, one in found.pins.catalogue.indicators.items()},
        questions=questions(),
        columns=columns,
    )


def _group(found: Results) -> Group | None:
    """The group asked for; None below the floor."""
    wanted = request.args.get("unit")
    if not found.groups or wanted is None:
        return found.groups[0] if found.groups else None
    return next((one for one in found.groups if str(one.unit_id) == wanted), None) or abort(404)


def _floor() -> int:
    return int(current_app.extensions["settings"].anonymity_floor)
