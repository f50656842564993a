"""Formulas: the four operations over measures, exact, and nothing else."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.core.indicators import BadFormula, NothingToDivideBy, Ratio, read_formula
from reviewflow.core.values import Inexact

VALUES = {"won": Fraction(18), "lost": Fraction(42), "sales": Fraction(3047556026, 10**4)}


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("won", 18, 1),
        ("100 * won / (won + lost)", 1800, 60),
        ("won - lost", -24, 1),
        ("-won / 4", -18, 4),
        ("won / lost + lost / won", 18 * 18 + 42 * 42, 42 * 18),
        ("won / lost - 1 / 2", 36 - 42, 84),
        ("0.25 * lost", Fraction(21, 2), 1),
        ("won / (won / lost)", 18 * 42, 18),
    ],
)
def test_numerator_and_denominator_are_kept_as_written(text: str, numerator: int, denominator: int) -> None:
    assert read_formula(text).ratio(VALUES) == Ratio(Fraction(numerator), Fraction(denominator))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "won +",
        "won ** 2",
        "won // 2",
        "won % 2",
        "+won",
        "not won",
        "won > 1",
        "won if lost else 0",
        "won and lost",
        "abs(won)",
        "won.real",
        "won[0]",
        "[won]",
        "lambda: won",
        "(won := 1)",
        "'won'",
        "True",
        "None",
        "1e9",
        "0x10",
        "1_000",
        "1j",
        "9999999999999",
        "__import__('os')",
        "won; lost",
        "won\nlost",
        "won @ lost",
        "f'{won}'",
        "\0",
        "(" * 150 + "won" + ")" * 150,
        "won + " * 40 + "won",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(BadFormula):
        read_formula(text)


@pytest.mark.parametrize("text", ["won / zero", "won / (lost - 42)", "1 / (1 / zero)", "won / (won - lost)"])
def test_dividing_by_what_is_not_positive_gives_no_figure(text: str) -> None:
    with pytest.raises(NothingToDivideBy):
        read_formula(text).ratio({**VALUES, "zero": Fraction(0)})


@pytest.mark.parametrize(
    ("text", "accumulates"),
    [("won", True), ("won + lost / 2", True), ("100 * won / lost", False), ("sales / (won + 1)", False)],
)
def test_only_sums_grow_with_the_days(text: str, accumulates: bool) -> None:
    assert read_formula(text).accumulates is accumulates


def test_a_figure_goes_to_the_database_and_back() -> None:
    margin = Ratio(Fraction(11488500), Fraction(346543211, 10**4))
    assert Ratio.from_scaled(*margin.scaled()) == margin


def test_a_figure_with_too_many_decimals_is_stored_as_a_reduced_fraction() -> None:
    product = Ratio(Fraction(123456789, 10**8), Fraction(2))
    assert Ratio.from_scaled(*product.scaled()).value == product.value


def test_a_figure_beyond_64_bits_is_refused_and_never_cut() -> None:
    with pytest.raises(Inexact):
        Ratio(Fraction(10**16), Fraction(1)).scaled()


_names = st.sampled_from(["a", "b", "c"])
_leaf = st.one_of(_names, st.integers(0, 999).map(str), st.decimals(0, 9, places=2).map(str))
_texts = st.recursive(
    _leaf,
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=8,
)


@given(_texts, st.fixed_dictionaries({key: st.integers(-(10**9), 10**9) for key in "abc"}))
def test_equals_python_on_fractions(text: str, numbers: dict[str, int]) -> None:
    """A second computation: Python itself, every number a `Fraction`."""
    values = {key: Fraction(number, 10**4) for key, number in numbers.items()}
    formula = read_formula(text)
    try:
        found = formula.ratio(values).value
    except NothingToDivideBy:
        return
    assert found == _by_python(text, values)


def _by_python(text: str, values: dict[str, Fraction]) -> Fraction:
    words = text.replace("(", " ( ").replace(")", " ) ").split()
    known = {"(", ")", "+", "-", "*", "/", *values}
    source = " ".join(word if word in known else f"Fraction('{word}')" for word in words)
    return Fraction(eval(source, {"Fraction": Fraction, **values}))
