"""The one door of the process: moves by people, moves by the clock, and what may be done now."""

from reviewflow.services.move.door import (
    Left,
    Moved,
    Offer,
    advance,
    against_many,
    move,
    move_each,
    move_many,
    offers,
)
from reviewflow.services.move.sweep import sweep

__all__ = [
    "Left",
    "Moved",
    "Offer",
    "advance",
    "against_many",
    "move",
    "move_each",
    "move_many",
    "offers",
    "sweep",
]
