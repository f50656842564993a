"""What a manager's board asks: the team of today, its running cycles, figures, sales and what waits."""

from reviewflow.store.team.people import MOST, Member, RunningCycle, Team, cycles, team
from reviewflow.store.team.sales import Point, growth, is_sum
from reviewflow.store.team.waiting import Waits, waiting

__all__ = [
    "MOST",
    "Member",
    "Point",
    "RunningCycle",
    "Team",
    "Waits",
    "cycles",
    "growth",
    "is_sum",
    "team",
    "waiting",
]
