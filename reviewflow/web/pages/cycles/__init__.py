"""Cycles: the list, the launch with its report, the page of one cycle, and bulk release."""

from reviewflow.web.pages.cycles import index, launched, new, release, show
from reviewflow.web.pages.cycles.room import room

__all__ = ["index", "launched", "new", "release", "room", "show"]
