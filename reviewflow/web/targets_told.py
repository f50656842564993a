"""What people are told about targets that are not there: what that means, and why there is no figure to go by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reviewflow.core.indicators import Indicator
from reviewflow.core.measuring import period_before
from reviewflow.core.values import Period
from reviewflow.store.review_page import Line
from reviewflow.web.filters import day, figure, listed, period
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.request import language

FAR = 2


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


def far_from_suggested(goals: Iterable[tuple[Indicator, Decimal, Decimal]], currency: str) -> list[str]:
    """Targets that are at most half, or at least twice, of what the last period suggests: a digit may be missing.

    `goals` are (indicator, target, suggested) in the indicator's unit.
    """
    return [
        _(
            "%(what)s: %(target)s is far from the suggested %(suggested)s.",
            what=indicator.title[language()],
            target=figure(target, indicator, currency),
            suggested=figure(suggested, indicator, currency),
        )
        for indicator, target, suggested in goals
        if suggested > 0 and (target * FAR <= suggested or target >= suggested * FAR)
    ]


def about_goals(lines: Iterable[Line], currency: str) -> list[str]:
    """The same two for goals as they are stored."""
    goals = [(line.indicator, line.goal) for line in lines if line.goal]
    suggested = [
        (indicator, goal.target, goal.suggested)
        for indicator, goal in goals
        if goal.target is not None and goal.suggested is not None
    ]
    return [
        *far_from_suggested(suggested, currency),
        *without_target((indicator, goal.target is not None) for indicator, goal in goals),
    ]


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
