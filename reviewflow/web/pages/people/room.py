"""The room of people, and who may come in."""

from __future__ import annotations

from reviewflow.store.people import GRANTING_ROLES
from reviewflow.store.people_page import PEOPLE_ROLES
from reviewflow.web.gate import granted
from reviewflow.web.request import viewer
from reviewflow.web.rooms import Room

room = Room("people")
LOOKERS = granted(*PEOPLE_ROLES)
HR = granted("hr")
GRANTORS = granted(*GRANTING_ROLES)


def may_grant() -> bool:
    """Whether roles and accounts can be given by the reader."""
    return viewer().has(*GRANTING_ROLES)
