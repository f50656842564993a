"""All awards that a plan gives for one result."""

from __future__ import annotations

from reviewflow.core.payout.bonus import bonus
from reviewflow.core.payout.commission import commission
from reviewflow.core.payout.facts import PayFacts, Payout
from reviewflow.core.payout.promotion import recommend
from reviewflow.core.plan import Bonus, Plan


def propose(plan: Plan, facts: PayFacts) -> tuple[Payout, ...]:
    """Every component of the plan, zeros included with their reason, and the promotion if its rule holds.

    Raises `KeyError` if the rating is not one of the plan's.
    """
    payouts = [
        bonus(one, plan, facts) if isinstance(one, Bonus) else commission(one, facts)
        for one in plan.components
    ]
    promoted = recommend(plan.promotion, facts) if plan.promotion else None
    return (*payouts, promoted) if promoted else tuple(payouts)
