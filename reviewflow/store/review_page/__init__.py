"""What the page of one review asks: the record, its lines, forms, awards and history, all by viewer."""

from reviewflow.store.review_page.awards import AwardLine, awards
from reviewflow.store.review_page.forms import Forms, Written, answer_group, forms
from reviewflow.store.review_page.history import Event, Fallen, fallen, history
from reviewflow.store.review_page.lines import FigurePart, GoalPart, Line, Lines, ScorePart, lines, lines_of
from reviewflow.store.review_page.mine import newest
from reviewflow.store.review_page.record import (
    HeldUp,
    LastMove,
    LetterState,
    Record,
    Result,
    own,
    record,
)

__all__ = [
    "AwardLine",
    "Event",
    "Fallen",
    "FigurePart",
    "Forms",
    "GoalPart",
    "HeldUp",
    "LastMove",
    "LetterState",
    "Line",
    "Lines",
    "Record",
    "Result",
    "ScorePart",
    "Written",
    "answer_group",
    "awards",
    "fallen",
    "forms",
    "history",
    "lines",
    "lines_of",
    "newest",
    "own",
    "record",
]
