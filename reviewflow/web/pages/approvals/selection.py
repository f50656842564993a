"""What is chosen in the list: how many, their sum, the largest, and what happens to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reviewflow.core.values import Money, currency_digits, sums
from reviewflow.formats import money as written
from reviewflow.store.approvals import Sums
from reviewflow.web.pages.approvals import signing
from reviewflow.web.pages.approvals.signing import Row
from reviewflow.web.request import language


@dataclass(frozen=True)
class Selection:
    """Some rows taken together. `totals` and `largest` have one amount for each currency."""

    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def totals(self) -> list[Money]:
        return totals(self.rows)

    @property
    def largest(self) -> list[Money]:
        found: dict[str, Money] = {}
        for amount in _amounts(self.rows):
            known = found.get(amount.currency)
            found[amount.currency] = amount if known is None or amount.minor > known.minor else known
        return list(found.values())

    @property
    def onward(self) -> int:
        """How many need one more signature."""
        return sum(goes_on(row) for row in self.rows)

    @property
    def look(self) -> int:
        """How many deserve a second look."""
        return sum(row.group == signing.LOOK for row in self.rows)

    def of(self, cycle_id: int, currency: str) -> Money:
        """The chosen amounts of one cycle and currency."""
        mine = [row for row in self.rows if row.line.cycle_id == cycle_id]
        return Money(sum(one.minor for one in _amounts(mine) if one.currency == currency), currency)

    def left(self, sums: Sums) -> Money:
        """What waits in this cycle and currency beside the chosen amounts."""
        return Money(sums.waiting.minor - self.of(sums.cycle_id, sums.currency).minor, sums.currency)


def chosen(rows: Sequence[Row], values: Collection[str]) -> Selection:
    """The rows whose boxes were posted."""
    return Selection(tuple(row for row in rows if row.approve and row.value in values))


def within(rows: Sequence[Row]) -> Selection:
    """All rows that the reader may sign and that need no second look."""
    return Selection(tuple(row for row in rows if row.group == signing.WITHIN))


def goes_on(row: Row) -> bool:
    """Whether somebody else signs after the reader."""
    return row.onward is not None and not row.onward.ends


def totals(rows: Iterable[Row]) -> list[Money]:
    """Sums of the amounts, one for each currency."""
    return sums(_amounts(rows))


def currencies(rows: Iterable[Row]) -> dict[str, list[str | int]]:
    """For the script that adds up: sign and decimals by currency."""
    codes = sorted({amount.currency for amount in _amounts(rows)})
    signs = {code: written(Money(0, code), language()).rstrip("0.") for code in codes}
    return {code: [signs[code], currency_digits(code)] for code in codes}


def _amounts(rows: Iterable[Row]) -> list[Money]:
    return [row.line.amount for row in rows if row.line.amount is not None]
