"""When the demo's people get round to what: so that on the last day reviews stand in every stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reviewflow.core.values import Period
from reviewflow.demo.company import quarter_before, quarter_of
from reviewflow.rehearsal.acting import Turn

SETTLED_DAYS = 30
"""A quarter needs this long after its end for reviews to be in the later stages."""

NEVER = 10_000
PROMPT = {
    "goal_proposal": 2, "goal_agreement": 2, "evaluation": 4, "calibration": 2, "release": 2, "feedback": 3,
    "director_approval": 2, "finance_approval": 2, "returned": 2, "second_signature": 2,
}  # fmt: skip
"""Days after its begin on which a stage's people act, if nothing holds them up."""


@dataclass(frozen=True)
class Quarters:
    """The cycle to look back on, the running one with reviews in every stage, and the one just being tracked."""

    closed: Period
    running: Period
    tracked: Period


def quarters(today: date) -> Quarters:
    """Calendar quarters around a day."""
    running = quarter_before(quarter_of(today))
    if (today - running.ends_on).days < SETTLED_DAYS:
        running = quarter_before(running)
    following = quarter_of(running.ends_on + timedelta(days=1))
    return Quarters(quarter_before(running), running, following)


@dataclass(frozen=True)
class Pace:
    """How one review is held up: lags in days by stage, over those of `PROMPT`; and a day nobody acts before."""

    lags: dict[str, int]
    not_before: dict[str, date]

    def acts(self, turn: Turn, today: date) -> bool:
        """Whether whoever has this turn gets round to it today."""
        if turn.stage in self.not_before and today < self.not_before[turn.stage]:
            return False
        lag = self.lags.get(turn.task or turn.stage, self.lags.get(turn.stage, PROMPT.get(turn.stage, 1)))
        return (today - turn.entered_at.date()).days >= lag


STAGES = (
    "goal_proposal", "goal_agreement", "tracking", "data_collection", "self_review", "evaluation", "calibration",
    "release", "feedback", "approval", "finance", "returned", "payroll", "closed",
)  # fmt: skip


def pace(stop: str, today: date) -> Pace:
    """The pace of a review that stands in `stop` (one of `STAGES`) on the last day."""
    ago = {days: today - timedelta(days=days) for days in range(30)}
    paces = {
        "goal_proposal": Pace({"goal_proposal": NEVER}, {}),
        "goal_agreement": Pace({"goal_agreement": NEVER}, {"goal_proposal": ago[2]}),
        "tracking": Pace({}, {"goal_proposal": ago[2], "goal_agreement": ago[0]}),
        "data_collection": Pace({}, {"goal_proposal": ago[9], "goal_agreement": ago[4]}),
        "self_review": Pace({"self_review": NEVER, "manager_review": NEVER}, {}),
        "evaluation": Pace({"manager_review": NEVER}, {}),
        "calibration": Pace({"calibration": NEVER}, {"evaluation": ago[8]}),
        "release": Pace({"release": NEVER}, {"evaluation": ago[9]}),
        "feedback": Pace({"feedback": NEVER}, {"release": ago[3]}),
        "approval": Pace({"director_approval": NEVER}, {"release": ago[12], "feedback": ago[6]}),
        "finance": Pace({"finance_approval": NEVER}, {"release": ago[14], "feedback": ago[9]}),
        "returned": Pace({"returned": NEVER}, {"release": ago[14], "feedback": ago[10]}),
        "payroll": Pace({}, {"release": ago[16], "feedback": ago[12]}),
        "closed": Pace({}, {}),
    }
    return paces[stop]
