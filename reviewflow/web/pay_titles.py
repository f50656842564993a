"""What the pinned plan of a cycle calls its pay components."""

from __future__ import annotations

from reviewflow.core.payout import PROMOTION
from reviewflow.store import pinned
from reviewflow.web.request import language, reader


def component_title(cycle_id: int, component: str) -> str:
    """``Performance bonus``, ``绩效奖金``; a key that the plan does not know stays as it is."""
    plan = pinned.of_cycle(reader(), cycle_id).plan
    if component == PROMOTION and plan.promotion is not None:
        return plan.promotion.title[language()]
    titles = (one.title[language()] for one in plan.components if one.key == component)
    return next(titles, component)
