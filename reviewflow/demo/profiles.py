"""How well each rep sells, and how that drifts: the strengths that make results differ in every indicator."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from reviewflow.demo import roster
from reviewflow.demo.company import Employee, quarter_of


@dataclass(frozen=True)
class Profile:
    """A way of selling. Money in CNY; shares between 0 and 1; `drift` is growth per quarter."""

    order_value: float = 15_000.0
    customers: int = 20
    order_gap_days: float = 41.0
    margin: float = 0.31
    paid_late: float = 0.22
    visits_a_day: float = 0.95
    deals_a_quarter: float = 26.0
    wins: float = 0.31
    deal_days: float = 44.0
    one_off: float = 0.6
    kept_a_quarter: float = 0.95
    replies: float = 0.24
    liked: float = 4.45
    trouble: float = 0.05
    drift: float = -0.005
    swing: float = 0.07


STEADY = Profile()
KINDS = {
    "steady": STEADY,
    "star": replace(STEADY, order_value=20_000, wins=0.37, visits_a_day=1.1, liked=4.65, drift=0.05),
    "climber": replace(STEADY, order_value=12_000, wins=0.30, deal_days=41, drift=0.11),
    "fading": replace(STEADY, order_value=19_000, visits_a_day=0.8, wins=0.28, drift=-0.11),
    "hunter": replace(STEADY, deals_a_quarter=34, wins=0.34, one_off=0.7, kept_a_quarter=0.92, drift=0.03),
    "farmer": replace(STEADY, customers=28, deals_a_quarter=16, kept_a_quarter=0.985, liked=4.7, drift=-0.01),
    "discounter": replace(STEADY, order_value=19_000, margin=0.22, wins=0.36, deal_days=34, drift=0.04),
    "lenient": replace(STEADY, paid_late=0.48, liked=4.6, drift=0.00),
    "careless": replace(STEADY, trouble=0.075, liked=3.9, kept_a_quarter=0.93, visits_a_day=0.7, drift=-0.06),
    "quiet": replace(STEADY, customers=14, visits_a_day=0.6, deals_a_quarter=15, replies=0.05, drift=-0.03),
}
SHARES = {
    "steady": 9,
    "star": 4,
    "climber": 5,
    "fading": 4,
    "hunter": 4,
    "farmer": 4,
    "discounter": 3,
    "lenient": 3,
    "careless": 2,
    "quiet": 3,
}
BY_POSITION = {roster.JUNIOR: 0.7, roster.REP: 1.0, roster.SENIOR: 1.35}


def profile_of(seed: int, rep: Employee, kind: str | None = None) -> Profile:
    """The rep's own profile: one of the kinds, scaled by position, with a personal touch."""
    rng = Random(f"{seed}:{rep.external_id}:profile")
    drawn = rng.choices(tuple(SHARES), tuple(SHARES.values()))[0]
    base = KINDS[kind or drawn]
    scale = BY_POSITION[rep.assignments[-1].position]
    return replace(
        base,
        order_value=base.order_value * scale * rng.uniform(0.88, 1.12),
        customers=round(base.customers * rng.uniform(0.85, 1.15)),
        margin=base.margin + rng.uniform(-0.02, 0.02),
        paid_late=base.paid_late * rng.uniform(0.75, 1.25),
        visits_a_day=base.visits_a_day * rng.uniform(0.9, 1.1),
        deal_days=base.deal_days * rng.uniform(0.9, 1.1),
        liked=min(4.8, base.liked + rng.uniform(-0.15, 0.15)),
    )


class Form:
    """How good a quarter is for a rep: drift since the first quarter times luck; 1.0 is average."""

    def __init__(self, seed: int, rep: str, profile: Profile, first_day: date) -> None:
        self._seed, self._rep, self._profile = seed, rep, profile
        self._first = _quarter_number(first_day)
        self._known: dict[int, float] = {}

    def on(self, day: date) -> float:
        """The factor of the quarter that holds `day`."""
        number = _quarter_number(day)
        if number not in self._known:
            luck = Random(f"{self._seed}:{self._rep}:{number}").gauss(0, self._profile.swing)
            drift = self._profile.drift * (number - self._first - 4)
            self._known[number] = math.exp(luck + drift)
        return self._known[number]


def _quarter_number(day: date) -> int:
    return quarter_of(day).starts_on.year * 4 + (day.month - 1) // 3
