"""Approvals: what may I sign? A list with everything that matters, and one award with all behind it."""

from reviewflow.web.pages.approvals import index, show
from reviewflow.web.pages.approvals.room import room

__all__ = ["index", "room", "show"]
