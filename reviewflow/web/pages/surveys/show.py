"""Rate the review: which indicators are fair, clear and in my control, and what should weigh how much.

The post is not kept in the log of forms, whose digest of what was sent, by account and time, would lead back to
the author: the ticket alone makes it count once.
"""

from __future__ import annotations

from flask import abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.reasons import Refused
from reviewflow.services import survey
from reviewflow.store import pinned, surveys
from reviewflow.store.surveys import Ticket
from reviewflow.web.filters import sentence
from reviewflow.web.forms import Form
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.navigation import stand_at
from reviewflow.web.pages.surveys import form as survey_form
from reviewflow.web.pages.surveys.room import questions, room
from reviewflow.web.post import go, write
from reviewflow.web.request import language, reader, viewer
from reviewflow.web.tables import Column


@room.page("/surveys/<int:cycle_id>", SIGNED_IN)
def show(cycle_id: int) -> ResponseReturnValue:
    """The form, for whoever has a ticket; afterwards, that the answer is in."""
    ticket = _ticket(cycle_id)
    if ticket.used:
        stand_at("feedback")
        return render_template("web/surveys/answered.html", ticket=ticket)
    return _page(ticket, _form(cycle_id))


@room.action("/surveys/<int:cycle_id>", SIGNED_IN)
def submit(cycle_id: int) -> ResponseReturnValue:
    """Store one anonymous answer."""
    ticket = _ticket(cycle_id)
    if ticket.used:
        return go(url_for("surveys.show", cycle_id=cycle_id))
    form, plan = _form(cycle_id), pinned.of_cycle(reader(), cycle_id).plan
    if not form.validate():
        return _page(ticket, form), 422
    try:
        write(
            survey.submit,
            cycle_id,
            ratings=survey_form.ratings(form, plan),
            weights=survey_form.weights(form, plan),
            comment=form.comment.data or "",
            floor=_floor(),
        )
    except Refused as refused:
        form.form_errors.extend(sentence(reason) for reason in refused.reasons)
        return _page(ticket, form), 422
    return go(url_for("feedback.show"), _("Thank you. Your answer is stored without your name."))


def _ticket(cycle_id: int) -> Ticket:
    found = surveys.tickets(reader(), viewer())
    return next((one for one in found if one.cycle_id == cycle_id), None) or abort(404)


def _floor() -> int:
    return int(current_app.extensions["settings"].anonymity_floor)


def _titles(cycle_id: int) -> dict[str, str]:
    pins = pinned.of_cycle(reader(), cycle_id)
    return {key: pins.catalogue[key].title[language()] for key in pins.plan.lines}


def _form(cycle_id: int) -> Form:
    return survey_form.make(pinned.of_cycle(reader(), cycle_id).plan, _titles(cycle_id))


def _page(ticket: Ticket, form: Form) -> str:
    stand_at("feedback")
    pins = pinned.of_cycle(reader(), ticket.cycle_id)
    columns = [Column("name", _("Indicator"), main=True)]
    columns += [Column(key, word) for key, word in questions().items()]
    columns.append(Column("weight", _("Weight in %"), num=True))
    return render_template(
        "web/surveys/show.html",
        ticket=ticket,
        form=form,
        floor=_floor(),
        titles=_titles(ticket.cycle_id),
        definitions={key: pins.catalogue[key].definition[language()] for key in pins.plan.lines},
        questions=questions(),
        columns=columns,
        sum=sum(form[f"weight__{key}"].data or 0 for key in pins.plan.lines),
    )
