"""The room of letters."""

from __future__ import annotations

from reviewflow.web.rooms import Room

room = Room("letters")
