"""Recommending a promotion: by a rule that everybody can read, decided by people."""

from __future__ import annotations

from reviewflow.core.payout.facts import PROMOTION, PayFacts, Payout
from reviewflow.core.plan import Promotion
from reviewflow.core.trace import Num, Trace, exact, step


def recommend(rule: Promotion, facts: PayFacts) -> Payout | None:
    """An award without money if the rule holds: ratings of enough cycles in a row, attainment if asked."""
    ratings = [facts.rating, *facts.earlier_ratings][: rule.cycles]
    if len(ratings) < rule.cycles or any(rating not in rule.ratings for rating in ratings):
        return None
    reached = facts.attainments.get(rule.indicator) if rule.indicator else None
    if rule.attainment is not None and (reached is None or reached < rule.attainment):
        return None
    trace: Trace = {
        "kind": "promotion",
        "component": PROMOTION,
        "ratings": ratings,
        "wanted_ratings": list(rule.ratings),
        "cycles": rule.cycles,
        "indicator": rule.indicator,
        "attainment": None if reached is None else exact(reached),
        "wanted_attainment": None if rule.attainment is None else exact(rule.attainment),
        "period": str(facts.period),
        "steps": [],
    }
    if rule.attainment is not None and reached is not None:
        trace["steps"] = [step([Num(reached, 1, percent=True)], Num(rule.attainment, 1, percent=True), "≥")]
    return Payout(PROMOTION, None, None, trace)
