"""Awards as approvers see them."""

from reviewflow.store.approvals.listing import (
    PENDING,
    RETURNED,
    SIGNED,
    TABS,
    AwardLine,
    Sums,
    counts,
    lines,
    neighbours,
    sums,
    waiting_count,
)
from reviewflow.store.approvals.one import AwardPage, Signature, page

__all__ = [
    "PENDING",
    "RETURNED",
    "SIGNED",
    "TABS",
    "AwardLine",
    "AwardPage",
    "Signature",
    "Sums",
    "counts",
    "lines",
    "neighbours",
    "page",
    "sums",
    "waiting_count",
]
