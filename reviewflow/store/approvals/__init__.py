"""Awards as approvers see them."""

from reviewflow.store.approvals.listing import (
    PENDING,
    RETURNED,
    SIGNED,
    TABS,
    AwardLine,
    counts,
    lines,
    names,
)
from reviewflow.store.approvals.one import AwardPage, page
from reviewflow.store.approvals.past import Extension, Past, Signature
from reviewflow.store.approvals.sums import Sums, sums
from reviewflow.store.approvals.waiting import MOST, neighbours, waiting_count

__all__ = [
    "MOST",
    "PENDING",
    "RETURNED",
    "SIGNED",
    "TABS",
    "AwardLine",
    "AwardPage",
    "Extension",
    "Past",
    "Signature",
    "Sums",
    "counts",
    "lines",
    "names",
    "neighbours",
    "page",
    "sums",
    "waiting_count",
]
