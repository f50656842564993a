"""The form that rates a cycle's indicators, made from its pinned plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from reviewflow.core.plan import Plan
from reviewflow.core.typed import half_width
from reviewflow.core.values import share_out
from reviewflow.services.survey import LONGEST_COMMENT, QUESTIONS, SCALE
from reviewflow.web.forms import Form
from reviewflow.web.language import gettext as _

Answers = dict[str, Any]


def present(plan: Plan) -> dict[str, int]:
    """The plan's weights as whole percent that sum to 100."""
    lines = plan.lines.values()
    return dict(zip(plan.lines, share_out(100, [line.weight_e4 for line in lines]), strict=True))


class Weight(IntegerField):  # type: ignore[misc]
    """A whole percent, from a Chinese keyboard as well."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = half_width(valuelist[0]) if valuelist else ""
        self.data = (
            int(text) if text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 10 else None
        )
        if text and self.data is None:
            raise ValueError(_("This is not a whole number. Write it like 15."))


def _not_negative(form: Form, field: Any) -> None:
    if field.data is not None and field.data < 0:
        raise ValidationError(_("The weight must not be negative."))


def make(plan: Plan, titles: Mapping[str, str]) -> Form:
    """The form, filled with the present weights or with what was posted."""
    levels = [SelectChoice("", "–"), *(SelectChoice(str(level), str(level)) for level in SCALE)]
    fields: dict[str, Any] = {
        "comment": TextAreaField(_l("What would you change?"), [Length(max=LONGEST_COMMENT)])
    }
    for key, weight in present(plan).items():
        label = _("Weight of %(indicator)s", indicator=titles[key])
        fields[f"weight__{key}"] = Weight(label, [Optional(), _not_negative], default=weight)
        for question in QUESTIONS:
            fields[f"{question}__{key}"] = RadioField(titles[key], choices=levels, default="")
    made: Form = type("SurveyForm", (Form,), fields)()
    return made


def ratings(form: Form, plan: Plan) -> dict[str, dict[str, int]]:
    """Levels by indicator and question; what was skipped is absent."""
    found = {
        key: {q: int(form[f"{q}__{key}"].data) for q in QUESTIONS if form[f"{q}__{key}"].data}
        for key in plan.lines
    }
    return {key: row for key, row in found.items() if row}


def weights(form: Form, plan: Plan) -> dict[str, int]:
    """The proposed weights; nothing where they were left as they are, or taken out."""
    found = {key: form[f"weight__{key}"].data for key in plan.lines}
    if found == present(plan) or all(weight is None for weight in found.values()):
        return {}
    return {key: weight or 0 for key, weight in found.items()}
