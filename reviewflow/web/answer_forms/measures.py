"""Fields with a row for each indicator: targets with weights, and figures that are missing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, FormField, StringField

from reviewflow.core.indicators import Indicator
from reviewflow.core.reasons import Reason
from reviewflow.core.typed import decimal_of, half_width
from reviewflow.core.values import from_scaled
from reviewflow.core.workflow import Field
from reviewflow.store.review_page import GoalPart, Line
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.answer_forms.kinds import NUMBER, inner_form
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language


class Targets:
    """Target and weight of each goal. A goal with both left empty is taken out."""

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        share = {**NUMBER, "data-sum": "weights"}
        rows_of = [
            (
                line,
                {
                    "weight": StringField(_("Weight"), filters=[_without_percent], render_kw=share),
                    "target": StringField(_("Target"), filters=_filters(line), render_kw=NUMBER),
                },
            )
            for line in _lines(sheet)
        ]
        return FormField(inner_form(_each(rows_of)), _("Targets and weights"))

    def filled(self, part: Any, sheet: Sheet) -> Any:
        """The draft; before there is one, the usual weights with the targets set, else those suggested."""
        if part is None:
            return {line.indicator.key: _goal(line.goal) for line in _lines(sheet) if line.goal}
        return {
            key: {"weight": row.get("weight") or "", "target": row.get("target") or ""}
            for key, row in part.items()
        }

    def read(self, bound: Any) -> Any:
        rows = {one.short_name: one.form for one in bound.form}
        found = {
            key: {"target": _typed(form["target"].data), "weight": _typed(form["weight"].data)}
            for key, form in rows.items()
        }
        return {key: row for key, row in found.items() if any(row.values())}

    def place(self, bound: Any, reason: Reason) -> Any:
        key = reason.params.get("indicator")
        if key not in bound.form:
            return bound
        return bound.form[key].form[str(reason.params.get("input", "target"))]


class Missing:
    """A number for each missing figure, or a tick to leave it out; rows left alone stay missing."""

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        rows_of = [
            (
                line,
                {
                    "value": StringField(_("Figure"), filters=_filters(line), render_kw=NUMBER),
                    "leave_out": BooleanField(_("Leave it out")),
                },
            )
            for line in _lines(sheet)
            if line.indicator.key in sheet.frame.missing
        ]
        return FormField(inner_form(_each(rows_of)), _("Missing figures"))

    def filled(self, part: Any, sheet: Sheet) -> Any:
        return {
            key: {"value": row.get("value") or "", "leave_out": bool(row.get("leave_out"))}
            for key, row in (part or {}).items()
        }

    def read(self, bound: Any) -> Any:
        found: dict[str, Any] = {}
        for one in bound.form:
            value = _typed(one.form["value"].data)
            if one.form["leave_out"].data:
                found[one.short_name] = {"leave_out": True}
            elif value:
                found[one.short_name] = {"value": value}
        return found

    def place(self, bound: Any, reason: Reason) -> Any:
        key = reason.params.get("indicator")
        return bound.form[key].form["value"] if key in bound.form else bound


def _lines(sheet: Sheet) -> tuple[Line, ...]:
    return sheet.lines.lines if sheet.lines else ()


def _each(rows_of: list[tuple[Line, dict[str, Any]]]) -> dict[str, Any]:
    return {
        line.indicator.key: FormField(inner_form(fields), line.indicator.title[language()])
        for line, fields in rows_of
    }


def _filters(line: Line) -> list[Callable[[str | None], str | None]]:
    return [_without_percent] if line.indicator.unit == "percent" else []


def _without_percent(text: str | None) -> str | None:
    """``99.3`` of ``99.3%``: the sign says nothing new where percent are asked for."""
    plain_text = half_width(text or "")
    return plain_text[:-1].rstrip() if plain_text.endswith("%") else text


def _goal(goal: GoalPart) -> dict[str, str]:
    target = goal.target if goal.target is not None else goal.suggested
    return {
        "weight": plain(from_scaled(goal.weight_e4, 4)),
        "target": "" if target is None else plain(target),
    }


def plain(value: Decimal) -> str:
    """For an input: ``1500000``, ``7.5``; no grouping, no zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def weighed(sheet: Sheet, part: Any) -> list[tuple[Indicator, bool]]:
    """The indicators of a form with targets that have a weight, each with whether a target was typed."""
    rows = [(line.indicator, part.get(line.indicator.key) or {}) for line in _lines(sheet)]
    return [(indicator, bool(row.get("target"))) for indicator, row in rows if row.get("weight")]


def suggested(sheet: Sheet, part: Any) -> list[tuple[Indicator, Decimal, Decimal]]:
    """(indicator, target, suggested) of the targets that are typed and have a suggestion."""
    rows = [(line, decimal_of((part.get(line.indicator.key) or {}).get("target"))) for line in _lines(sheet)]
    return [
        (line.indicator, target, line.goal.suggested)
        for line, target in rows
        if target is not None and line.goal and line.goal.suggested is not None
    ]


def _typed(text: str | None) -> str:
    return half_width(text or "")
