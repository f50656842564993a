"""Reviews: one review with its stages, the trace behind each number, and its history."""

from reviewflow.web.pages.reviews import acting, history, rating, show, trace
from reviewflow.web.pages.reviews.room import room

__all__ = ["acting", "history", "rating", "room", "show", "trace"]
