"""The computed score: points line by line, and how the rating follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from reviewflow.core import trace
from reviewflow.core.indicators import GROUPS
from reviewflow.core.reasons import Reason
from reviewflow.core.values import from_scaled
from reviewflow.store.review_page import Line, Lines, Record, ScorePart
from reviewflow.web.filters import figure, number, percent, sentence
from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _
from reviewflow.web.pages.reviews.tracking import weight
from reviewflow.web.part_titles import group_title
from reviewflow.web.request import language

_FALLEN = {
    "judged": _("The evaluation that decides was submitted again."),
    "scored": _("The points were computed again."),
}


def why_fallen(cause: str) -> str:
    """Why a rating that was set by hand fell."""
    return gettext(_FALLEN[cause])


@dataclass(frozen=True)
class ScoreRow:
    """One indicator with its frozen figure and points. `left_out`: it does not count, and `why` says why."""

    title: str
    lower: bool
    group: str
    weight: str
    actual: str
    target: str
    attainment: str
    points: str
    left_out: bool
    why: str
    url: str


@dataclass(frozen=True)
class Scores:
    """Rows in the catalogue's order with their sum; `steps` show how the rating follows, in numbers."""

    rows: tuple[ScoreRow, ...]
    total: str
    steps: tuple[str, ...]


def scores(record: Record, lines: Lines) -> Scores:
    """Everything that the reader sees of the score."""
    points = [one.score.points_e6 for one in lines.lines if one.score and one.score.points_e6 is not None]
    ordered = sorted(lines.lines, key=lambda one: GROUPS.index(one.indicator.group))
    return Scores(
        rows=tuple(score_row(lines, one) for one in ordered),
        total=number(from_scaled(sum(points), 6), 2) if points else "–",
        steps=trace.lines(record.result.trace) if record.result else (),
    )


def _left_out(score: ScorePart | None) -> str:
    """Why a line does not count, as its trace says; empty if it does."""
    said = score.trace.get("reason") if score else None
    return sentence(Reason(said["key"], said["params"])) if said else ""


def score_row(lines: Lines, line: Line) -> ScoreRow:
    """One row. Where points are not for the reader they are a dash."""
    shown, part, agreed, score = line.indicator, line.figure, line.goal, line.score
    reached = from_scaled(score.attainment_e6, 6) if score and score.attainment_e6 is not None else None
    earned = from_scaled(score.points_e6, 6) if score and score.points_e6 is not None else None
    return ScoreRow(
        title=shown.title[language()],
        lower=shown.lower_is_better,
        group=group_title(shown.group),
        weight=weight(counted.weight_e4) if (counted := score or agreed) else "",
        actual=figure(part.value if part else None, shown, lines.currency, short=True),
        target=figure(agreed.target if agreed else None, shown, lines.currency, short=True),
        attainment=percent(reached, 1) if reached is not None else "–",
        points=number(earned, 2) if earned is not None else "–",
        left_out=bool(_left_out(score)),
        why=_left_out(score),
        url=url_for("reviews.trace", review_id=lines.review_id, indicator=shown.key),
    )
