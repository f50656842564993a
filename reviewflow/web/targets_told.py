"""What people are told about targets that are not there: what that means, and why there is no figure to go by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from reviewflow.core.indicators import Indicator
from reviewflow.core.measuring import period_before
from reviewflow.core.values import Period
from reviewflow.store.review_page import Line
from reviewflow.web.filters import day, listed, period
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.request import language


def without_target(goals: Iterable[tuple[Indicator, bool]]) -> list[str]:
    """What happens to weights whose indicator has no target; nothing while no indicator has one.

    `goals` are the indicators that have a weight, each with whether it has a target.
    """
    known = list(goals)
    counted = {indicator.group for indicator, has_target in known if has_target}
    if not counted:
        return []
    lacking = [indicator for indicator, has_target in known if not has_target]
    beside = [one.title[language()] for one in lacking if one.group in counted]
    alone = [one.title[language()] for one in lacking if one.group not in counted]
    said = []
    if beside:
        said.append(
            ngettext(
                "Without a target, %(what)s does not count; its weight goes to the others of its group.",
                "Without a target, %(what)s do not count; their weight goes to the others of their group.",
                len(beside),
                what=listed(beside),
            )
        )
    if alone:
        said.append(
            ngettext(
                "Without a target, %(what)s does not count; its weight goes to the other groups.",
                "Without a target, %(what)s do not count; their weight goes to the other groups.",
                len(alone),
                what=listed(alone),
            )
        )
    return said


def goals_without_target(lines: Iterable[Line]) -> list[str]:
    """The same for goals as they are stored."""
    return without_target((line.indicator, line.goal.target is not None) for line in lines if line.goal)


def why_no_last(lines: Iterable[Line], current: Period, today: date) -> str:
    """Why last figures are dashes, in one line; empty if every goal has one."""
    goals = [line.goal for line in lines if line.goal]
    if all(goal.last is not None for goal in goals):
        return ""
    before = period_before(current)
    if any(goal.last is not None for goal in goals):
        return _("–: the data of the last period (%(period)s) gives no figure for it.", period=period(before))
    if before.ends_on >= today:
        return _("No figures yet: the last period ends on %(day)s.", day=day(before.ends_on))
    return _("No figures: there is no data of the last period (%(period)s) yet.", period=period(before))
