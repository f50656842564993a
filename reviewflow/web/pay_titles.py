"""What the pinned plan of a cycle calls its pay components."""

from __future__ import annotations

from reviewflow.core.payout import PROMOTION
from reviewflow.core.plan import Plan
from reviewflow.store import pinned
from reviewflow.web.request import language, reader


def component_titles(cycle_id: int) -> dict[str, str]:
    """``{"bonus": "Performance bonus", ...}``, the promotion among them."""
    return plan_titles(pinned.of_cycle(reader(), cycle_id).plan)


def plan_titles(plan: Plan) -> dict[str, str]:
    """The same of a plan that is at hand."""
    titles = {one.key: one.title[language()] for one in plan.components}
    return titles | ({PROMOTION: plan.promotion.title[language()]} if plan.promotion else {})


def component_title(cycle_id: int, component: str) -> str:
    """``Performance bonus``, ``绩效奖金``; a key that the plan does not know stays as it is."""
    return component_titles(cycle_id).get(component, component)
