"""The published and computed examples of `vectors/scoring_and_pay.json`, run against the product.

Every formula of the file is either run here or stands in `NOT_NOW` with the reason; none is skipped unsaid.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from reviewflow.core.curve import Anchor, Curve, attainment, points_at
from reviewflow.core.goals import Goal, cascade, over_assignment, suggest
from reviewflow.core.indicators import Ratio, evaluate, pace
from reviewflow.core.payout import PayBase, PayFacts, bonus, graduated
from reviewflow.core.plan import Band, Bonus, Tier
from reviewflow.core.rating import band, guideline_counts
from reviewflow.core.scoring import score_lines
from reviewflow.core.values import Exact, Money, Period, half_up, share_out
from tests.core.shipped import CATALOGUE, STANDARD

VECTORS = json.loads(Path(__file__).with_name("vectors").joinpath("scoring_and_pay.json").read_text("utf-8"))

Given = dict[str, Any]
WORDS = {"en": "x", "zh": "x"}


def two(value: Exact | None) -> str:
    return "" if value is None else str(half_up(value, 2))


def anchors(points: list[list[Any]]) -> list[Anchor]:
    return [Anchor(Fraction(at), Fraction(earned)) for at, earned in points]


def linear_ratio(given: Given) -> Given:
    reached = attainment(Fraction(given["actual"]), Fraction(given["target"]))
    floor, cap = (100 * Fraction(given[key]) for key in ("floor", "cap"))
    scored = points_at(anchors([[floor, floor], [cap, cap]]), reached or Fraction(0))
    points = scored * given["weight_points"] / 100
    return {"attainment": two(reached), "scored_pct": two(scored), "points": two(points)}


def lower_is_better(given: Given) -> Given:
    return {
        "pct": two(attainment(Fraction(given["actual"]), Fraction(given["target"]), lower_is_better=True))
    }


def piecewise(given: Given) -> Given:
    return {"score": two(points_at(anchors(given["points"]), Fraction(given["actual"])))}


def four_grades(given: Given) -> Given:
    steps = [[given[letter], earned] for earned, letter in enumerate("DCBA", start=1)]
    return {"score": two(points_at(anchors(steps), Fraction(given["actual"])))}


def bands(pairs: list[list[Any]]) -> list[Band]:
    return [Band(str(name), WORDS, Fraction(least), Fraction(1), Fraction(0)) for least, name in pairs]


def step_bands(given: Given) -> Given:
    return {"score": int(band(Decimal(given["actual"]), bands(given["bands"])).letter)}


def grade(given: Given) -> Given:
    score = Decimal(given["score"])
    return {"rounded": two(score), "grade": band(score, bands(given["bands"])).letter}


GROUP_KEYS = {
    "result": ("sales_amount", "gross_margin"),
    "efficiency": ("visits",),
    "quality": ("satisfaction",),
}
# One point for each percent of the target, so that a line's score is what the example gives.
STRAIGHT = Curve("straight", *(Anchor(Fraction(at), Fraction(at)) for at in (1, 100, 120)))


def weighted(items: list[tuple[str, Fraction, Fraction]]) -> tuple[dict[str, str], str]:
    """Group scores and total of (indicator, weight, score)."""
    plan = replace(STANDARD, lines={}, curves={"straight": STRAIGHT})
    goals = [Goal(key, Fraction(100), int(weight * 10_000)) for key, weight, _ in items]
    figures = {key: Ratio(score, Fraction(1)) for key, _, score in items}
    scores = score_lines(goals, figures, CATALOGUE, plan)
    return {group.group: str(group.score) for group in scores.groups}, two(scores.points)


def two_level_weights(given: Given) -> Given:
    items = []
    for group, keys in GROUP_KEYS.items():
        for key, (weight, score) in zip(keys, given[group]["items"], strict=True):
            items.append((key, Fraction(given[group]["w"] * weight, 100), Fraction(score)))
    groups, total = weighted(items)
    return {"result_score": groups["result"], "total": total}


def flat_weights(given: Given) -> Given:
    keys = [key for group in GROUP_KEYS.values() for key in group]
    pairs = zip(keys, given["items"], strict=True)
    return {
        "total": weighted([(key, Fraction(weight), Fraction(score)) for key, (weight, score) in pairs])[1]
    }


def bonus_of(given: Given) -> Given:
    days, whole = given.get("days", 92), given.get("period_days", 92)
    first = date(2026, 7, 1).toordinal()
    period, present = (
        Period(date(2026, 7, 1), date.fromordinal(first + length - 1)) for length in (whole, days)
    )
    base = PayBase("base", date.min, date.max, Money.of(given["base"], "CNY"), None, "CNY")
    facts = PayFacts(period, present, "A", {}, {}, [base], [], "CNY")
    rated = Band("A", WORDS, Fraction(0), Fraction(given["individual"]), Fraction(100))
    component = Bonus("bonus", WORDS, "base", Fraction(given["org"]))
    payout = bonus(component, replace(STANDARD, bands=(rated,)), facts)
    assert payout.amount is not None
    return {"bonus": str(payout.amount.amount)}


def cents(parts: list[int]) -> list[str]:
    return [str(Money(part, "CNY").amount) for part in parts]


def bonus_pool(given: Given) -> Given:
    shares = share_out(given["pool"] * 100, given["weights"])
    return {"shares": cents(shares), "sum": cents([sum(shares)])[0]}


def split_cents(given: Given) -> Given:
    return {"shares": cents(share_out(given["amount"] * 100, given["weights"]))}


def split_percent(given: Given) -> Given:
    people = ["AE", "SDR", "SE"]
    parts = share_out(given["commission"] * 100, [given[person] for person in people])
    return {person: part // 100 for person, part in zip(people, parts, strict=True)}


def distribution(given: Given) -> Given:
    return {"counts": guideline_counts(given["n"], given["pct"])}


def growth(given: Given) -> Given:
    return {"target": str(suggest(Fraction(given["last"]), 1 + Decimal(given["g"]), "money"))}


def goal_cascade(given: Given) -> Given:
    return {"targets": [str(part) for part in cascade(given["total"], given["shares"], unit=1000)]}


def assigned(given: Given) -> Given:
    return {"over_assignment": two(over_assignment(given["reps"], given["company"]))}


def tiers(rows: list[list[Any]], scale: Fraction = Fraction(1)) -> list[Tier]:
    return [Tier(None if end is None else end * scale, Fraction(rate)) for _, end, rate in rows]


def earned(amount: Exact, table: list[Tier]) -> Fraction:
    return sum((one.commission for one in graduated(Fraction(amount), table)), Fraction(0))


def graduated_rates(given: Given) -> Given:
    return {
        "commission": two(earned(given["amount" if "amount" in given else "bookings"], tiers(given["tiers"])))
    }


def each_deal_alone(given: Given) -> Given:
    each = [earned(deal, tiers(given["tiers"])) for deal in given["transactions"]]
    return {"each": [two(one) for one in each], "total": two(sum(each))}


def cumulative(amounts: list[int], table: list[Tier]) -> list[Fraction]:
    """What each amount adds to the commission of all before it."""
    sums = [sum(amounts[: n + 1]) for n in range(len(amounts))]
    return [
        earned(total, table) - earned(total - new, table) for total, new in zip(sums, amounts, strict=True)
    ]


def cumulative_deals(given: Given) -> Given:
    each = cumulative(given["transactions"], tiers(given["tiers"]))
    return {"each": [two(one) for one in each], "total": two(sum(each))}


def blended(given: Given) -> Given:
    commission = earned(given["amount"], tiers(given["tiers"]))
    return {"commission": two(commission), "blended_pct": two(100 * commission / given["amount"])}


def attainment_carried(given: Given) -> Given:
    percent = Fraction(given["quota"], 100)
    table = [Tier(tier.up_to, tier.rate / 100) for tier in tiers(given["bands"], percent)]
    first, second = cumulative(given["invoices"], table)
    return {"inv1": two(first), "inv2": two(second), "total": two(first + second)}


def run_rate(given: Given) -> Given:
    begin = date(2026, 1, 1).toordinal()
    period = Period(date(2026, 1, 1), date.fromordinal(begin + given["days"] - 1))
    today = date.fromordinal(begin + given["day"] - 1)
    quota = Fraction(given["quota"])
    run = pace(CATALOGUE["sales_amount"], Fraction(given["attained"]), quota, period, today)
    assert run is not None
    return {
        "projection": two(run.projection),
        "projected_attainment_pct": two(attainment(run.projection, quota)),
        "needed_per_day": two(run.needed_per_day),
    }


def figure(key: str, **measures: int) -> str:
    found = evaluate(CATALOGUE[key], measures)
    assert isinstance(found, Ratio)
    return two(found.value)


def win_rate(given: Given) -> Given:
    closed = given["won"] + given["lost"]
    return {"win_rate_pct": figure("conversion_rate", won=given["won"], closed=closed)}


def collection(given: Given) -> Given:
    return {
        "pct": figure(
            "collection_rate", collected=given["collected"] * 10**4, receivable=given["due"] * 10**4
        )
    }


RUN: dict[str, Callable[[Given], Given]] = {
    "linear_ratio": linear_ratio,
    "lower_is_better_inverse": lower_is_better,
    "piecewise_threshold_target_stretch": piecewise,
    "four_grade_interpolation": four_grades,
    "step_bands_lower_inclusive": step_bands,
    "two_level_weight (each dimension sums to 100%)": two_level_weights,
    "flat_weight (all metrics sum to 100%)": flat_weights,
    "round_half_up_2dp_then_band": grade,
    "base*individual*org": bonus_of,
    "base*individual*org*days/period_days": bonus_of,
    "pool*(base*coef)/sum(base*coef), largest remainder": bonus_pool,
    "largest remainder, ties by order": split_cents,
    "fixed percentage split of one commission": split_percent,
    "largest remainder; tie to the middle band": distribution,
    "last*(1+g)": growth,
    "allocate by share, round to 1,000, sum preserved": goal_cascade,
    "sum(rep quotas)/company target": assigned,
    "graduated (marginal)": graduated_rates,
    "0.5x rate under 80% (not retroactive)": graduated_rates,
    "step rate, each transaction on its own": each_deal_alone,
    "step rate, cumulative over the quarter (same data, other option)": cumulative_deals,
    "step rate blended": blended,
    "attainment carried across invoices in the period": attainment_carried,
    "attained/elapsed*total": run_rate,
    "won/(won+lost)": win_rate,
    "cash collected / receivable due": collection,
}

SCORING = "a plan scores by curves over the target; other scales come with the incentive engine"
ITEMS = "plus, minus and veto items are not part of the plan yet"
RATERS = "several raters come with 360-degree feedback"
CALIBRATION = "rater effects and fairness tests belong to the calibration room"
QUOTA = "targets for part of a period come with goal changes"
RATES = (
    "accelerators, cliffs, interpolated amounts, caps, gates and multipliers come with the incentive engine"
)
DRAWS = "draws, holdbacks and clawbacks come with the incentive engine"
CREDIT = "splits of credit between people come with the incentive engine"
FORECAST = "pipeline forecasts come with the coaching pages"
TALK = "conversation signals come with the conversation room"
OTHER = "an illustration or an accounting rule, not a formula of the product"

NOT_NOW = {
    "lower_is_better_symmetric": SCORING,
    "sales_office_bonus_points": SCORING,
    "completion_x_collection_matrix": SCORING,
    "plus_minus_items": ITEMS,
    "veto_item": ITEMS,
    "renormalise when a rater group is below the anonymity threshold": RATERS,
    "(x-mean_rater)/sd_rater*sd_org+mean_org": CALIBRATION,
    "quarter share * active months/3": QUOTA,
    "annual*days/365 (start day counted)": QUOTA,
    "monthly goal, start day NOT counted": QUOTA,
    "monthly goal, start day counted": QUOTA,
    "highest tier on whole amount (cliff)": RATES,
    "interpolated amounts": RATES,
    "interpolated amounts on attainment %": RATES,
    "decelerator, retroactive base at 50%, accelerator above 100% only on the excess": RATES,
    "base commission rate = target variable / quota": RATES,
    "1.5x accelerator above quota": RATES,
    "accelerator pay on over-quota slices": RATES,
    "no pay below threshold, from first unit once met": RATES,
    "payment cap; withheld goes to cap balance": RATES,
    "refundable cap, next period": RATES,
    "5% of revenue x multiplier by %quota": RATES,
    "gate: company goal below 100% caps payout at 100%": RATES,
    "gate: EBITDA < 40% of max pays 0 on the section": RATES,
    "per unit with cap": RATES,
    "0/50/100/125/150 by rating": RATES,
    "weighted discrete levels": RATES,
    "budget 2% of cash collected; half of the saving is a reward, excess is borne": RATES,
    "pay max(earnings, draw); no debt": DRAWS,
    "pay max(earnings, draw); shortfall becomes balance": DRAWS,
    "recover 100% of earnings above the draw": DRAWS,
    "deficit must be earned back first": DRAWS,
    "draw 1,000 to period 6, recovery from period 4": DRAWS,
    "negative line in the month of cancellation; attainment kept": DRAWS,
    "unearned months / term": DRAWS,
    "cancel on day n after booking, 90-day window inclusive": DRAWS,
    "net below zero is carried, not paid": DRAWS,
    "80% of commission on cash collected now, 20% held until fully collected": DRAWS,
    "half on first invoice paid, half on first monthly paid": DRAWS,
    "prior-period adjustment booked in the open period": DRAWS,
    "split credit, different models": CREDIT,
    "double credit: AE 100% + overlay 100%": CREDIT,
    "straight line, last month takes the rounding": OTHER,
    "OTE split": OTHER,
    "5,000 reps x $100,000 x 3% error": OTHER,
    "impact ratio = rate / highest rate; flag < 0.80": CALIBRATION,
    "rating A share": CALIBRATION,
    "small numbers: ratio flags, test does not": CALIBRATION,
    "scoring rate = share above the sample median; impact ratio vs highest group": CALIBRATION,
    "(mean_X-mean_Y)/pooled sd": CALIBRATION,
    "chi-square of actual against guideline, df=2": CALIBRATION,
    "Cohen kappa": CALIBRATION,
    "sum(amount*stage probability)": FORECAST,
    "pipeline / remaining quota": FORECAST,
    "opps*win rate*avg deal/cycle days": FORECAST,
    "talk seconds / total speech seconds": TALK,
    "silence excluded from the denominator": TALK,
}


def test_every_formula_is_run_or_has_a_reason() -> None:
    formulas = {vector["formula"] for vector in VECTORS}
    assert formulas == RUN.keys() | NOT_NOW.keys()
    assert not RUN.keys() & NOT_NOW.keys()


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if vector["formula"] in RUN], ids=lambda vector: vector["id"]
)
def test_vector(vector: Given) -> None:
    assert RUN[vector["formula"]](vector["input"]) == vector["expected"]
