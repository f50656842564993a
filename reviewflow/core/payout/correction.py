"""Amounts that a person changed against the computed one: how far off, and when that is alarming."""

from __future__ import annotations

from fractions import Fraction

from reviewflow.core.values import Money

STEEP = Fraction(1, 2)
"""So large a part of the computed amount, up or down, is no mere correction any more."""
DOUBLE = 2
"""More than so many times the last cycle's amount is alarming, too."""


def steep(amount: Money, computed: Money, earlier: Money | None = None) -> bool:
    """Whether an amount changed by hand is so far off that everybody who signs has to see it at once.

    Against the computed amount, and against the last cycle's where there is one in the same currency.
    """
    if amount == computed:
        return False
    if abs(amount.minor - computed.minor) > STEEP * abs(computed.minor):
        return True
    if earlier is None or earlier.currency != amount.currency:
        return False
    return 0 < DOUBLE * earlier.minor < amount.minor


def times(amount: Money, computed: Money) -> Fraction | None:
    """How many times the computed amount; None where that is zero."""
    return Fraction(amount.minor, computed.minor) if computed.minor else None
