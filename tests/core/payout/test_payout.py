"""Bonus, commission and promotion: golden lines, every reason for zero, exact days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from reviewflow.core import trace
from reviewflow.core.payout import PayBase, PayFacts, Payout, propose
from reviewflow.core.plan import Bonus, Commission, Plan
from reviewflow.core.values import Money, Period
from tests.core.shipped import COMMISSION_ONLY, STANDARD

QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
ALWAYS = (date(2020, 1, 1), date(9999, 12, 31))


def bonus_base(
    amount: str, from_on: date = ALWAYS[0], until_on: date = ALWAYS[1], currency: str = "CNY"
) -> PayBase:
    return PayBase("bonus", from_on, until_on, Money.of(Fraction(amount), currency), None, currency)


def commission_rate(
    rate: str, from_on: date = ALWAYS[0], until_on: date = ALWAYS[1], currency: str = "CNY"
) -> PayBase:
    return PayBase("commission", from_on, until_on, None, Fraction(rate), currency)


def facts(**changes: Any) -> PayFacts:
    usual = PayFacts(
        period=QUARTER,
        present=QUARTER,
        rating="A",
        figures={"sales_amount": Fraction(1_082_000)},
        attainments={"sales_amount": Fraction("108.2")},
        bases=[bonus_base("12000")],
        earlier_ratings=["A"],
        currency="CNY",
    )
    return replace(usual, **changes)


def line(component: str, plan: Plan = STANDARD, **changes: Any) -> Payout:
    return next(one for one in propose(plan, facts(**changes)) if one.component == component)


def test_bonus_is_base_times_coefficient_times_days() -> None:
    bonus = line("bonus")
    assert bonus.amount == Money(1_440_000, "CNY")
    assert trace.one_line(bonus.trace) == "12,000.00 × 1.20 × 92/92 = 14,400.00"
    assert bonus.trace["amount"] == "14400"


def test_a_leaver_gets_the_days_that_were_worked() -> None:
    bonus = line("bonus", present=Period(date(2026, 7, 1), date(2026, 8, 30)))
    assert bonus.amount == Money(954_783, "CNY")
    assert trace.one_line(bonus.trace) == "12,000.00 × 1.20 × 61/92 ≈ 9,547.83"


def test_a_raise_within_the_period_counts_from_its_day() -> None:
    change = date(2026, 8, 16)
    bases = [bonus_base("13000", from_on=change), bonus_base("12000", until_on=change)]
    bonus = line("bonus", bases=bases)
    assert trace.one_line(bonus.trace) == "12,000.00 × 1.20 × 46/92 + 13,000.00 × 1.20 × 46/92 = 15,000.00"


def test_a_company_coefficient_stands_in_the_line() -> None:
    component = next(one for one in STANDARD.components if isinstance(one, Bonus))
    plan = replace(STANDARD, components=(replace(component, company=Fraction("0.95")),))
    assert trace.one_line(line("bonus", plan).trace) == "12,000.00 × 1.20 × 0.95 × 92/92 = 13,680.00"


def test_a_bonus_whose_base_changes_its_currency_is_left_to_people() -> None:
    change = date(2026, 9, 1)
    bases = [bonus_base("12000", until_on=change), bonus_base("1800", from_on=change, currency="USD")]
    bonus = line("bonus", bases=bases)
    assert (bonus.amount, bonus.zero_reason) == (Money(0, "USD"), "pay.base_changes_currency")
    assert bonus.uncomputed
    assert bonus.trace["steps"] == []
    before = Period(date(2026, 7, 1), date(2026, 8, 31))
    assert line("bonus", bases=bases, present=before).amount == Money(970_435, "CNY")  # 12,000 x 1.2 x 62/92
    assert line("bonus", bases=bases, rating="D").zero_reason == "pay.coefficient_zero"


def test_a_rate_for_another_currency_is_not_applied_to_the_figure() -> None:
    bases = [commission_rate("0.012", currency="USD")]
    commission = line("commission", COMMISSION_ONLY, bases=bases)
    assert (commission.amount, commission.zero_reason) == (Money(0, "CNY"), "pay.other_currency")
    assert commission.uncomputed
    paid = line("commission", COMMISSION_ONLY, bases=bases, currency="USD")
    assert (paid.amount, paid.uncomputed) == (Money(1_298_400, "USD"), False)
    nothing = {"sales_amount": Fraction(0)}
    sold = line("commission", COMMISSION_ONLY, bases=bases, figures=nothing)
    assert (sold.zero_reason, sold.uncomputed) == ("pay.nothing_sold", False)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bases": []}, "pay.no_base"),
        ({"bases": [bonus_base("0")]}, "pay.no_base"),
        ({"bases": [bonus_base("12000", until_on=date(2026, 7, 1))]}, "pay.no_base"),
        ({"bases": [bonus_base("12000", from_on=date(2026, 10, 1))]}, "pay.no_base"),
        ({"bases": [bonus_base("12000", date(2026, 8, 1), date(2026, 8, 1))]}, "pay.no_base"),
        ({"present": None}, "pay.not_employed"),
        ({"rating": "D"}, "pay.coefficient_zero"),
        (
            {"bases": [bonus_base("0.01")], "present": Period(date(2026, 7, 1), date(2026, 7, 1))},
            "pay.rounds_to_zero",
        ),
    ],
)
def test_a_bonus_of_zero_has_its_reason(changes: dict[str, Any], reason: str) -> None:
    bonus = line("bonus", **changes)
    assert bonus.amount is not None
    assert (bonus.amount.minor, bonus.zero_reason, bonus.trace["zero_reason"]) == (0, reason, reason)


def test_an_unknown_rating_is_not_paid_by_guess() -> None:
    with pytest.raises(KeyError):
        propose(STANDARD, facts(rating="Z"))


def test_commission_by_tiers_pays_each_slice_at_its_own_rate() -> None:
    commission = line("commission")
    assert trace.one_line(commission.trace) == (
        "500,000.00 × 1% + 500,000.00 × 1.5% + 82,000.00 × 2% = 14,140.00"
    )
    assert commission.amount == Money(1_414_000, "CNY")


ADVENTUREWORKS = [
    ("275", "304755.6026", "0.012", 365_707, "304,755.6026 × 1.2% ≈ 3,657.07"),
    ("280", "191328.4939", "0.010", 191_328, "191,328.4939 × 1% ≈ 1,913.28"),
]


@pytest.mark.parametrize(("person", "sales", "rate", "cents", "written"), ADVENTUREWORKS)
def test_commission_by_the_rate_of_the_pay_base(
    person: str, sales: str, rate: str, cents: int, written: str
) -> None:
    figures = {"sales_amount": Fraction(sales)}
    bases = [commission_rate(rate, currency="USD")]
    commission = line("commission", COMMISSION_ONLY, figures=figures, bases=bases, currency="USD")
    assert commission.amount == Money(cents, "USD")
    assert trace.one_line(commission.trace) == written


def test_the_rate_of_the_last_day_counts() -> None:
    change = date(2026, 8, 1)
    bases = [commission_rate("0.01", until_on=change), commission_rate("0.02", from_on=change)]
    figures = {"sales_amount": Fraction(1000)}
    assert line("commission", COMMISSION_ONLY, figures=figures, bases=bases).amount == Money(2000, "CNY")
    left_early = Period(date(2026, 7, 1), date(2026, 7, 31))
    early = line("commission", COMMISSION_ONLY, figures=figures, bases=bases, present=left_early)
    assert early.amount == Money(1000, "CNY")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bases": []}, "pay.no_rate"),
        ({"bases": [commission_rate("0")]}, "pay.rate_zero"),
        ({"figures": {}}, "pay.not_computed"),
        ({"figures": {"sales_amount": Fraction(0)}}, "pay.nothing_sold"),
        ({"figures": {"sales_amount": Fraction(-500)}}, "pay.nothing_sold"),
        ({"figures": {"sales_amount": Fraction("0.4")}}, "pay.rounds_to_zero"),
        ({"present": None}, "pay.not_employed"),
    ],
)
def test_a_commission_of_zero_has_its_reason(changes: dict[str, Any], reason: str) -> None:
    commission = line("commission", COMMISSION_ONLY, **{"bases": [commission_rate("0.012")], **changes})
    assert commission.amount is not None
    assert (commission.amount.minor, commission.zero_reason) == (0, reason)


def test_a_line_of_zero_without_a_pay_base_is_in_the_company_currency() -> None:
    commission = line("commission", COMMISSION_ONLY, bases=[], currency="EUR")
    assert commission.amount == Money(0, "EUR")


@pytest.mark.parametrize(("currency", "minor"), [("CNY", 123_457), ("JPY", 1235), ("KWD", 1_234_568)])
def test_every_currency_rounds_half_up_to_its_own_minor_unit(currency: str, minor: int) -> None:
    component = Commission("commission", {}, "sales_amount", None, Fraction(1), ())
    plan = replace(STANDARD, components=(component,))
    figures = {"sales_amount": Fraction("1234.5675")}
    assert line("commission", plan, figures=figures, currency=currency).amount == Money(minor, currency)


@pytest.mark.parametrize(
    ("changes", "recommended"),
    [
        ({}, True),
        ({"rating": "S", "earlier_ratings": ["S", "D"]}, True),
        ({"rating": "B"}, False),
        ({"earlier_ratings": ["B"]}, False),
        ({"earlier_ratings": []}, False),
        ({"earlier_ratings": [None, "A"]}, False),
        ({"attainments": {"sales_amount": Fraction("99.99")}}, False),
        ({"attainments": {}}, False),
    ],
)
def test_a_promotion_is_recommended_by_the_rule(changes: dict[str, Any], recommended: bool) -> None:
    promotions = [one for one in propose(STANDARD, facts(**changes)) if one.component == "promotion"]
    assert len(promotions) == recommended


def test_a_promotion_says_why_and_carries_no_money() -> None:
    promotion = line("promotion")
    assert (promotion.amount, promotion.zero_reason) == (None, None)
    assert promotion.trace["ratings"] == ["A", "A"]
    assert trace.one_line(promotion.trace) == "108.2% ≥ 100.0%"


def test_a_rule_without_attainment_asks_for_ratings_only() -> None:
    assert STANDARD.promotion is not None
    plan = replace(STANDARD, promotion=replace(STANDARD.promotion, indicator=None, attainment=None))
    assert line("promotion", plan, attainments={}).trace["steps"] == []


def test_the_same_facts_give_the_same_awards_in_any_order() -> None:
    change = date(2026, 8, 16)
    bases = [
        bonus_base("13000", from_on=change),
        bonus_base("12000", until_on=change),
        commission_rate("0.01"),
    ]
    assert propose(STANDARD, facts(bases=bases)) == propose(STANDARD, facts(bases=bases[::-1]))
