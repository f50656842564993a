"""Cycles: the list, the launch with its report, the page of one cycle, and bulk release."""

from reviewflow.web.pages.cycles import index, joined, launched, new, people, release, show
from reviewflow.web.pages.cycles.room import room

__all__ = ["index", "joined", "launched", "new", "people", "release", "room", "show"]
