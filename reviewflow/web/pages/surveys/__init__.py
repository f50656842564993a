"""Rating the review itself, and what people said of it."""

from reviewflow.web.pages.surveys import results, show
from reviewflow.web.pages.surveys.room import room

__all__ = ["results", "room", "show"]
