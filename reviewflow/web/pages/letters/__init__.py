"""Feedback letters: what they say, their PDF, the answer to them, and whether one is genuine."""

from reviewflow.web.pages.letters import show, verify
from reviewflow.web.pages.letters.room import room

__all__ = ["room", "show", "verify"]
