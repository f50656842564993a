"""The order of awards that wait, by a click on a head; all of them are at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reviewflow.web.pages.approvals.signing import Row

_BY: Mapping[str, Callable[[Row], Any]] = {
    "name": lambda row: row.line.person,
    "amount": lambda row: (row.line.amount.currency, row.line.amount.minor) if row.line.amount else None,
    "waiting": lambda row: row.days,
}
SORTS = tuple(_BY)


def ordered(rows: Sequence[Row], sort: str) -> list[Row]:
    """By one of `SORTS`, backwards with ``-`` before it; as they are without. What has no amount comes last."""
    if not sort:
        return list(rows)
    value = _BY[sort.removeprefix("-")]
    known = [row for row in rows if value(row) is not None]
    known.sort(key=value, reverse=sort.startswith("-"))
    return known + [row for row in rows if value(row) is None]
