"""Deadlines: the end of day n in a person's zone, as one instant in UTC.

Day 1 is the day after the anchor. The deadline is exclusive: the midnight after day n. Where clocks skip that
midnight (or the whole day), it is the first instant that does not lie before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from reviewflow.core.calendar import Calendar
from reviewflow.core.workflow import Due


@dataclass(frozen=True)
class Anchors:
    """What days are counted from: the instant of entry (aware), and the first and last day of the period."""

    entered_at: datetime
    starts_on: date
    ends_on: date


def due_at(due: Due, anchors: Anchors, zone: str, calendar: Calendar) -> datetime:
    """The deadline in UTC. `zone` is an IANA name; an anchor before the day of entry counts from that day."""
    place = ZoneInfo(zone)
    entered_on = anchors.entered_at.astimezone(place).date()
    anchor = {"begin": entered_on, "period_start": anchors.starts_on, "period_end": anchors.ends_on}
    last = _day(due, max(anchor[due.from_], entered_on), calendar)
    return start_of_day(last + timedelta(days=1), place)


def _day(due: Due, anchor: date, calendar: Calendar) -> date:
    """Day n; day 0 is the anchor itself, working day or not."""
    if due.count == "calendar" or due.days == 0:
        return anchor + timedelta(days=due.days)
    return next(islice(calendar.working_days_after(anchor), due.days - 1, None))


def last_day(due_at: datetime, zone: str) -> date:
    """The last day on which something is in time in a zone: a deadline is the midnight after it."""
    return (due_at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, whose local date is `day` or later."""
    midnight = datetime.combine(day, time.min, zone)
    late = midnight.astimezone(UTC)
    early = midnight.replace(fold=1).astimezone(UTC)
    if early >= late:  # midnight exists; where it comes twice, `late` is its first time
        return late
    return _first_instant(day, zone, early, late)


def _first_instant(day: date, zone: ZoneInfo, before: datetime, reached: datetime) -> datetime:
    """Halve down to the second in which the clocks jump over midnight."""
    while reached - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((reached - before).total_seconds()) // 2)
        if middle.astimezone(zone).date() >= day:
            reached = middle
        else:
            before = middle
    return reached
