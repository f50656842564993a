"""Scheme: the rules by which people are reviewed and paid, as they are accepted."""

from reviewflow.web.pages.scheme import files, index, show
from reviewflow.web.pages.scheme.room import room

__all__ = ["files", "index", "room", "show"]
