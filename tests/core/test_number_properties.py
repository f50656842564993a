"""What must hold for all numbers: nothing lost, nothing crashes, nobody earns less by selling more."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reviewflow.core
from reviewflow.core import trace
from reviewflow.core.goals import Goal
from reviewflow.core.indicators import Ratio
from reviewflow.core.payout import PayBase, PayFacts, propose
from reviewflow.core.plan import Bonus, Commission, Plan, Tier
from reviewflow.core.rating import rate
from reviewflow.core.reasons import Reason
from reviewflow.core.scoring import Scores, score_lines
from reviewflow.core.trace import LEADS_TO
from reviewflow.core.values import Money, Period, share_out
from tests.core.shipped import CATALOGUE, STANDARD

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
LEFT_OUT = Reason("measure.no_source", {"kind": "order"})

amounts = st.integers(-(10**17), 10**17).map(lambda scaled: Fraction(scaled, 10**4))
positive = st.integers(1, 10**13).map(lambda scaled: Fraction(scaled, 10**4))
rates = st.integers(0, 10**6).map(lambda scaled: Fraction(scaled, 10**6))


# ---- M01: parts sum to the whole, and none is a unit off


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any))
def test_parts_sum_to_the_whole_and_each_is_less_than_a_unit_off(total: int, weights: list[int]) -> None:
    parts = share_out(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(
        abs(part - Fraction(total * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True)
    )


@st.composite
def scored_goals(draw: st.DrawFn) -> tuple[list[Goal], dict[str, Ratio | Reason]]:
    """Goals for some indicators, with figures and left-out ones among them."""
    keys = draw(st.lists(st.sampled_from(list(CATALOGUE.indicators)), min_size=1, unique=True))
    weights = share_out(1_000_000, draw(st.lists(st.integers(1, 99), min_size=len(keys), max_size=len(keys))))
    targets = st.one_of(positive, st.none(), st.just(Fraction(0)))
    goals = [Goal(key, draw(targets), weight) for key, weight in zip(keys, weights, strict=True)]
    figures = {key: draw(st.one_of(st.builds(Ratio, amounts, positive), st.just(LEFT_OUT))) for key in keys}
    return goals, figures


@given(scored_goals())
def test_left_out_weight_is_spread_without_loss(case: tuple[list[Goal], dict[str, Ratio | Reason]]) -> None:
    scores = score_lines(*case, CATALOGUE, STANDARD)
    counted = [line for line in scores.lines if line.reason is None]
    assert sum(line.weight_e4 for line in counted) == (1_000_000 if counted else 0)
    assert all(line.weight_e4 == 0 for line in scores.lines if line.reason is not None)
    parts = [group.points for group in scores.groups if group.points is not None]
    assert scores.points == (sum(parts) if counted else None)


# ---- M06: edges of a plan: zero targets, negative sales, 0/0, bounds of tiers, no rate


@given(scored_goals(), st.lists(st.integers(1, 5), max_size=6))
def test_every_figure_gives_a_defined_rating_and_a_storable_trace(
    case: tuple[list[Goal], dict[str, Ratio | Reason]], levels: list[int]
) -> None:
    scores = score_lines(*case, CATALOGUE, STANDARD)
    for line in scores.lines:
        assert (line.points is None) == (line.reason is not None)
        assert line.score is None or 0 <= line.score <= 120
        assert -(2**63) <= (line.attainment_e6 or 0) < 2**63
        json.dumps(line.trace)
    if scores.points is not None or levels:
        rated = rate(STANDARD, scores.points, levels)
        assert 0 <= rated.total <= 120
        assert rated.rating in {band.letter for band in STANDARD.bands}


pay_bases = st.builds(
    lambda component, start, days, rate, minor: PayBase(
        component,
        QUARTER.starts_on + timedelta(days=start),
        QUARTER.starts_on + timedelta(days=start + days),
        Money(minor, "CNY") if component == "bonus" else None,
        rate if component == "commission" else None,
        "CNY",
    ),
    st.sampled_from(["bonus", "commission"]),
    st.integers(-100, 100),
    st.integers(0, 200),
    rates,
    st.integers(0, 10**9),
)
presences = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 91), st.integers(0, 91)).map(
        lambda ends: Period(
            QUARTER.starts_on + timedelta(days=min(ends)), QUARTER.starts_on + timedelta(days=max(ends))
        )
    ),
)


@st.composite
def pay_facts(draw: st.DrawFn) -> PayFacts:
    return PayFacts(
        period=QUARTER,
        present=draw(presences),
        rating=draw(st.sampled_from("SABCD")),
        figures=draw(st.one_of(st.just({}), amounts.map(lambda amount: {"sales_amount": amount}))),
        attainments={},
        bases=draw(st.lists(pay_bases, max_size=5)),
        earlier_ratings=draw(st.lists(st.sampled_from(["S", "A", "B", None]), max_size=3)),
        currency="CNY",
    )


TITLE = {"en": "x", "zh": "x"}
FREE_THEN_ALL = (Tier(Fraction(1000), Fraction(0)), Tier(None, Fraction(1)))
EVERY_KIND = replace(
    STANDARD,
    components=(
        Bonus("bonus", TITLE, "bonus", Fraction(1)),
        Commission("by_base", TITLE, "sales_amount", "commission", None, ()),
        Commission("by_rate", TITLE, "sales_amount", None, Fraction("0.03"), ()),
        Commission("by_tiers", TITLE, "sales_amount", None, None, FREE_THEN_ALL),
    ),
)


@given(pay_facts())
def test_every_fact_gives_a_line_and_every_zero_a_reason(facts: PayFacts) -> None:
    for payout in propose(EVERY_KIND, facts):
        json.dumps(payout.trace)
        assert payout.amount is not None
        assert payout.amount.minor >= 0
        assert (payout.amount.minor == 0) == (payout.zero_reason is not None)


# ---- M08: an independent second computation


@given(pay_facts())
def test_commission_by_tiers_equals_a_slow_second_computation(facts: PayFacts) -> None:
    plan = one_commission((Tier(Fraction(100_000), Fraction("0.05")), Tier(None, Fraction("0.10"))))
    payout = propose(plan, facts)[0]
    sales = facts.figures.get("sales_amount", Fraction(0))
    cents = Fraction(0)
    if sales > 0 and facts.present:
        cents = 100 * (sales / 20 if sales <= 100_000 else 5000 + (sales - 100_000) / 10)
    assert payout.amount == Money(int((2 * cents + 1) // 2), "CNY")


# ---- M09: more is never less


def one_commission(tiers: tuple[Tier, ...]) -> Plan:
    component = Commission("commission", TITLE, "sales_amount", None, None, tiers)
    return replace(STANDARD, components=(component,), promotion=None)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Tier, ...]:
    bounds = sorted(draw(st.sets(st.integers(1, 10**6), max_size=5)))
    return tuple(Tier(None if bound is None else Fraction(bound), draw(rates)) for bound in [*bounds, None])


@given(pay_facts(), tables(), amounts, amounts)
def test_more_sales_never_pay_less_commission(
    facts: PayFacts, tiers: tuple[Tier, ...], one: Fraction, other: Fraction
) -> None:
    plan = one_commission(tiers)
    paid = [
        propose(plan, replace(facts, figures={"sales_amount": sales}))[0].amount
        for sales in sorted([one, other])
    ]
    assert paid[0] is not None
    assert paid[1] is not None
    assert paid[0].minor <= paid[1].minor


def total_of(key: str, figure: Fraction, target: Fraction) -> Scores:
    return score_lines([Goal(key, target, 1_000_000)], {key: Ratio(figure, Fraction(1))}, CATALOGUE, STANDARD)


@given(st.sampled_from(list(CATALOGUE.indicators)), amounts, amounts, positive)
def test_a_better_figure_never_scores_less(
    key: str, one: Fraction, other: Fraction, target: Fraction
) -> None:
    worse, better = sorted([one, other], reverse=CATALOGUE[key].lower_is_better)
    assert (total_of(key, worse, target).points or 0) <= (total_of(key, better, target).points or 0)


@given(st.decimals(0, 120, places=6), st.decimals(0, 120, places=6), st.lists(st.integers(1, 5), max_size=5))
def test_a_better_score_never_pays_a_smaller_bonus(one: Decimal, other: Decimal, levels: list[int]) -> None:
    worse, better = (rate(STANDARD, score, levels).rating for score in sorted([one, other]))
    assert STANDARD.band(worse).coefficient <= STANDARD.band(better).coefficient


# ---- what is printed can be redone

_SIGNS = {"−": "-", "×": "*", "÷": "/", ",": ""}


def redone(line: str) -> tuple[Fraction, Fraction]:
    """Left and right side of a printed equation, computed from nothing but its text."""
    for shown, meant in _SIGNS.items():
        line = line.replace(shown, meant)
    left, right = re.split(r" [=≈] ", line)
    sides = [re.sub(r"([\d.]+)%", r"(\1/100)", side) for side in (left, right)]
    values = [
        eval(re.sub(r"\d+(?:\.\d+)?", r"Fraction('\g<0>')", side), {"Fraction": Fraction}) for side in sides
    ]
    return values[0], values[1]


@given(st.integers(1, 10**8), st.integers(1, 500), st.integers(1, 10**8))
def test_a_printed_score_can_be_redone_by_hand(top: int, bottom: int, cents: int) -> None:
    """Figures are cut to four decimals, results to two; the curve multiplies the cut by its slope."""
    target = Fraction(cents, 100)
    slope = max(Fraction(1), 400 / target)
    scores = total_of("retention", Fraction(top, bottom), target)
    for line in trace.lines(scores.lines[0].trace):
        if LEADS_TO not in line:
            left, right = redone(line)
            allowed = Fraction(1, 200) + slope / 20_000 if "≈" in line else 0
            assert abs(left - right) <= allowed, line


@given(pay_facts())
def test_a_printed_pay_line_can_be_redone_to_the_cent(facts: PayFacts) -> None:
    for payout in propose(EVERY_KIND, facts):
        for line in trace.lines(payout.trace):
            left, _ = redone(line)
            assert Money.of(left, "CNY") == payout.amount, line


# ---- M02: no float comes near


NUMBERS = ("indicators", "plan", "payout", "scoring", "rating", "goals", "curve", "trace", "rubric", "values")


@pytest.mark.parametrize("room", NUMBERS)
def test_no_float_in_the_rooms_of_numbers(room: str) -> None:
    root = Path(reviewflow.core.__file__).parent
    files = [root / f"{room}.py"] if (root / f"{room}.py").exists() else sorted((root / room).glob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), file
            assert not (isinstance(node, ast.Name) and node.id == "float"), file


# ---- M03: the order of what comes in does not matter


@given(scored_goals(), st.randoms())
def test_the_order_of_goals_changes_nothing(
    case: tuple[list[Goal], dict[str, Ratio | Reason]], random: Any
) -> None:
    goals, figures = case
    shuffled = score_lines(random.sample(goals, len(goals)), figures, CATALOGUE, STANDARD)
    usual = score_lines(goals, figures, CATALOGUE, STANDARD)
    assert shuffled.points == usual.points
    assert {line.line: line for line in shuffled.lines} == {line.line: line for line in usual.lines}
