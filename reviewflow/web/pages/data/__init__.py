"""Data: sources with their freshness, imports through a mapping, refused lines and unknown people."""

from reviewflow.web.pages.data import batches, index, landing, start, upload
from reviewflow.web.pages.data.room import room

__all__ = ["batches", "index", "landing", "room", "start", "upload"]
