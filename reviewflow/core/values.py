"""Exact values: money in minor units, closed date periods, scaled integers, sharing without loss.

Nothing here is a float. Fractions are kept until one named rounding step; rounding is half up,
away from zero for negative amounts, so that a clawback mirrors the line it takes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction

# ISO 4217 minor unit exponents that differ from two (https://www.iso.org/iso-4217-currency-codes.html).
_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


NO_CURRENCY = "XXX"
"""What ISO 4217 writes where there is no currency: the amount is a score."""


class Inexact(ValueError):
    """A value has more decimals than the scale keeps, or is larger than a 64-bit integer holds."""


def currency_digits(currency: str) -> int:
    """Decimals of the minor unit: 2 for CNY and USD, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency, 2)


def _rounded(value: Fraction) -> int:
    doubled, unit = 2 * abs(value.numerator), value.denominator
    size = (doubled + unit) // (2 * unit)
    return size if value >= 0 else -size


def half_up(value: Exact, places: int) -> Decimal:
    """Round half up (away from zero) to `places` decimals; exact for any fraction."""
    return from_scaled(_rounded(Fraction(value) * 10**places), places)


def half_up_scaled(value: Exact, places: int) -> int:
    """Like `half_up`, as a scaled integer: ``half_up_scaled(Fraction(1, 3), 2) == 33``."""
    return _fits(_rounded(Fraction(value) * 10**places))


def to_scaled(value: Exact, places: int) -> int:
    """The exact scaled integer; raises `Inexact` rather than lose a digit."""
    scaled = Fraction(value) * 10**places
    if scaled.denominator != 1:
        raise Inexact(f"{value} has more than {places} decimals")
    return _fits(scaled.numerator)


def from_scaled(scaled: int, places: int) -> Decimal:
    """Inverse of `to_scaled`: ``from_scaled(12345, 2) == Decimal("123.45")``, any number of digits."""
    digits = tuple(int(digit) for digit in str(abs(scaled)))
    return Decimal((1 if scaled < 0 else 0, digits, -places))


def _fits(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise Inexact(f"{value} does not fit a 64-bit integer")
    return value


@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents, fen) of one currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Exact, currency: str) -> Money:
        """`amount` in major units, rounded half up once to the currency's minor unit."""
        return cls(half_up_scaled(amount, currency_digits(currency)), currency)

    @property
    def amount(self) -> Decimal:
        """Major units with all decimals of the currency: ``Decimal("11400.00")``."""
        return from_scaled(self.minor, currency_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add")
        return Money(self.minor + other.minor, self.currency)


def sums(amounts: Iterable[Money]) -> list[Money]:
    """What the amounts add up to, one for each currency, in the order in which currencies appear."""
    found: dict[str, Money] = {}
    for one in amounts:
        found[one.currency] = found.get(one.currency, Money(0, one.currency)) + one
    return list(found.values())


@dataclass(frozen=True, order=True)
class Period:
    """A closed interval of dates: both days belong to it."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.starts_on > self.ends_on:
            raise ValueError(f"{self.starts_on} is after {self.ends_on}")

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def __iter__(self) -> Iterator[date]:
        return (self.starts_on + timedelta(days=n) for n in range(self.days))

    def overlap(self, other: Period) -> Period | None:
        """The days that both have, or None."""
        first, last = max(self.starts_on, other.starts_on), min(self.ends_on, other.ends_on)
        return Period(first, last) if first <= last else None

    def __str__(self) -> str:
        return f"{self.starts_on}/{self.ends_on}"


def share_out(total: int, weights: Sequence[Exact]) -> list[int]:
    """Split `total` units by `weights` so that the parts sum to it (largest remainder, first wins ties).

    ``share_out(10000, [1, 1, 1]) == [3334, 3333, 3333]``. Weights are not negative and not all zero.
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and must not all be zero")
    exact = [Fraction(weight) * total / whole for weight in weights]
    parts = [part.numerator // part.denominator for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
