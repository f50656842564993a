"""Guards: named conditions of workflow files. Each answers with every reason why it does not hold.

Parameters of reasons that hold keys (task, role, indicator, component) become words for people by
`core.workflow.naming`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reviewflow.core.policy.facts import AwardState, Facts, TaskState
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Money, from_scaled

HUNDRED_E4 = 1_000_000

_LETTER_REASONS = {None: "guard.letter_missing", "due": "guard.letter_due", "failed": "guard.letter_failed"}


@dataclass(frozen=True)
class Guard:
    """A condition by name. `needs` are the groups of `Facts` that it reads."""

    key: str
    needs: frozenset[str]
    _reasons: Callable[[Facts], list[Reason]]

    def __call__(self, facts: Facts) -> list[Reason]:
        """Why the guard does not hold; empty if it does. Raises `FactMissing` where facts were not loaded."""
        facts.require(self.needs)
        return self._reasons(facts)


GUARDS: dict[str, Guard] = {}
"""Every guard by its name in workflow files."""


def groups_of(guards: Iterable[str]) -> frozenset[str]:
    """The groups of facts that these guards need together."""
    return frozenset().union(*(GUARDS[guard].needs for guard in guards))


def _guard(*needs: str) -> Callable[[Callable[[Facts], list[Reason]]], Callable[[Facts], list[Reason]]]:
    def register(function: Callable[[Facts], list[Reason]]) -> Callable[[Facts], list[Reason]]:
        GUARDS[function.__name__] = Guard(function.__name__, frozenset(needs), function)
        return function

    return register


def _unless(holds: bool, key: str) -> list[Reason]:
    return [] if holds else [Reason(key)]


def _open_tasks(tasks: Iterable[TaskState]) -> list[Reason]:
    waiting = (task for task in tasks if task.open and not task.submitted)
    return [
        Reason("guard.task_open", {"task": task.key, "role": ", ".join(sorted(task.role_by))})
        for task in waiting
    ]


@_guard("tasks")
def tasks_done(facts: Facts) -> list[Reason]:
    """Every open task of the stage is submitted."""
    return _open_tasks(facts.tasks)


@_guard("tasks")
def manager_review_done(facts: Facts) -> list[Reason]:
    """Every open task of the manager is submitted, whoever else is late."""
    return _open_tasks(task for task in facts.tasks if "manager" in task.role_by)


@_guard("weights_e4")
def weights_sum_100(facts: Facts) -> list[Reason]:
    """The weights of the goals sum to exactly 100."""
    total = sum(facts.weights_e4)
    if not facts.weights_e4:
        return [Reason("guard.no_goals")]
    if total < HUNDRED_E4:
        return [Reason("guard.weights_sum", {"sum": _plain(total), "missing": _plain(HUNDRED_E4 - total)})]
    if total > HUNDRED_E4:
        return [Reason("guard.weights_over", {"sum": _plain(total), "over": _plain(total - HUNDRED_E4)})]
    return []


@_guard("targets_missing")
def targets_set(facts: Facts) -> list[Reason]:
    """Every goal has a target."""
    missing = facts.targets_missing
    return [Reason("guard.targets_missing", {"count": missing})] if missing else []


@_guard("measures")
def measures_missing(facts: Facts) -> list[Reason]:
    """Some figure waits to be entered by hand."""
    return _unless(bool(_missing(facts)), "guard.nothing_to_enter")


@_guard("measures", "measures_older")
def measures_settled(facts: Facts) -> list[Reason]:
    """Every figure is computed as of the newest import, entered by hand, or left out by its rule."""
    if not facts.measures:
        return [Reason("guard.measures_not_computed")]
    older = [Reason("guard.measures_older")] if facts.measures_older else []
    missing = _missing(facts)
    if not missing:
        return older
    return [*older, Reason("guard.measures_open", {"indicator": ", ".join(missing), "count": len(missing)})]


def _missing(facts: Facts) -> list[str]:
    return [measure.indicator for measure in facts.measures if measure.state == "missing"]


@_guard("scores_ready")
def scores_ready(facts: Facts) -> list[Reason]:
    """The score lines are computed."""
    return _unless(facts.scores_ready, "guard.scores_not_ready")


@_guard("veto_open")
def no_veto_open(facts: Facts) -> list[Reason]:
    """No veto waits for a decision."""
    return _unless(not facts.veto_open, "guard.veto_open")


@_guard("calibration_wanted")
def calibration_wanted(facts: Facts) -> list[Reason]:
    """The cycle was launched with calibration."""
    return _unless(facts.calibration_wanted, "guard.calibration_off")


@_guard("rating")
def rating_set(facts: Facts) -> list[Reason]:
    """There is a rating."""
    return _unless(bool(facts.rating), "guard.no_rating")


@_guard("letter_state")
def letter_printed(facts: Facts) -> list[Reason]:
    """The letter of the present revision can be read."""
    return _unless(
        facts.letter_state == "printed", _LETTER_REASONS.get(facts.letter_state, "guard.letter_due")
    )


@_guard("awards")
def no_award_approved(facts: Facts) -> list[Reason]:
    """No award is approved: what was signed is corrected by an adjustment, never by an edit."""
    return _of_awards("guard.award_approved", (award for award in facts.awards if award.approved))


@_guard("awards", "awards_proposed")
def awards_settled(facts: Facts) -> list[Reason]:
    """Awards were proposed, and each has come to its end."""
    if not facts.awards_proposed:
        return [Reason("guard.awards_not_proposed")]
    return _of_awards("guard.award_open", (award for award in facts.awards if not award.closed))


def _of_awards(key: str, awards: Iterable[AwardState]) -> list[Reason]:
    return [Reason(key, {"component": award.component}) for award in awards]


@_guard("amount_minor", "zero_by_hand")
def amount_zero(facts: Facts) -> list[Reason]:
    """The award is money, and the plan gives none; what a person made zero is for others to sign."""
    if facts.zero_by_hand:
        return [Reason("guard.zero_by_hand")]
    return _unless(facts.amount_minor == 0, "guard.amount_due")


@_guard("amount_minor", "currency", "limits")
def above_limit(facts: Facts) -> list[Reason]:
    """The amount is above the file's limit for its currency; without a limit for it, it counts as above."""
    limit = _limit(facts.limits, facts.currency)
    if (
        facts.amount_minor is None
        or facts.currency is None
        or limit is None
        or abs(facts.amount_minor) > limit
    ):
        return []
    amounts = {"amount": _amount(facts.amount_minor, facts.currency), "limit": _amount(limit, facts.currency)}
    return [Reason("guard.within_limit", amounts)]


@_guard("superseded")
def superseded(facts: Facts) -> list[Reason]:
    """The result that the award rests on was reopened."""
    return _unless(facts.superseded, "guard.not_superseded")


def _limit(limits: Mapping[str, Mapping[str, int]], currency: str | None) -> int | None:
    return limits.get("above_limit", {}).get(currency or "")


def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).amount:,} {currency}"


def _plain(weight_e4: int) -> str:
    """A weight without idle zeros: 950,000 is ``95``, 999,999 is ``99.9999``."""
    weight: Decimal = from_scaled(weight_e4, 4).normalize()
    return f"{weight:f}"
