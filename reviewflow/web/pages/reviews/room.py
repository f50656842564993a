"""The room of reviews: one review, its numbers, its history, and what is done to it."""

from __future__ import annotations

from reviewflow.web.rooms import Room

room = Room("reviews")
