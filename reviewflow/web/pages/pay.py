"""My pay: what do I get, and why?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from reviewflow.core.values import Money
from reviewflow.store import my_pay
from reviewflow.store.my_pay import MyAward, MyCycle
from reviewflow.web import charts, waterfalls
from reviewflow.web.charts import Chart
from reviewflow.web.filters import money, money_short
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.pay_titles import component_title
from reviewflow.web.reads import log_read
from reviewflow.web.request import reader, viewer
from reviewflow.web.rooms import Room
from reviewflow.web.waterfalls import Fall, Line

room = Room("pay")
_PAID, _MINE = ("paid",), ("approved", "paid")
_FEWEST_COLUMNS, _MOST_COLUMNS = 2, 6


@dataclass(frozen=True)
class Shown:
    """One award with its title and, once decided, its arithmetic."""

    award: MyAward
    title: str
    lines: tuple[Line, ...]

    @property
    def correction(self) -> Money | None:
        """What was changed by hand against the computed amount."""
        amount, proposed = self.award.amount, self.award.proposed
        return Money(amount.minor - proposed.minor, amount.currency) if amount and proposed else None


@room.page("/my-pay", SIGNED_IN)
def mine() -> ResponseReturnValue:
    """The newest cycle with awards, or with ``?cycle=`` another of the reader's own."""
    found = my_pay.cycles(reader(), viewer())
    with_awards = [cycle for cycle in found if cycle.awards]
    if not with_awards:
        return render_template("web/pay/none.html", newest=found[0] if found else None)
    cycle = _chosen(with_awards)
    if any(award.shown for award in cycle.awards):
        log_read("pay", viewer().person_id, cycle.review_id)
    return render_template(
        "web/pay/mine.html",
        cycle=cycle,
        mine=_words(cycle.sum(*_MINE)),
        ready=_words(cycle.sum("approved")),
        paid=_words(cycle.sum(*_PAID)),
        awards=[_shown(cycle, award) for award in cycle.awards],
        fall=_fall(cycle),
        earlier=[(other, _words(other.sum(*_MINE))) for other in with_awards if other.id != cycle.id],
        columns=_columns(with_awards),
    )


def _chosen(cycles: Sequence[MyCycle]) -> MyCycle:
    wanted = request.args.get("cycle")
    if wanted is None:
        return cycles[0]
    return next((cycle for cycle in cycles if str(cycle.id) == wanted), None) or abort(404)


def _words(sums: Sequence[Money]) -> str:
    return " · ".join(money(one) for one in sums)


def _shown(cycle: MyCycle, award: MyAward) -> Shown:
    title = component_title(cycle.id, award.component)
    lines = waterfalls.lines(title, award.trace, award.proposed) if award.shown else []
    return Shown(award, title, tuple(lines))


def _fall(cycle: MyCycle) -> Fall | None:
    """All that is the reader's in the cycle's first currency, from base to payable."""
    counted = [(one, one.amount, one.trace) for one in cycle.awards if one.counts]
    drawn = [
        (component_title(cycle.id, one.component), trace, amount)
        for one, amount, trace in counted
        if amount is not None and trace is not None
    ]
    currency = drawn[0][2].currency if drawn else ""
    return waterfalls.fall([one for one in drawn if one[2].currency == currency])


def _columns(cycles: Sequence[MyCycle]) -> Chart | None:
    """The reader's pay by cycle, oldest first, in the newest cycle's currency."""
    sums = [(cycle.key, one) for cycle in reversed(cycles[:_MOST_COLUMNS]) for one in cycle.sum(*_MINE)]
    kept = [(key, one) for key, one in sums if one.currency == sums[-1][1].currency]
    if len(kept) < _FEWEST_COLUMNS:
        return None
    return charts.columns([charts.Bar(key, one.amount, money_short(one)) for key, one in kept])
