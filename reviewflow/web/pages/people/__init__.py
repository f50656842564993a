"""People: the tree of units, one person with history, roles and account, and who sees what."""

from reviewflow.web.pages.people import access, acting, index, show
from reviewflow.web.pages.people.room import room

__all__ = ["access", "acting", "index", "room", "show"]
