"""Tables: columns, sorting by link, fifty rows a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import request, url_for

PAGE = 50


@dataclass(frozen=True)
class Column:
    """One column. `num` right-aligns, `main` heads the card on a phone, `bare` shows no label there.

    `sort` is the word in the address that sorts by this column; empty: it does not sort. `picks`: its cells
    are boxes, and its head has the box that chooses them all.
    """

    key: str
    label: str
    num: bool = False
    main: bool = False
    bare: bool = False
    sort: str = ""
    picks: bool = False


@dataclass(frozen=True)
class Paging:
    """Which page is shown, whether there are more, and of how many rows in all if that is known."""

    page: int
    has_more: bool
    total: int | None = None


def page_number() -> int:
    """`?page=`, from 1; anything that is no such number is 1."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < int(asked) < 100_000 else 1


def offset() -> int:
    """How many rows come before this page."""
    return (page_number() - 1) * PAGE


def paging(rows: int, total: int | None = None) -> Paging:
    """Paging for a list read with ``limit PAGE + 1``: the row too many says that there are more."""
    return Paging(page_number(), rows > PAGE, total)


def sorting(allowed: Collection[str], default: str) -> str:
    """`?sort=`, e.g. ``due`` or ``-due``, if it is one of the allowed words; else the default."""
    asked = request.args.get("sort", default)
    return asked if asked.removeprefix("-") in allowed else default


def here(**changes: object) -> str:
    """The address of this page with some of its query changed; None takes one out."""
    query = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept})


def next_sort(column: Column, now: str) -> str:
    """What a click on the head sorts by: this column, or the other way round if it already does."""
    return f"-{column.sort}" if now == column.sort else column.sort


def aria_sort(column: Column, now: str) -> str:
    """``ascending``, ``descending`` or nothing."""
    if not column.sort or now.removeprefix("-") != column.sort:
        return ""
    return "descending" if now.startswith("-") else "ascending"
