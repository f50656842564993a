"""Traces: how a number came about, as plain JSON with exact numbers, and as a line of arithmetic.

A trace is a dict with a list ``steps``. A step has ``terms`` (numbers and signs), a ``sign`` and a
``result``. Exact numbers are texts: ``"27.05"``, or ``"340/3"`` where no decimal is exact. The line that
people read holds numbers and signs only, so it needs no translation::

    100 + (1,082,000 − 1,000,000) ÷ (1,200,000 − 1,000,000) × 20 = 108.20

A line says ``≈`` instead of ``=`` as soon as one of its numbers is shown rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reviewflow.core.values import Exact, from_scaled, half_up

Trace = dict[str, Any]

MINUS, TIMES, OVER, LEADS_TO = "−", "×", "÷", "→"

_SHOWN_PLACES = 4


@dataclass(frozen=True)
class Num:
    """A number inside a step: shown with at least `places` decimals and at most four, or exactly `places`."""

    value: Exact
    places: int = 0
    percent: bool = False
    fixed: bool = False

    def as_json(self) -> Trace:
        options = {"places": self.places, "percent": self.percent, "fixed": self.fixed}
        return {"number": exact(self.value), **{key: value for key, value in options.items() if value}}


@dataclass(frozen=True)
class Share:
    """A share of days, shown unreduced: ``46/92``."""

    part: int
    whole: int

    def as_json(self) -> Trace:
        return {"part": self.part, "whole": self.whole}


Term = Num | Share | str


def exact(value: Exact) -> str:
    """The exact number as text: ``"108.2"``, or ``"340/3"`` if no decimal is. Read it with `Fraction`."""
    number = Fraction(value)
    twos, rest = _times(number.denominator, 2)
    fives, rest = _times(rest, 5)
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    return format(from_scaled(int(number * 10**places), places), "f")


def step(terms: Sequence[Term], result: Term, sign: str = "=") -> Trace:
    """One line of arithmetic: ``step([Num(2), TIMES, Num(3)], Num(6))``."""
    return {"terms": [_as_json(term) for term in terms], "sign": sign, "result": _as_json(result)}


def lines(trace: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps of a trace as lines of numbers and signs, for pages and letters in any language."""
    return tuple(_line(one) for one in trace.get("steps", ()))


def one_line(trace: Mapping[str, Any]) -> str:
    """All steps in one line, for a table cell or a CSV field."""
    return "; ".join(lines(trace))


def _as_json(term: Term) -> Any:
    return term if isinstance(term, str) else term.as_json()


def _line(one: Mapping[str, Any]) -> str:
    shown = [_shown(term) for term in (*one["terms"], one["result"])]
    rounded = any(was_rounded for _, was_rounded in shown)
    sign = "≈" if one["sign"] == "=" and rounded else one["sign"]
    words = [*(text for text, _ in shown[:-1]), sign, shown[-1][0]]
    return " ".join(word for word in words if word).replace("( ", "(").replace(" )", ")")


def _shown(term: Any) -> tuple[str, bool]:
    """The text of a term and whether it was rounded."""
    if isinstance(term, str):
        return term, False
    if "part" in term:
        return f"{term['part']:,}/{term['whole']:,}", False
    number = Fraction(term["number"])
    least = int(term.get("places", 0))
    most = least if term.get("fixed") else max(least, _SHOWN_PLACES)
    return _digits(number, least, most) + ("%" if term.get("percent") else ""), _is_cut(number, most)


def _is_cut(number: Fraction, places: int) -> bool:
    return number % Fraction(1, 10**places) != 0


def _digits(number: Fraction, least: int, most: int) -> str:
    """Half up to `most` decimals, trailing zeros beyond `least` dropped, thousands grouped, true minus."""
    places = most
    rounded = half_up(number, most)
    while places > least and (Fraction(rounded) * 10 ** (places - 1)).denominator == 1:
        places -= 1
    return f"{half_up(rounded, places):,.{places}f}".replace("-", MINUS)


def _times(number: int, prime: int) -> tuple[int, int]:
    """How often `prime` divides `number`, and what is left."""
    count = 0
    while number % prime == 0:
        number //= prime
        count += 1
    return count, number
