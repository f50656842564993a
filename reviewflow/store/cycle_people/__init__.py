"""The people of one cycle as a list: filtered and sorted in the database, fifty at a time or all of them."""

from reviewflow.store.cycle_people.asking import (
    ANSWERS,
    FEW,
    NOT_YET,
    SORTS,
    Asked,
    count,
    found,
)
from reviewflow.store.cycle_people.lines import AwardSum, CyclePerson, lines

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
]
