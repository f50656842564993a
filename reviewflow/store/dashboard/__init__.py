"""One cycle as HR sees it: where it stands, who is late, how results are spread, and what needs a person.

Everything is counted in the database from indexes, with the same number of queries at any size.
"""

from reviewflow.store.dashboard.figures import Figures, Part, figures
from reviewflow.store.dashboard.head import Head, head
from reviewflow.store.dashboard.late import MOST_LATE, Late, LateLine, Stuck, late
from reviewflow.store.dashboard.releasing import Waiting, waiting, waiting_count, waiting_ids
from reviewflow.store.dashboard.results import Results, results
from reviewflow.store.dashboard.troubles import (
    Disagreement,
    FailedLetter,
    HeldUp,
    Joined,
    ParkedJob,
    SourceAge,
    Troubles,
    troubles,
)

__all__ = [
    "MOST_LATE",
    "Disagreement",
    "FailedLetter",
    "Figures",
    "Head",
    "HeldUp",
    "Joined",
    "Late",
    "LateLine",
    "ParkedJob",
    "Part",
    "Results",
    "SourceAge",
    "Stuck",
    "Troubles",
    "Waiting",
    "figures",
    "head",
    "late",
    "results",
    "troubles",
    "waiting",
    "waiting_count",
    "waiting_ids",
]
