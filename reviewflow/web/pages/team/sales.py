"""The team's sum against its target: the line to date, an even pace, and where it will end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from reviewflow.core.indicators import Indicator
from reviewflow.core.tracking import Outlook, outlook
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.formats import Number
from reviewflow.store import team as questions
from reviewflow.store.review_page import Lines
from reviewflow.store.team import Point, RunningCycle, Team
from reviewflow.web.filters import day, figure, percent
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.team.board import Row
from reviewflow.web.pages.team.drawing import Drawing, Spot, draw
from reviewflow.web.request import language

if TYPE_CHECKING:
    from reviewflow.store.types import Session

WEEK = 7
MANY = 2
WIDE, NARROW = (760, 236), (340, 210)


@dataclass(frozen=True)
class Sales:
    """The card with the chart, and the figures beside it: (label, value, small words after it).

    `weeks`: (day, sum so far, even pace) for the table. `trouble` is a sentence, or empty. `left_out`: people
    without a target or a figure.
    """

    title: str
    label: str
    wide: Drawing
    narrow: Drawing
    weeks: tuple[tuple[str, str, str], ...]
    figures: tuple[tuple[str, str, str], ...]
    trouble: str
    left_out: int


@dataclass(frozen=True)
class _Sum:
    """What the people with target and figure come to together."""

    indicator: Indicator
    currency: str
    period: Period
    actual: Fraction
    target: Fraction
    stands: Outlook
    last: date
    points: Sequence[Point]

    @property
    def title(self) -> str:
        return self.indicator.title[language()]

    def shown(self, value: Number | None, short: bool = True) -> str:
        return figure(value, self.indicator, self.currency, short)

    def number(self, on: date) -> int:
        """Which day of the period it is, from 1."""
        return (on - self.period.starts_on).days + 1

    def until(self, on: date) -> Fraction:
        """The sum up to and including a day."""
        return max((point.value for point in self.points if point.day <= on), default=Fraction(0))


def sales(
    session: Session, viewer: Viewer, cycle: RunningCycle, team: Team, rows: Sequence[Row], today: date
) -> Sales | None:
    """None where no indicator of the team is a plain sum of money with a target."""
    people = list(team.lines.values())
    indicator = _heaviest_sum(people)
    if indicator is None or today < cycle.period.starts_on:
        return None
    counted = [(lines, pair) for lines in people if (pair := _counts(lines, indicator))]
    if not counted:
        return None
    target, actual = (sum((pair[n] for _lines, pair in counted), Fraction(0)) for n in (0, 1))
    shown = _Sum(
        indicator=indicator,
        currency=cycle.currency,
        period=cycle.period,
        actual=actual,
        target=target,
        stands=outlook(indicator, actual, target, cycle.period, today),
        last=min(today, cycle.period.ends_on),
        points=questions.growth(session, viewer, indicator, [lines for lines, _pair in counted]),
    )
    return Sales(
        title=_("%(indicator)s of the team against target", indicator=shown.title),
        label=_label(shown),
        wide=_drawn(shown, WIDE),
        narrow=_drawn(shown, NARROW),
        weeks=tuple(_weeks(shown)),
        figures=_figures(shown),
        trouble=_trouble(people, rows),
        left_out=len(people) - len(counted),
    )


def _heaviest_sum(team: Collection[Lines]) -> Indicator | None:
    """The indicator in money with the largest weight whose figures of several people add up."""
    weights: Counter[str] = Counter()
    found: dict[str, Indicator] = {}
    for line in (line for lines in team for line in lines.lines):
        if line.goal and line.indicator.unit == "money" and questions.is_sum(line.indicator):
            found[line.indicator.key] = line.indicator
            weights[line.indicator.key] += line.goal.weight_e4
    return found[weights.most_common(1)[0][0]] if weights else None


def _counts(lines: Lines, indicator: Indicator) -> tuple[Fraction, Fraction] | None:
    """Target and figure of a person; None where one is missing: then neither counts."""
    for line in lines.lines:
        if line.indicator.key == indicator.key and line.goal and line.goal.target and line.figure:
            return None if line.figure.value is None else (Fraction(line.goal.target), line.figure.value)
    return None


def _label(shown: _Sum) -> str:
    """The chart in a sentence."""
    return _(
        "%(indicator)s so far %(actual)s of %(target)s; if it goes on like this, %(end)s of the target",
        indicator=shown.title,
        actual=shown.shown(shown.actual),
        target=shown.shown(shown.target),
        end=percent(shown.stands.at_end),
    )


def _drawn(shown: _Sum, size: tuple[int, int]) -> Drawing:
    def spot(on: date, value: Fraction) -> Spot:
        return Spot(shown.number(on), value, shown.shown(value))

    ends_on, projection = shown.period.ends_on, shown.stands.projection
    return draw(
        line=[(shown.number(point.day), point.value) for point in shown.points if point.day <= shown.last],
        now=spot(shown.last, shown.actual),
        target=spot(ends_on, shown.target),
        end=spot(ends_on, projection) if projection is not None else None,
        ticks=_ticks(shown),
        size=size,
    )


def _ticks(shown: _Sum) -> list[tuple[int, str]]:
    """The first day, the first of up to three months, and the last day."""
    period = shown.period
    days = [period.starts_on + timedelta(days=n) for n in range(period.days)]
    firsts = [one for one in days[1:-WEEK] if one.day == 1]
    step = max(1, -(-len(firsts) // 3))
    inside = [(shown.number(one), day(one)) for one in firsts[step - 1 :: step]]
    return [(0, day(period.starts_on)), *inside, (period.days, day(period.ends_on))]


def _weeks(shown: _Sum) -> list[tuple[str, str, str]]:
    """At the end of each week so far, and today."""
    period = shown.period
    ends = [period.starts_on + timedelta(days=n) for n in range(WEEK - 1, period.days, WEEK)]
    return [
        (
            day(end),
            shown.shown(shown.until(end), short=False),
            shown.shown(shown.target * shown.number(end) / period.days, short=False),
        )
        for end in [*(one for one in ends if one < shown.last), shown.last]
    ]


def _figures(shown: _Sum) -> tuple[tuple[str, str, str], ...]:
    stands = shown.stands
    so_far = (shown.title, shown.shown(shown.actual), f"/ {shown.shown(shown.target)}")
    at_end = (_("%(percent)s of the target", percent=percent(stands.at_end)), "")
    if stands.needed is None:
        return so_far, (_("Reached"), *at_end)
    needed = _("reached") if stands.needed == 0 else shown.shown(stands.needed)
    return (
        so_far,
        (_("Forecast to %(day)s", day=day(shown.period.ends_on)), *at_end),
        (_("So far each week"), shown.shown(stands.weekly), ""),
        (_("Needed each week"), needed, ""),
    )


def _trouble(team: Collection[Lines], rows: Sequence[Row]) -> str:
    """The indicator with which most people are behind, if it is more than one of them."""
    behind = Counter(key for row in rows for key, cell in row.cells.items() if cell.state == "behind")
    key, count = next(iter(behind.most_common(1)), ("", 0))
    if count < MANY:
        return ""
    titles = {line.indicator.key: line.indicator.title[language()] for one in team for line in one.lines}
    return ngettext(
        "%(indicator)s: %(num)s of %(all)s is behind.",
        "%(indicator)s: %(num)s of %(all)s are behind.",
        count,
        indicator=titles[key],
        all=len(rows),
    )
