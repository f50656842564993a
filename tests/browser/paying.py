"""Awards: approved in bulk, signed by finance above the limit, paid by one file, seen by who earns them."""

from __future__ import annotations

from decimal import Decimal

from tests.browser.desk import Desk

COMMISSION = Decimal("14500.00")
"""Of 1,100,000: 1 % of the first 500,000, 1.5 % of the next, 2 % of the rest."""


def approve_all(desk: Desk, count: int) -> None:
    """Select all within rules, Approve, Approve: three clicks from the start page, which lists what waits."""
    words = desk.words
    with desk.counted(3, "approving a batch"):
        raise NotImplementedError
