"""The rows of the late list: whose turn it is, how long they are late, and when they were reminded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reviewflow.core import due as due_days
from reviewflow.store.dashboard import Figures, Head, Late, LateLine
from reviewflow.web.addresses import address
from reviewflow.web.filters import day
from reviewflow.web.language import ngettext
from reviewflow.web.listed import listed
from reviewflow.web.pages.cycles import release
from reviewflow.web.request import language, zone

SHOWN = 8
_REMINDERS = 3


@dataclass(frozen=True)
class Row:
    """One line. `url` leads to where it is done: the one record, or all of them in a list."""

    line: LateLine
    waits_for: str
    days: int
    reminded: str
    reminded_today: bool
    url: str


def rows(cycle: Head, late: Late, today: date, everything: bool) -> list[Row]:
    """Who is late, the longest first: the first few, or all."""
    return [
        Row(
            line=line,
            waits_for=line.title[language()],
            days=(today - last_day(line.since)).days,
            reminded=listed(dict.fromkeys(day(at) for at in line.reminded[-_REMINDERS:])),
            reminded_today=_was_told(line, today),
            url=_address(cycle, line),
        )
        for line in (late.lines if everything else late.lines[:SHOWN])
    ]


def counted(figures: Figures, late: Late) -> list[str]:
    """How many reviews and awards are late, each with its word. Of very many records only the reviews are known."""
    awards = late.records - figures.late_reviews if late.all_seen else 0
    reviews = ngettext("%(num)s review", "%(num)s reviews", figures.late_reviews)
    return [
        *([reviews] if figures.late_reviews else []),
        *([ngettext("%(num)s award", "%(num)s awards", awards)] if awards > 0 else []),
    ]


def to_remind(late: Late, today: date) -> int:
    """How many people would get a reminder now: one message a day is enough."""
    told = {line.person_id for line in late.lines if _was_told(line, today)}
    return len({line.person_id for line in late.lines} - told)


def _was_told(line: LateLine, today: date) -> bool:
    return any(at.astimezone(ZoneInfo(zone())).date() == today for at in line.reminded)


def last_day(due: datetime) -> date:
    """The last day on which it would have been in time, in the reader's zone."""
    return due_days.last_day(due, zone())


def _address(cycle: Head, line: LateLine) -> str:
    kind, record_id = line.record
    if kind == "award":
        return (
            address("approvals.show", award_id=record_id) if line.records == 1 else address("approvals.index")
        )
    if line.records == 1:
        return address("reviews.show", review_id=record_id)
    move = release.release_move(line.workflow)
    if move is not None and move.key == line.item:
        return address("cycles.release", cycle_id=cycle.id)
    parts = {line.workflow.stages[key].part for key in _stages(line)}
    part = parts.pop() if len(parts) == 1 else None
    return address("cycles.people", cycle_id=cycle.id, part=part, late="1", sort="due")


def _stages(line: LateLine) -> Collection[str]:
    """The stages in which the duty may wait."""
    if line.what == "task":
        return (line.workflow.tasks[line.item].stage,)
    return line.workflow.moves[line.item].from_
