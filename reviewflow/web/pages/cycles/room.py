"""The room of cycles, and who may come in."""

from __future__ import annotations

from flask import abort

from reviewflow.store import dashboard
from reviewflow.store.dashboard import Head
from reviewflow.store.scopes import CYCLE_ROLES, scope
from reviewflow.web.gate import granted
from reviewflow.web.request import reader, viewer
from reviewflow.web.rooms import Room

room = Room("cycles")
LOOKERS = granted(*CYCLE_ROLES)
"""Who looks at cycles; the store answers only for their own units."""
HR = granted("hr")
"""Who launches, reminds and releases."""


def the_cycle(cycle_id: int) -> Head:
    """The cycle, or a 404."""
    found = dashboard.head(reader(), viewer(), cycle_id)
    if found is None:
        abort(404)
    return found


def is_hr() -> bool:
    """Whether buttons that change something are drawn at all."""
    return viewer().has("hr")


def exports_whole() -> bool:
    """Whether the reader is HR for the whole company."""
    return scope(reader(), viewer(), ("hr",)).whole
