"""Answering a task: drafts that save themselves, and the submission with what it brings about."""

from reviewflow.services.answer.attaching import attach
from reviewflow.services.answer.saving import Hand, Saved, save, submit

__all__ = ["Hand", "Saved", "attach", "save", "submit"]
