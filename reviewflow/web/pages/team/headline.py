"""The answer on top of the board: how many people need the reader, and for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from reviewflow.store.review_page import Lines
from reviewflow.store.team import RunningCycle, Waits
from reviewflow.web.filters import instant, period
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.team.board import Row
from reviewflow.web.part_titles import PARTS, part_title
from reviewflow.web.request import language


def headline(rows: Sequence[Row], waits: Sequence[Waits], now: datetime) -> str:
    """``3 people need you: 2 evaluations late, 1 goal to propose``; else who is behind; else that all is well."""
    if waits:
        people = len({one.person_id for one in waits})
        return ngettext(
            "%(num)s person needs you: %(what)s",
            "%(num)s people need you: %(what)s",
            people,
            what=_what(waits, now),
        )
    behind = sum(row.state == "behind" for row in rows)
    if behind:
        return _(
            "Nothing waits for you; %(behind)s of %(all)s people are behind", behind=behind, all=len(rows)
        )
    return _("Nobody needs you now")


def _what(waits: Sequence[Waits], now: datetime) -> str:
    """Counted by part of the process, what is late first."""
    counts = Counter((one.part, one.is_late(now)) for one in waits)
    order = list(PARTS)
    said = [
        _counted(part, late, count)
        for (part, late), count in sorted(
            counts.items(), key=lambda it: (not it[0][1], order.index(it[0][0]))
        )
    ]
    return ("、" if language() == "zh" else ", ").join(said)


def _counted(part: str, late: bool, count: int) -> str:
    if part == "goal_setting":
        if late:
            return ngettext("%(num)s goal proposal late", "%(num)s goal proposals late", count)
        return ngettext("%(num)s goal proposal to make", "%(num)s goal proposals to make", count)
    if part == "evaluation":
        if late:
            return ngettext("%(num)s evaluation late", "%(num)s evaluations late", count)
        return ngettext("%(num)s evaluation to write", "%(num)s evaluations to write", count)
    if late:
        return ngettext(
            "%(num)s late in “%(part)s”", "%(num)s late in “%(part)s”", count, part=part_title(part)
        )
    return ngettext("%(num)s open in “%(part)s”", "%(num)s open in “%(part)s”", count, part=part_title(part))


def subtitle(cycle: RunningCycle | None, team: Sequence[Lines], today: date) -> str:
    """``2026Q4 · 1 Oct – 31 Dec · day 56 of 92 · figures of 25 Nov 09:30``."""
    if cycle is None:
        return ""
    words = [cycle.key, period(cycle.period)]
    if cycle.period.starts_on <= today <= cycle.period.ends_on:
        day = (today - cycle.period.starts_on).days + 1
        words.append(_("day %(n)s of %(all)s", n=day, all=cycle.period.days))
    newest = max((lines.as_of for lines in team if lines.as_of), default=None)
    if newest is not None:
        words.append(_("figures of %(when)s", when=instant(newest)))
    return " · ".join(words)
