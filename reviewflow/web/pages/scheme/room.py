"""The room of the scheme: whoever looks after cycles reads it, HR accepts files."""

from __future__ import annotations

from reviewflow.store.scopes import CYCLE_ROLES
from reviewflow.web.gate import granted
from reviewflow.web.rooms import Room

room = Room("scheme")
LOOKERS = granted(*CYCLE_ROLES)
HR = granted("hr")
