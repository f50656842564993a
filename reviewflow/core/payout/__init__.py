"""Pay: bonus, commission and promotion by the plan, each with its trace or the reason for zero."""

from reviewflow.core.payout.bonus import bonus
from reviewflow.core.payout.commission import Slice, commission, graduated
from reviewflow.core.payout.correction import steep, times
from reviewflow.core.payout.facts import PROMOTION, PayBase, PayFacts, Payout
from reviewflow.core.payout.promotion import recommend
from reviewflow.core.payout.proposal import propose

__all__ = [
    "PROMOTION",
    "PayBase",
    "PayFacts",
    "Payout",
    "Slice",
    "bonus",
    "commission",
    "graduated",
    "propose",
    "recommend",
    "steep",
    "times",
]
