"""The rows of the late list: whose turn it is, how long they are late, and when they were reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow.store.dashboard import Late, LateLine
from reviewflow.web.addresses import address
from reviewflow.web.filters import day
from reviewflow.web.listed import listed
from reviewflow.web.request import language, zone

SHOWN = 8
_REMINDERS = 3


@dataclass(frozen=True)
class Row:
    """One line. `url` leads to the record where there is only one; `rest` is greyed: reminded today."""

    line: LateLine
    waits_for: str
    days: int
    reminded: str
    reminded_today: bool
    url: str


def rows(late: Late, today: date, everything: bool) -> list[Row]:
    """Who is late, the longest first: the first few, or all."""
    return [
        Row(
            line=line,
            waits_for=line.title[language()],
            days=(today - _last_day(line.since)).days,
            reminded=listed(dict.fromkeys(day(at) for at in line.reminded[-_REMINDERS:])),
            reminded_today=_was_told(line, today),
            url=_address(line),
        )
        for line in (late.lines if everything else late.lines[:SHOWN])
    ]


def to_remind(late: Late, today: date) -> int:
    """How many people would get a reminder now: one message a day is enough."""
    told = {line.person_id for line in late.lines if _was_told(line, today)}
    return len({line.person_id for line in late.lines} - told)


def _was_told(line: LateLine, today: date) -> bool:
    return any(at.astimezone(ZoneInfo(zone())).date() == today for at in line.reminded)


def _last_day(due: datetime) -> date:
    """The last day on which it would have been in time: a deadline is the midnight after it."""
    return (due - timedelta(seconds=1)).astimezone(ZoneInfo(zone())).date()


def _address(line: LateLine) -> str:
    kind, record_id = line.record
    if line.records > 1:
        return ""
    if kind == "review":
        return address("reviews.show", review_id=record_id)
    return address("approvals.show", award_id=record_id)
