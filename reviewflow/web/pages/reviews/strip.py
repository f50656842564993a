"""The three figures on top of a review: what matters most in the part that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reviewflow.core.values import from_scaled
from reviewflow.store.review_page import Forms, Lines, Record
from reviewflow.web.filters import day, figure, number, until
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.reviews.tracking import Pace, Row, weight
from reviewflow.web.request import language, moment

Fig = dict[str, str]
WHOLE = 100


def fig(label: str, value: str, below: str = "", unit: str = "", url: str = "") -> Fig:
    """One figure for the macro `figures`."""
    return {"label": label, "value": value, "below": below, "unit": unit, "url": url}


def goals(record: Record, lines: Lines) -> list[Fig]:
    """Weights, targets and the deadline."""
    shown = [line.goal for line in lines.lines if line.goal]
    if not shown:
        return []
    total = sum(goal.weight_e4 for goal in shown)
    with_target = sum(goal.target is not None for goal in shown)
    return [
        fig(
            _("Weights"),
            weight(total),
            _("as they must be") if total == WHOLE * 10**4 else _("must be 100"),
            "/ 100",
        ),
        fig(_("Targets set"), number(with_target), _("of %(all)s indicators", all=len(shown))),
        _next_date(record),
    ]


def _next_date(record: Record) -> Fig:
    if record.due_at is None:
        return fig(_("Since"), day(record.entered_at), record.here.title[language()])
    stage = record.here.title[language()]
    if record.due_at <= moment().business:
        return fig(_("Due"), until(record.due_at), _("late: %(stage)s", stage=stage))
    return fig(_("Due"), until(record.due_at), stage)


def tracking(lines: Lines, pace: Pace) -> list[Fig]:
    """Projected score, how much of it is measured, and what the sales target still takes."""
    projection = pace.projection
    if projection is None:
        score = fig(_("Projected score"), "–", _("no figure yet"))
    else:
        below = _("rating %(rating)s", rating=projection.band.letter)
        if projection.next_band is not None:
            missing = number(projection.next_band.least - projection.total, 1)
            better = projection.next_band.letter
            below = _(
                "rating %(rating)s · %(points)s below %(better)s",
                rating=projection.band.letter,
                points=missing,
                better=better,
            )
        score = fig(_("Projected score"), number(projection.total, 1), below)
    measured = weight(projection.measured_e4) if projection else "0"
    return [score, fig(_("Measured so far"), measured, _missing(pace), "/ 100"), _needed(lines, pace)]


def _missing(pace: Pace) -> str:
    missing = pace.missing
    if not missing:
        return _("every indicator has a figure")
    if len(missing) == 1:
        return _("without %(indicator)s", indicator=missing[0].title)
    return ngettext("%(num)s indicator has no figure", "%(num)s indicators have no figure", len(missing))


def _needed(lines: Lines, pace: Pace) -> Fig:
    """Of the heaviest figure that grows with the days."""
    growing = [row for row in pace.rows if row.outlook.weekly is not None and not row.lower]
    if not growing:
        return fig(_("Until"), day(lines.period.ends_on), _("then the figures are collected"))
    row = max(growing, key=lambda one: _weight(pace, one))
    shown, currency = pace.lines[row.key].indicator, pace.lines.currency
    label = _("To reach %(indicator)s", indicator=row.title)
    so_far = _("so far %(amount)s a week", amount=figure(row.outlook.weekly, shown, currency, short=True))
    if row.outlook.needed is None:
        return fig(label, row.at_end, _("of the target at the end of the period"))
    if row.outlook.needed == 0:
        return fig(label, _("reached"), so_far)
    needed = figure(row.outlook.needed, shown, currency, short=True)
    return fig(label, _("%(amount)s a week", amount=needed), so_far)


def _weight(pace: Pace, row: Row) -> int:
    goal = pace.lines[row.key].goal
    return goal.weight_e4 if goal else 0


def data(record: Record, lines: Lines) -> list[Fig]:
    """How many figures are in, what is missing, and when they are frozen."""
    settled = [line.figure for line in lines.lines if line.figure]
    there = sum(one.value is not None for one in settled)
    missing = sum(one.state == "missing" for one in settled)
    left_out = sum(one.state == "left_out" for one in settled)
    frozen = record.dates.get("frozen")
    return [
        fig(_("Figures there"), number(there), _("of %(all)s indicators", all=len(lines.lines))),
        fig(
            _("Missing"),
            number(missing),
            ngettext("%(num)s left out by its rule", "%(num)s left out by their rule", left_out),
        ),
        fig(_("Frozen"), day(frozen), _("they no longer change"))
        if frozen
        else fig(_("Cut-off"), until(record.due_at), _("then the figures are frozen")),
    ]


def evaluation(record: Record, lines: Lines, forms: Forms | None) -> list[Fig]:
    """The computed score, the rating where it is to be seen, and the forms."""
    scored = [line.score.points_e6 for line in lines.lines if line.score and line.score.points_e6 is not None]
    found = []
    if record.sees("score"):
        total = number(from_scaled(sum(scored), 6), 2) if scored else "–"
        found.append(fig(_("Computed score"), total, _("from the frozen figures")))
    if record.result is not None:
        found.append(rating(record))
    if forms is not None:
        tasks = record.workflow.tasks_in(record.stage)
        done = sum(not forms.open(task.key) for task in tasks)
        if tasks:
            found.append(fig(_("Forms submitted"), number(done), _("of %(all)s", all=len(tasks))))
    return [*found, _next_date(record)][:4]


def rating(record: Record) -> Fig:
    """The rating with its total."""
    result = record.result
    assert result is not None
    if result.rating is None:
        return fig(_("Rating"), "–", _("follows when score and rubric are there"))
    total = number(from_scaled(result.total_e6, 6), 2) if result.total_e6 is not None else "–"
    if result.overridden:
        below = _("set by hand, computed %(rating)s", rating=result.computed or "–")
    else:
        below = record.pins.plan.band(result.rating).title[language()]
    return fig(_("Rating"), result.rating, below, _("total %(total)s", total=total))


ANSWERS: Mapping[str, Callable[[], str]] = {
    "acknowledged": lambda: _("received"),
    "acknowledged_disagree": lambda: _("received, with disagreement"),
    "refused": lambda: _("signature refused"),
    "no_answer": lambda: _("no answer by the deadline"),
}


def feedback(record: Record) -> list[Fig]:
    """Rating, letter and answer."""
    found = [rating(record)] if record.result is not None else []
    if record.letter is not None:
        found.append(fig(_("Letter"), _LETTER[record.letter.state](), _revision(record)))
    if record.acknowledgement is not None:
        when = record.dates.get("acknowledged")
        found.append(fig(_("Answer"), ANSWERS[record.acknowledgement](), day(when)))
    else:
        found.append(
            fig(
                _("Answer"),
                _("no answer yet"),
                _("until %(day)s", day=until(record.due_at)) if record.due_at and _printed(record) else "",
            )
        )
    return found


_LETTER: Mapping[str, Callable[[], str]] = {
    "due": lambda: _("being printed"),
    "printed": lambda: _("printed"),
    "failed": lambda: _("not printed"),
}


def _printed(record: Record) -> bool:
    return record.letter is not None and record.letter.state == "printed"


def _revision(record: Record) -> str:
    when = record.letter.printed_at if record.letter else None
    if record.revision == 1:
        return day(when) if when else ""
    return _("revision %(number)s", number=record.revision)


def for_view(view: str, shown: Mapping[str, Any], record: Record) -> list[Fig]:
    """The figures of a view from what its page has read."""
    if view == "goals":
        return goals(record, shown["lines"])
    if view == "tracking":
        return tracking(shown["lines"], shown["pace"])
    if view == "data":
        return data(record, shown["lines"])
    if view == "evaluation":
        return evaluation(record, shown["lines"], shown["forms"])
    return feedback(record)
