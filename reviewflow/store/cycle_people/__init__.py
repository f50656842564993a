"""The people of one cycle as a list: filtered and sorted in the database, fifty at a time or all of them."""

from reviewflow.store.cycle_people.asking import count, found, page
from reviewflow.store.cycle_people.lines import AwardSum, CyclePerson, lines
from reviewflow.store.cycle_people.question import ANSWERS, FEW, NOT_YET, SORTS, Asked

__all__ = [
    "ANSWERS",
    "FEW",
    "NOT_YET",
    "SORTS",
    "Asked",
    "AwardSum",
    "CyclePerson",
    "count",
    "found",
    "lines",
    "page",
]
