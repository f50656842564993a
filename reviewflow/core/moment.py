"""The two clocks, as one argument.

Business time decides dates, deadlines and marks, and a rehearsal may move it. Wall time decides
leases, sessions, throttling and the audit, and nobody may.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Moment:
    """Both clocks at one instant; both aware and in UTC."""

    business: datetime
    wall: datetime

    def __post_init__(self) -> None:
        for clock in (self.business, self.wall):
            if clock.tzinfo is not UTC:
                raise ValueError(f"{clock!r} is not in UTC")

    def today(self, zone: str) -> date:
        """The business date at `zone` (an IANA name)."""
        return self.business.astimezone(ZoneInfo(zone)).date()
