"""How often simulated people do what. The standard habits keep every review on its way to the end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """Probabilities between 0 and 1. Objections come in the first round only, so that work ends.

    `silent_on_goals`, `send_back`: the employee's answer to proposed targets. `no_self_review`: never
    written. `silent`, `refuse`, `disagree`: the answer to the letter. `return_award`, `reject_award`: what
    approvers do. `survey`: answers the questions about the review itself.
    """

    silent_on_goals: float = 0.04
    send_back: float = 0.10
    no_self_review: float = 0.04
    silent: float = 0.05
    refuse: float = 0.02
    disagree: float = 0.08
    return_award: float = 0.06
    reject_award: float = 0.0
    survey: float = 0.75
