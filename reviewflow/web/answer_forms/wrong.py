"""What stands in a form and cannot stay, in a few words for the bar: no number, too long, too many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Field
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language

_Say = Callable[[str], str]
_WRONG: Mapping[str, _Say] = {
    "answer.not_a_number": lambda what: _("Not a number: %(what)s", what=what),
    "answer.number_too_large": lambda what: _("Too large: %(what)s", what=what),
    "answer.four_decimals": lambda what: _("Too many decimals: %(what)s", what=what),
    "answer.too_many_decimals": lambda what: _("Too many decimals: %(what)s", what=what),
    "answer.negative": lambda what: _("Below zero: %(what)s", what=what),
    "goal.target_not_positive": lambda what: _("Not above zero: %(what)s", what=what),
    "answer.weight_not_positive": lambda what: _("Not above zero: %(what)s", what=what),
    "answer.not_a_date": lambda what: _("Not a date: %(what)s", what=what),
    "answer.day_past": lambda what: _("In the past: %(what)s", what=what),
    "answer.too_long": lambda what: _("Too long: %(what)s", what=what),
    "answer.too_many_rows": lambda what: _("Too many rows: %(what)s", what=what),
}


def wrong_label(reason: Reason, what: str) -> str:
    """``Not a number: Sales``; empty for a reason that only says that something is missing."""
    if reason.key == "goal.weights_over":
        return _("Weights: %(over)s too many", over=reason.params["over"])
    if reason.key == "goal.weights_sum":
        return _("Weights: %(missing)s missing", missing=reason.params["missing"])
    say = _WRONG.get(reason.key)
    return say(what) if say else ""


def label_of(sheet: Sheet, field: Field, reason: Reason) -> str:
    """The criterion or the indicator that a reason is about; empty if it is about the field."""
    criterion, indicator = reason.params.get("criterion"), reason.params.get("indicator")
    if criterion and sheet.rubric:
        return sheet.rubric[str(criterion)].title[language()]
    if indicator in indicators(sheet):
        title = str(indicators(sheet)[str(indicator)].title[language()])
        return _("%(indicator)s, weight", indicator=title) if reason.params.get("input") else title
    return _("Target") if reason.key == "answer.no_target" else ""


def indicators(sheet: Sheet) -> Mapping[str, Any]:
    """The indicators of the sheet by key."""
    return {line.indicator.key: line.indicator for line in sheet.lines.lines} if sheet.lines else {}
