"""Who manages whom on which day, derived from the solid reporting lines.

A person's effective manager is their solid-line manager; where that person has left or is not there yet, the
next one up; where nobody is up there, HR for the person's unit. All of it is dated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

EVER = date(1900, 1, 1)
FOREVER = date(9999, 12, 31)


@dataclass(frozen=True, order=True)
class Span:
    """From a day (inclusive) until a day (exclusive), with the id of what holds then (None: nobody)."""

    from_on: date
    until_on: date
    holder: int | None


@dataclass(frozen=True)
class Company:
    """What the effective lines are derived from. Spans of one person are in order and do not overlap."""

    here: Mapping[int, tuple[date, date]]
    """For every person the first day of work and the first day away."""
    managers: Mapping[int, list[Span]]
    units: Mapping[int, list[Span]]
    hr: Mapping[int, list[Span]]
    """Who is HR for a unit, while they are there; of two at once the first in the list counts."""
    above: Mapping[int, list[int]]
    """The units above each unit, itself first, then nearest first."""


def effective(company: Company, person_id: int) -> list[Span]:
    """The effective lines of one person, in order; days on which nobody can be found are left out."""
    begin = min(
        [company.here[person_id][0], *(span.from_on for span in company.managers.get(person_id, [])[:1])]
    )
    spans: list[Span] = []
    for span in _up(company, person_id, begin, FOREVER, frozenset({person_id})):
        spans += _hr_for(company, person_id, span) if span.holder is None else [span]
    return _merged(spans)


def _up(company: Company, person_id: int, begin: date, end: date, seen: frozenset[int]) -> Iterator[Span]:
    """Who stands above a person in these days; people who are away are skipped; None at the top."""
    for span in _line(company, person_id, begin, end):
        if span.holder is None or span.holder in seen:
            yield Span(span.from_on, span.until_on, None)
            continue
        first_day, first_away = company.here[span.holder]
        comes, goes = (min(max(day, span.from_on), span.until_on) for day in (first_day, first_away))
        for away in _days(span.from_on, comes), _days(max(comes, goes), span.until_on):
            for start, stop in away:
                yield from _up(company, span.holder, start, stop, seen | {span.holder})
        yield from (Span(start, stop, span.holder) for start, stop in _days(comes, goes))


def _days(begin: date, end: date) -> list[tuple[date, date]]:
    return [(begin, end)] if begin < end else []


def _line(company: Company, person_id: int, begin: date, end: date) -> Iterator[Span]:
    """The solid line of a person without gaps: while they are away, the line next to the gap goes on."""
    spans = company.managers.get(person_id, [])
    nearest = spans[0].holder if spans else None
    at = begin
    for span in spans:
        if begin < span.until_on and span.from_on < end:
            yield from _gap(company, person_id, at, span.from_on, nearest)
            yield Span(max(begin, span.from_on), min(span.until_on, end), span.holder)
            at = span.until_on
        if span.until_on <= end:
            nearest = span.holder
    yield from _gap(company, person_id, at, end, nearest)


def _gap(company: Company, person_id: int, begin: date, end: date, nearest: int | None) -> Iterator[Span]:
    first_day, first_away = company.here[person_id]
    edges = [begin, *(day for day in (first_day, first_away) if begin < day < end), end]
    for start, stop in pairwise(edges):
        if start < stop:
            yield Span(start, stop, None if first_day <= start < first_away else nearest)


def _hr_for(company: Company, person_id: int, span: Span) -> Iterator[Span]:
    """HR at the top: the grant nearest above the person's unit, never the person."""
    for unit in _units(company, person_id, span):
        free = [unit]
        for above in company.above.get(unit.holder or 0, []):
            for grant in company.hr.get(above, []):
                if grant.holder != person_id:
                    yield from (taken for part in free for taken in overlap(part, grant))
                    free = [rest for part in free for rest in _without(part, grant)]


def _units(company: Company, person_id: int, span: Span) -> list[Span]:
    """The person's units in a span; a unit counts until the next begins, and the first one always has."""
    units = company.units.get(person_id, [])
    begins = [EVER, *(unit.from_on for unit in units[1:])]
    ends = [*begins[1:], FOREVER]
    stretched = [
        Span(*both, unit.holder) for both, unit in zip(zip(begins, ends, strict=True), units, strict=False)
    ]
    return [part for unit in stretched for part in overlap(span, unit)]


def overlap(part: Span, other: Span) -> list[Span]:
    """The days that both have, held by the holder of `other`; none or one span."""
    return [
        Span(*days, other.holder)
        for days in _days(max(part.from_on, other.from_on), min(part.until_on, other.until_on))
    ]


def _without(part: Span, other: Span) -> list[Span]:
    if not overlap(part, other):
        return [part]
    cuts = _days(part.from_on, other.from_on) + _days(other.until_on, part.until_on)
    return [Span(*days, part.holder) for days in cuts]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.from_on):
        if merged and merged[-1].holder == span.holder and merged[-1].until_on == span.from_on:
            merged[-1] = Span(merged[-1].from_on, span.until_on, span.holder)
        else:
            merged.append(span)
    return merged
