"""Feedback: what I am asked."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from reviewflow.core.viewer import Viewer
from reviewflow.store import surveys
from reviewflow.store.types import Session
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.navigation import counter
from reviewflow.web.pages.surveys.room import MINUTES
from reviewflow.web.request import reader, viewer
from reviewflow.web.rooms import Room

room = Room("feedback")


@counter("feedback")
def waiting(session: Session, who: Viewer) -> int:
    """Surveys that wait for the reader's answer."""
    return len(surveys.open_tickets(session, who))


@room.page("/feedback", SIGNED_IN)
def show() -> ResponseReturnValue:
    """What the reader was asked, open and answered."""
    found = surveys.tickets(reader(), viewer())
    open_ones = [one for one in found if not one.used]
    done = [one for one in found if one.used]
    return render_template("web/surveys/asked.html", open=open_ones, done=done, survey_minutes=MINUTES)
