"""What a person made of a computed amount, in words for whoever enters it and whoever signs it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reviewflow.core import payout
from reviewflow.core.values import Money
from reviewflow.web.filters import money, number
from reviewflow.web.language import gettext as _


@dataclass(frozen=True)
class Correction:
    """Both amounts in a sentence. `steep`: so far off that it is shown in red."""

    words: str
    steep: bool


def correction(typed: Decimal, computed: Money) -> Correction | None:
    """`typed` in major units of the same currency; None if it is what was computed."""
    try:
        amount = Money.of(typed, computed.currency)
    except (ArithmeticError, ValueError):
        return None
    if amount == computed:
        return None
    return Correction(from_to(amount, computed), payout.steep(amount, computed))


def from_to(amount: Money, computed: Money) -> str:
    """Both amounts and how many times the computed one it is."""
    factor = payout.times(amount, computed)
    if factor is None:
        return _(
            "Corrected by hand from %(computed)s to %(amount)s",
            computed=money(computed),
            amount=money(amount),
        )
    return _(
        "Corrected by hand from %(computed)s to %(amount)s, %(factor)s times the computed amount",
        computed=money(computed),
        amount=money(amount),
        factor=number(factor, 2 if abs(factor) < 10 else 0),
    )
