"""The stages of a launch on a line of time: each as late as it can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from reviewflow import formats
from reviewflow.core.calendar import Calendar
from reviewflow.core.due import Anchors, due_at, last_day
from reviewflow.core.schedule import ahead
from reviewflow.core.workflow import Due, Workflow
from reviewflow.services.launch import LaunchPlan
from reviewflow.store.pinned import PLAIN_CALENDAR
from reviewflow.web.charts import share
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.part_titles import part_title
from reviewflow.web.request import language


@dataclass(frozen=True)
class Bar:
    """One part of the process. `x` and `width` are percent of the line; without dates there is no bar."""

    title: str
    note: str
    begins_on: date | None = None
    until_on: date | None = None
    x: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class Tick:
    """The first day of a month on the line, in percent, with the month's name."""

    name: str
    x: float


@dataclass(frozen=True)
class Gantt:
    """All parts, and the months below them."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class _Span:
    part: str
    begins: datetime
    due: datetime


def bars(
    process: Workflow | None, plan: LaunchPlan | None, calendars: Sequence[Calendar], now: datetime, zone: str
) -> Gantt:
    """The line from today to the last deadline that is known; later parts say what they wait for."""
    if process is None or plan is None:
        return Gantt((), ())
    calendar = next((one for one in calendars if one.name == plan.calendar), PLAIN_CALENDAR)
    without = () if plan.calibration else ("calibration",)
    spans = _joined(list(_spans(process, plan, calendar, now, zone, without)))
    if not spans:
        return Gantt((), ())
    first, last = spans[0].begins, spans[-1].due
    known = {span.part for span in spans}
    later = [
        Bar(part_title(part), _waits(process, part))
        for part in dict.fromkeys(stage.part for stage in process.stages.values() if not stage.end)
        if part not in known and part not in without
    ]
    drawn = [_bar(span, first, last, zone) for span in spans]
    return Gantt((*drawn, *later), tuple(_ticks(first, last, zone)))


def _spans(
    process: Workflow,
    plan: LaunchPlan,
    calendar: Calendar,
    now: datetime,
    zone: str,
    without: tuple[str, ...],
) -> Iterator[_Span]:
    """Stages with a deadline, one after the other, as long as one follows from the one before."""
    anchors = Anchors(now, plan.period.starts_on, plan.period.ends_on)
    stage = process.stages[process.start]
    if stage.due is None:
        return
    due = due_at(stage.due, anchors, zone, calendar)
    yield _Span(stage.part, now, due)
    for coming in ahead(process, stage.key, due, anchors, zone, calendar, without):
        if coming.due_at is None:
            return
        yield _Span(coming.stage.part, coming.begins_at, coming.due_at)


def _joined(spans: Sequence[_Span]) -> list[_Span]:
    """Stages of the same part that follow each other become one."""
    found: list[_Span] = []
    for span in spans:
        if found and found[-1].part == span.part:
            found[-1] = _Span(span.part, found[-1].begins, span.due)
        else:
            found.append(span)
    return found


def _bar(span: _Span, first: datetime, last: datetime, zone: str) -> Bar:
    whole = _seconds(last - first)
    x = share(_seconds(span.begins - first), whole)
    return Bar(
        title=part_title(span.part),
        note="",
        begins_on=span.begins.astimezone(ZoneInfo(zone)).date(),
        until_on=last_day(span.due, zone),
        x=x,
        width=max(1.0, round(share(_seconds(span.due - first), whole) - x, 1)),
    )


def _waits(process: Workflow, part: str) -> str:
    """When a part ends whose beginning nobody knows yet."""
    due = next((stage.due for stage in process.stages.values() if stage.part == part and stage.due), None)
    if due is None:
        return _("no deadline")
    return _length(due)


def _length(due: Due) -> str:
    if due.count == "working":
        return ngettext("%(num)s working day", "%(num)s working days", due.days)
    return ngettext("%(num)s day", "%(num)s days", due.days)


def _ticks(first: datetime, last: datetime, zone: str) -> Iterator[Tick]:
    place = ZoneInfo(zone)
    day, end = first.astimezone(place).date(), last.astimezone(place).date()
    whole = (end - day).days
    month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    while month < end:
        yield Tick(formats.month_short(month, language()), share((month - day).days, whole))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
