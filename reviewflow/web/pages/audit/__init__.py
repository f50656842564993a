"""The audit: who did or read what about whom, and whether anything was changed afterwards."""

from reviewflow.web.pages.audit import chain, index
from reviewflow.web.pages.audit.room import room

__all__ = ["chain", "index", "room"]
