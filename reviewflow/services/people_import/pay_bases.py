"""What pay components are computed on: amounts and rates, with the days from which they hold."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import cast

from reviewflow.connectors.rows import Entry
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Inexact, currency_digits, from_scaled, to_scaled
from reviewflow.services.people_import.accepting import (
    CHANGED,
    NEW,
    SAME,
    Accepted,
    Identity,
    identity_of,
    refuse,
)
from reviewflow.services.people_import.dated import Changes
from reviewflow.services.people_import.people import PeoplePlan, holds_from
from reviewflow.services.people_import.preparing import PreparedPeople
from reviewflow.services.people_import.state import State

Key = tuple[str, str]
Says = tuple[int | None, int | None, str]
"""Amount in minor units or rate scaled by 10^6, and the currency."""


def plan(
    changes: Changes[Key], prepared: PreparedPeople, found: Accepted, state: State, people: PeoplePlan
) -> dict[Identity, str]:
    """Fill `changes`; returns what became of each line. Lines with a blank amount or rate say nothing."""
    said = _said(prepared, found)
    became: dict[Identity, str] = {}
    by_key: defaultdict[Key, list[tuple[date, date | None, Entry, Says]]] = defaultdict(list)
    for entry, says in said:
        key = (str(entry.values["person"]), str(entry.values["component"]))
        by_key[key].append((*_days(entry, key, state, people), entry, says))
    for key, lines in by_key.items():
        old = people.renamed.get(key[0], key[0])
        rows = list(state.pay.get((old, key[1]), []))
        known = bool(rows)
        lines.sort(key=lambda line: line[0])
        for at, (begin, until, entry, says) in enumerate(lines):
            following = lines[at + 1][0] if at + 1 < len(lines) else None
            end = min((day for day in (until, following) if day), default=None)
            changed = changes.hold(key, says, begin, rows, end)
            became[identity_of(entry)] = SAME if not changed else CHANGED if known else NEW
    return became


def _said(prepared: PreparedPeople, found: Accepted) -> list[tuple[Entry, Says]]:
    """What the lines say, in money's own minor units. A finer amount than the currency has is refused."""
    said = []
    for reading, entries in zip(found.readings, found.entries, strict=True):
        refusals = []
        for entry in [one for one in entries if one.kind == "pay_base"]:
            try:
                says = _says(entry, prepared.mapping.currency)
            except Inexact:
                places = currency_digits(_currency(entry, prepared.mapping.currency))
                refusals.append((entry, "amount", Reason("row.too_many_decimals", {"places": places})))
                continue
            if says is not None:
                said.append((entry, says))
        refuse(reading, entries, refusals)
    return said


def _says(entry: Entry, currency: str) -> Says | None:
    amount, rate = (
        cast("int | None", entry.values.get("amount")),
        cast("int | None", entry.values.get("rate")),
    )
    if amount is None and rate is None:
        return None
    own = _currency(entry, currency)
    minor = None if amount is None else to_scaled(from_scaled(amount, 4), currency_digits(own))
    return minor, rate, own


def _currency(entry: Entry, currency: str) -> str:
    return str(entry.values.get("currency") or currency)


def _days(entry: Entry, key: Key, state: State, people: PeoplePlan) -> tuple[date, date | None]:
    """From when it holds, and until when (exclusive) if the line says so."""
    begin, last = (
        cast("date | None", entry.values.get("from")),
        cast("date | None", entry.values.get("until")),
    )
    if begin is None:
        known = (people.renamed.get(key[0], key[0]), key[1]) in state.pay
        begin = holds_from(people, key[0], state, known)
    return begin, None if last is None else last + timedelta(days=1)
