"""What pay components are computed on: amounts and rates, with the days from which they hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from reviewflow.connectors.rows import Entry
from reviewflow.core.reasons import Reason
from reviewflow.core.reporting import EVER
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
    became: dict[Identity, str] = {}
    for key, lines in _said(prepared, found, state, people).items():
        old = people.renamed.get(key[0], key[0])
        rows = list(state.pay.get((old, key[1]), []))
        known = bool(rows)
        for begin, line in sorted(lines.items()):
            changed = changes.hold(key, line.says, begin, rows, line.until)
            became[identity_of(line.entry)] = SAME if not changed else CHANGED if known else NEW
    return became


@dataclass(frozen=True)
class Line:
    """What one line says, and until when (exclusive); `file` is where it stands."""

    entry: Entry
    says: Says
    until: date | None
    file: str


def _said(
    prepared: PreparedPeople, found: Accepted, state: State, people: PeoplePlan
) -> dict[Key, dict[date, Line]]:
    """What the lines say, in money's own minor units, by person and component and the day it begins.

    Refused are an amount finer than the currency, an end before the begin, and a second line from the same day.
    """
    said: defaultdict[Key, dict[date, Line]] = defaultdict(dict)
    for reading, entries in zip(found.readings, found.entries, strict=True):
        refusals = []
        for entry in [one for one in entries if one.kind == "pay_base"]:
            try:
                says = _says(entry, prepared.mapping.currency)
            except Inexact:
                places = currency_digits(_currency(entry, prepared.mapping.currency))
                refusals.append((entry, "amount", Reason("row.too_many_decimals", {"places": places})))
                continue
            if says is None:
                continue
            key = (str(entry.values["person"]), str(entry.values["component"]))
            begin, until = _days(entry, key, state, people)
            if until is not None and until <= begin:
                refusals.append((entry, "until", Reason("row.ends_before", {"begins": begin.isoformat()})))
                continue
            line = Line(entry, says, until, reading.file_name)
            first = said[key].setdefault(begin, line)
            if (first.says, first.until) != (says, until):
                refusals.append((entry, "person", _contradiction(first, begin)))
        refuse(reading, entries, refusals)
    return said


def _contradiction(first: Line, begin: date) -> Reason:
    params: dict[str, str | int] = {"file": first.file, "line": first.entry.line, "begins": begin.isoformat()}
    return Reason("row.base_told_twice", params)


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
        begin = holds_from(people, key[0], state, known, EVER)
    return begin, None if last is None else last + timedelta(days=1)
