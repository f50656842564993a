"""Traces: exact texts, and lines that people can redo by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.core.trace import LEADS_TO, MINUS, OVER, TIMES, Num, Share, Term, exact, lines, one_line, step
from reviewflow.core.values import Exact


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Fraction(340, 3), "340/3"),
        (Fraction("27.05"), "27.05"),
        (Decimal("12.500"), "12.5"),
        (Fraction(1, 1024), "0.0009765625"),
        (-7, "-7"),
        (0, "0"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_exact_numbers_as_text(value: Exact, written: str) -> None:
    assert exact(value) == written


@given(st.fractions())
def test_exact_numbers_come_back(value: Fraction) -> None:
    assert Fraction(exact(value)) == value


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Num(1_082_000), "1,082,000"),
        (Num(12_000, 2), "12,000.00"),
        (Num(Fraction("33.1"), percent=True), "33.1%"),
        (Num(Fraction(35, 3), percent=True), "11.6667%"),
        (Num(Fraction("304755.6026"), 2), "304,755.6026"),
        (Num(Fraction("0.00004")), "0"),
        (Num(Fraction("0.00005")), "0.0001"),
        (Num(-1234), "−1,234"),
        (Num(Fraction("27.045"), 2, fixed=True), "27.05"),
        (Num(Fraction("94.994999"), 2, fixed=True), "94.99"),
        (Share(46, 92), "46/92"),
    ],
)
def test_how_numbers_are_shown(number: Num | Share, written: str) -> None:
    shown = one_line({"steps": [step([number], "x", LEADS_TO)]})
    assert shown == f"{written} → x"


def test_a_rounded_number_anywhere_makes_the_line_approximate() -> None:
    third = Num(Fraction(1, 3))
    assert one_line({"steps": [step([Num(1), OVER, Num(3)], third)]}) == "1 ÷ 3 ≈ 0.3333"
    assert one_line({"steps": [step([third, TIMES, Num(3)], Num(1))]}) == "0.3333 × 3 ≈ 1"
    assert one_line({"steps": [step([Num(1), MINUS, Num(3)], Num(-2))]}) == "1 − 3 = −2"
    assert one_line({"steps": [step([third], Num(1, 2), "<")]}) == "0.3333 < 1.00"


def test_parentheses_hug_their_content() -> None:
    terms: list[Term] = ["(", Num(1), "+", Num(2), ")", TIMES, Num(3)]
    assert lines({"steps": [step(terms, Num(9))]}) == ("(1 + 2) × 3 = 9",)


def test_a_trace_survives_the_database() -> None:
    trace = {
        "steps": [step([Num(Fraction(1, 3), 2), TIMES, Share(1, 2)], Num(Fraction(1, 6), 2, fixed=True))]
    }
    assert lines(json.loads(json.dumps(trace))) == lines(trace) == ("0.3333 × 1/2 ≈ 0.17",)


def test_a_trace_without_steps_has_no_lines() -> None:
    assert lines({"kind": "score"}) == ()
    assert one_line({"steps": []}) == ""
