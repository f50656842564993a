"""What guards may look at: facts about one subject, in groups that a loader fetches in bulk.

A loader asks the guards which groups they need and leaves the others out; a guard that meets a group
which was left out fails loudly instead of guessing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class _NotLoaded:
    def __repr__(self) -> str:
        return "not loaded"


NOT_LOADED: Any = _NotLoaded()
"""Stands in every group that nobody fetched. Compare with `is`."""


class FactMissing(Exception):
    """A guard needs a group of facts that was not loaded: a fault of the caller, not of the subject."""


class TaskState(NamedTuple):
    """One task of the subject's stage. `open` is False while its `when` does not hold."""

    key: str
    role_by: frozenset[str]
    open: bool
    submitted: bool


class MeasureState(NamedTuple):
    """One indicator's figure: computed, by_hand, left_out or missing."""

    indicator: str
    state: str


class AwardState(NamedTuple):
    """One award of the review's current revision."""

    component: str
    part: str
    approved: bool
    closed: bool


@dataclass(frozen=True)
class Facts:
    """Groups of facts about one subject; each is `NOT_LOADED` unless given.

    ``Facts(weights_e4=(600_000, 400_000))`` serves guards that need the group `weights_e4` alone.
    """

    tasks: tuple[TaskState, ...] = NOT_LOADED
    """Tasks of the stage where the subject stands, in its present round."""
    weights_e4: tuple[int, ...] = NOT_LOADED
    """Weights of the goals; 100 is 1,000,000."""
    targets_missing: int = NOT_LOADED
    """How many goals have no target."""
    measures: tuple[MeasureState, ...] = NOT_LOADED
    """Figures of the present collection, one for each goal; empty until they were computed once."""
    measures_older: bool = NOT_LOADED
    """Whether figures landed since those of the present collection were computed."""
    scores_ready: bool = NOT_LOADED
    """Whether the score lines of the present revision are stored."""
    veto_open: bool = NOT_LOADED
    """Whether a veto waits for a decision."""
    calibration_wanted: bool = NOT_LOADED
    """Whether the cycle was launched with calibration."""
    rating: str | None = NOT_LOADED
    letter_state: str | None = NOT_LOADED
    """Of the present revision: due, printed or failed; None while there is no letter."""
    awards_proposed: bool = NOT_LOADED
    """Whether the job that proposes awards has finished for the present revision. Without this, a review
    would close between the promise of its awards and the awards."""
    awards: tuple[AwardState, ...] = NOT_LOADED
    amount_minor: int | None = NOT_LOADED
    """Of an award; None for a promotion."""
    zero_by_hand: bool = NOT_LOADED
    """Whether the amount is zero because a person made it so, not the plan."""
    currency: str | None = NOT_LOADED
    superseded: bool = NOT_LOADED
    """Whether the result that an award rests on was reopened since."""
    limits: Mapping[str, Mapping[str, int]] = NOT_LOADED
    """`Workflow.limits`: minor units by guard and currency."""

    def require(self, groups: Iterable[str]) -> None:
        """Raise `FactMissing` unless all these groups are loaded."""
        missing = [group for group in sorted(groups) if getattr(self, group) is NOT_LOADED]
        if missing:
            raise FactMissing(", ".join(missing))
