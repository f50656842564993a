"""A pay line: the one place where an exact amount becomes money."""

from __future__ import annotations

from fractions import Fraction

from reviewflow.core.payout.facts import Payout
from reviewflow.core.trace import Trace, exact
from reviewflow.core.values import Money


def paid(component: str, amount: Fraction, currency: str, trace: Trace) -> Payout:
    """Round half up once to the currency's minor unit."""
    money = Money.of(amount, currency)
    zero = "pay.rounds_to_zero" if money.minor == 0 else None
    return Payout(component, money, zero, _finished(trace, money, zero))


def unpaid(component: str, currency: str, reason: str, trace: Trace) -> Payout:
    """A line of 0 with its reason."""
    money = Money(0, currency)
    return Payout(component, money, reason, _finished(trace, money, reason))


def _finished(trace: Trace, money: Money, zero_reason: str | None) -> Trace:
    return {**trace, "amount": exact(money.amount), "currency": money.currency, "zero_reason": zero_reason}
