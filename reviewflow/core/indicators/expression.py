"""The one place with expressions: formulas over named measures, with + - * / and parentheses.

A formula is read by Python's own parser and walked against a whitelist; nothing is ever executed. The result
is kept as numerator and denominator, so that ``100 * won / (won + lost)`` stays "55 won of 120 closed".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from reviewflow.core.values import Inexact, to_scaled

_LONGEST = 200
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_ALLOWED = (ast.Name, ast.Load, ast.BinOp, ast.UnaryOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub)


class BadFormula(ValueError):
    """A formula is not understood; the text is the part that is not allowed."""


class NothingToDivideBy(ArithmeticError):
    """A formula divides by a measure that is not positive."""


@dataclass(frozen=True)
class Ratio:
    """A figure as numerator over a positive denominator, in the unit of its indicator. Exact."""

    numerator: Fraction
    denominator: Fraction

    @property
    def value(self) -> Fraction:
        return self.numerator / self.denominator

    def scaled(self) -> tuple[int, int]:
        """Numerator and denominator times 10^4, for the database. Raises `Inexact` if 64 bits do not do."""
        try:
            return to_scaled(self.numerator, 4), to_scaled(self.denominator, 4)
        except Inexact:
            value = self.value
            return to_scaled(value.numerator, 4), to_scaled(value.denominator, 4)

    @classmethod
    def from_scaled(cls, numerator_e4: int, denominator_e4: int) -> Ratio:
        """Inverse of `scaled`."""
        return cls(Fraction(numerator_e4, 10**4), Fraction(denominator_e4, 10**4))


@dataclass(frozen=True)
class Formula:
    """A formula that was read. `names` are the measures in it."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    @property
    def accumulates(self) -> bool:
        """Whether the figure grows with the days of the period: no division by a measure."""
        parts = (node for node in ast.walk(self.tree) if isinstance(node, ast.BinOp))
        return not any(_names(part.right) for part in parts if isinstance(part.op, ast.Div))

    def ratio(self, values: Mapping[str, Fraction]) -> Ratio:
        """The figure over exact measures. Raises `NothingToDivideBy`."""
        numerator, denominator = _pair(self.tree, self.text, values)
        return Ratio(numerator, denominator)


def read_formula(text: str) -> Formula:
    """Read a formula. Raises `BadFormula`."""
    if len(text) > _LONGEST:
        raise BadFormula(text[:40] + "…")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise BadFormula(text) from error
    for node in ast.walk(tree):
        _check(node, text.strip())
    return Formula(text.strip(), _names(tree), tree)


def _check(node: ast.AST, text: str) -> None:
    if isinstance(node, ast.Constant):
        allowed = _NUMBER.fullmatch(ast.get_source_segment(text, node) or "") is not None
    else:
        allowed = isinstance(node, _ALLOWED)
    if not allowed:
        part = ast.get_source_segment(text, node) if isinstance(node, ast.expr) else None
        raise BadFormula(part or text)


def _names(tree: ast.AST) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _pair(node: ast.expr, text: str, values: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
    """Numerator and denominator of a part, without reducing."""
    if isinstance(node, ast.Name):
        return values[node.id], Fraction(1)
    if isinstance(node, ast.Constant):
        return Fraction(ast.get_source_segment(text, node) or ""), Fraction(1)
    if isinstance(node, ast.UnaryOp):
        numerator, denominator = _pair(node.operand, text, values)
        return -numerator, denominator
    if not isinstance(node, ast.BinOp):  # pragma: no cover - `read_formula` lets nothing else through
        raise BadFormula(text)
    return _combined(node.op, _pair(node.left, text, values), _pair(node.right, text, values))


def _combined(
    operator: ast.operator, left: tuple[Fraction, Fraction], right: tuple[Fraction, Fraction]
) -> tuple[Fraction, Fraction]:
    (a, b), (c, d) = left, right
    if isinstance(operator, ast.Mult):
        return a * c, b * d
    if isinstance(operator, ast.Div):
        if c <= 0:
            raise NothingToDivideBy
        return a * d, b * c
    sign = 1 if isinstance(operator, ast.Add) else -1
    return (a + sign * c, b) if b == d else (a * d + sign * c * b, b * d)
