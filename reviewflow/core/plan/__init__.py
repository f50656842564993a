"""The plan: what counts how much, what it earns, and by which rule somebody is rated and promoted."""

from reviewflow.core.plan.model import (
    Band,
    Bonus,
    Commission,
    Component,
    Plan,
    PlanLine,
    Promotion,
    Tier,
    TotalRule,
)
from reviewflow.core.plan.reading import load

__all__ = [
    "Band",
    "Bonus",
    "Commission",
    "Component",
    "Plan",
    "PlanLine",
    "Promotion",
    "Tier",
    "TotalRule",
    "load",
]
