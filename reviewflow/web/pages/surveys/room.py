"""The room of surveys, and its questions in words."""

from __future__ import annotations

from reviewflow.services.survey import QUESTIONS
from reviewflow.web.language import gettext as translated
from reviewflow.web.language import marked as _
from reviewflow.web.rooms import Room

room = Room("surveys")
MINUTES = 5
"""How long the form takes, as people are told."""

_WORDS = {"fair": _("Fair"), "clear": _("Clear"), "in_my_control": _("In my control")}


def questions() -> dict[str, str]:
    """What is asked of each indicator, in the order of the form."""
    return {key: translated(_WORDS[key]) for key in QUESTIONS}
