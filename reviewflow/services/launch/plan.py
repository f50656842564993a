"""What a launch is asked to do, as HR fills it in, and as it is kept with the cycle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reviewflow.core.values import Period


@dataclass(frozen=True)
class LaunchPlan:
    """Process, period and people of one launch. Empty filters let everybody through.

    `hired_before` includes the day. `uses` replaces names of the workflow's `uses` (another plan, another
    rubric); `left_out` are external ids that HR took out by hand.
    """

    key: str
    workflow: str
    period: Period
    currency: str
    units: tuple[int, ...] = ()
    positions: tuple[str, ...] = ()
    hired_before: date | None = None
    calibration: bool = False
    calendar: str | None = None
    uses: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeopleRule:
    """Who takes part, as it was decided at the launch.

    `day` is the day on which people were looked up: today, as far as it lies in the period. Whoever makes
    the reviews later, or tries again, looks at the same day.
    """

    day: date
    units: tuple[int, ...]
    positions: tuple[str, ...]
    hired_before: date | None
    left_out: frozenset[str]

    @classmethod
    def of(cls, plan: LaunchPlan, today: date) -> PeopleRule:
        day = min(max(plan.period.starts_on, today), plan.period.ends_on)
        return cls(day, plan.units, plan.positions, plan.hired_before, frozenset(plan.left_out))

    def as_json(self) -> str:
        """For the cycle's row."""
        return json.dumps(
            {
                "day": self.day.isoformat(),
                "units": list(self.units),
                "positions": list(self.positions),
                "hired_before": self.hired_before.isoformat() if self.hired_before else None,
                "left_out": sorted(self.left_out),
            },
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> PeopleRule:
        kept = json.loads(text)
        hired = kept["hired_before"]
        return cls(
            date.fromisoformat(kept["day"]),
            tuple(kept["units"]),
            tuple(kept["positions"]),
            date.fromisoformat(hired) if hired else None,
            frozenset(kept["left_out"]),
        )
