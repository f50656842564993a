"""Tracking: every indicator against an even pace, where it will end, and what the score would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import url_for

from reviewflow.core import tracking
from reviewflow.core.indicators import GROUPS
from reviewflow.core.reasons import Reason
from reviewflow.core.tracking import Outlook, Projection
from reviewflow.core.values import from_scaled
from reviewflow.store.review_page import Line, Lines
from reviewflow.web.filters import figure, number, percent, sentence
from reviewflow.web.language import gettext as _
from reviewflow.web.part_titles import group_title
from reviewflow.web.request import language

_TONES = {"at_risk": "fill-risk", "behind": "fill-bad"}


@dataclass(frozen=True)
class Row:
    """One indicator of the table. `why` stands in place of the bar where there is no figure."""

    key: str
    title: str
    lower: bool
    group: str
    weight: str
    actual: str
    target: str
    at_end: str
    outlook: Outlook
    why: str
    url: str

    @property
    def tone(self) -> str:
        return _TONES.get(self.outlook.state, "fill")

    @property
    def bar(self) -> Fraction | None:
        return self.outlook.attainment

    @property
    def label(self) -> str:
        """The chart in a sentence."""
        said = {"title": self.title, "actual": self.actual, "target": self.target, "end": self.at_end}
        if self.bar is None:
            return _("%(title)s: no figure yet, target %(target)s", **said)
        return _("%(title)s: %(actual)s of %(target)s, %(end)s of the target at the end", **said)


@dataclass(frozen=True)
class Pace:
    """All rows by group, the projected score if there is one, and the sales figure that is still needed."""

    rows: tuple[Row, ...]
    projection: Projection | None
    lines: Lines

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """(title with weight, rows) in the catalogue's order; empty groups are absent."""
        found = [(group, [row for row in self.rows if row.group == group]) for group in GROUPS]
        return [(_group_head(self.lines, group), rows) for group, rows in found if rows]

    @property
    def missing(self) -> list[Row]:
        return [row for row in self.rows if row.why]

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)

    @property
    def worst(self) -> list[Row]:
        """Three rows for a small card: the heaviest, and the two that need most attention."""
        shown = [row for row in self.rows if row.bar is not None]
        heaviest = (
            shown[:1] if not shown else [max(shown, key=lambda row: Fraction(row.weight.replace(",", "")))]
        )
        rest = sorted((row for row in shown if row not in heaviest), key=lambda row: row.outlook.at_end or 0)
        chosen = heaviest + rest[:2]
        return [row for row in self.rows if row in chosen]


def pace(lines: Lines, today: date) -> Pace:
    """Rows and projection as of today."""
    rows = tuple(_row(lines, line, today) for line in lines.lines)
    return Pace(rows, _projection(lines, rows), lines)


def _row(lines: Lines, line: Line, today: date) -> Row:
    shown, part, agreed = line.indicator, line.figure, line.goal
    value = part.value if part else None
    target = agreed.target if agreed else None
    goal = Fraction(target) if target is not None else None
    seen = tracking.outlook(shown, value, goal, lines.period, today)
    return Row(
        key=shown.key,
        title=shown.title[language()],
        lower=shown.lower_is_better,
        group=shown.group,
        weight=weight(agreed.weight_e4) if agreed else "",
        actual=figure(value, shown, lines.currency, short=True),
        target=figure(target, shown, lines.currency, short=True),
        at_end=percent(seen.at_end, 0) if seen.at_end is not None else "–",
        outlook=seen,
        why="" if value is not None else _why(part.reason if part else None),
        url=url_for("reviews.trace", review_id=lines.review_id, indicator=shown.key),
    )


def _why(reason: Reason | None) -> str:
    return sentence(reason) if reason else _("no figure yet")


def weight(scaled_e4: int) -> str:
    """``30``, ``7.5``."""
    value = from_scaled(scaled_e4, 4)
    return number(value, 0 if value == value.to_integral_value() else 1)


def _group_head(lines: Lines, group: str) -> str:
    """``Results · 65``; the weight only for those who see the goals."""
    weights = [one.goal.weight_e4 for one in lines.lines if one.indicator.group == group and one.goal]
    return f"{group_title(group)} · {weight(sum(weights))}" if weights else group_title(group)


def _projection(lines: Lines, rows: tuple[Row, ...]) -> Projection | None:
    left_out = {
        one.indicator.key: one.figure.reason for one in lines.lines if one.figure and one.figure.reason
    }
    return tracking.project(
        lines.goals,
        {row.key: row.outlook.projection for row in rows},
        left_out,
        lines.pins.catalogue,
        lines.pins.plan,
    )
