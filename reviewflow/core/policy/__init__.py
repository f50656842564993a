"""One policy: who may act, for whom something waits, what is visible, and which conditions hold."""

from reviewflow.core.policy.facts import AwardState, FactMissing, Facts, MeasureState, TaskState
from reviewflow.core.policy.guards import GUARDS, Guard, groups_of
from reviewflow.core.policy.standing import may, refusals, waits
from reviewflow.core.policy.visibility import note_group, seen, sees

__all__ = [
    "GUARDS",
    "AwardState",
    "FactMissing",
    "Facts",
    "Guard",
    "MeasureState",
    "TaskState",
    "groups_of",
    "may",
    "note_group",
    "refusals",
    "seen",
    "sees",
    "waits",
]
