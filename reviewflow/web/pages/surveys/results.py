"""What people said about the rubric, for HR of the whole company: from the floor of answers on."""

from __future__ import annotations

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from reviewflow.store import survey_results
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
    _enter()
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
    """Means and spreads by indicator, proposed weights, and comments."""
    _enter()
    found = survey_results.results(reader(), viewer(), cycle_id, _floor()) or abort(404)
    columns = [Column("name", _("Indicator"), main=True)]
    columns += [Column(key, word) for key, word in questions().items()]
    columns += [Column("weight", _("Weight now"), num=True), Column("proposed", _("Proposed"), num=True)]
    return render_template(
        "web/surveys/results.html",
        found=found,
        titles={key: one.title[language()] for key, one in found.pins.catalogue.indicators.items()},
        questions=questions(),
        columns=columns,
    )


def _enter() -> None:
    """Answers have no unit, so that whoever sees them sees those of the whole company."""
    stand_at("scheme")
    if not survey_results.open_to(reader(), viewer()):
        abort(403)


def _floor() -> int:
    return int(current_app.extensions["settings"].anonymity_floor)
