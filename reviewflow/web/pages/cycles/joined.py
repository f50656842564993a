"""Who joined after the launch: taken into the cycle, or left out of it."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from reviewflow.services import launch as launching
from reviewflow.services.launch import Added
from reviewflow.web.filters import sentence
from reviewflow.web.language import gettext as _
from reviewflow.web.listed import sentences
from reviewflow.web.pages.cycles.room import HR, room, the_cycle
from reviewflow.web.post import act


@room.action("/cycles/<int:cycle_id>/joined/<int:person_id>/add", HR)
def add(cycle_id: int, person_id: int) -> ResponseReturnValue:
    """Make the review of somebody who was not there at the launch."""
    the_cycle(cycle_id)
    then = url_for("cycles.show", cycle_id=cycle_id)
    return act(launching.add, cycle_id, person_id, then=then, said=_added)


def _added(done: Added) -> str:
    """With everything that should be known of the person, as the check before a launch says it."""
    made = _("%(person)s is in the cycle now.", person=done.person)
    return sentences([made, *(sentence(reason) for reason in done.warnings)])


@room.action("/cycles/<int:cycle_id>/joined/<int:person_id>/leave-out", HR)
def leave_out(cycle_id: int, person_id: int) -> ResponseReturnValue:
    """Do not ask again about somebody who was not there at the launch."""
    the_cycle(cycle_id)
    then = url_for("cycles.show", cycle_id=cycle_id)
    return act(launching.dismiss, cycle_id, person_id, then=then, said=_left_out)


def _left_out(person: str) -> str:
    return _("%(person)s stays out of this cycle. The report of the launch says so.", person=person)
