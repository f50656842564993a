"""The rubric: a card for each criterion with its anchors, "I cannot judge this", and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import FormField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from reviewflow.core.reasons import Reason
from reviewflow.core.rubric import LEVELS
from reviewflow.core.workflow import Field
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.answer_forms.kinds import LONG, inner_form, unix
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language

CANNOT = "none"
"""The value of the button "I cannot judge this"."""

_ABOUT_TEXT = ("rubric.sentence_missing", "answer.too_long", "answer.unprintable")


class Rubric:
    """One inner form for each criterion. A criterion without a level is stored with its sentence alone."""

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        assert sheet.rubric is not None, "the checker demands a rubric for such a field"
        levels = [SelectChoice(str(level), str(level)) for level in LEVELS]
        if sheet.rubric.cannot_judge:
            levels.append(SelectChoice(CANNOT, _("I cannot judge this")))
        did, saw = _("What did you do that shows it?"), _("What did you see that shows it?")
        judgement = inner_form(
            {
                "level": RadioField(_("Level"), choices=levels, validate_choice=False),
                "sentence": TextAreaField(did if sheet.about_me else saw, render_kw=LONG),
            },
        )
        cards = {one.key: FormField(judgement, one.title[language()]) for one in sheet.rubric.criteria}
        return FormField(inner_form(cards), sheet.rubric.title[language()])

    def filled(self, part: Any, sheet: Sheet) -> Any:
        return {
            key: {"level": _word(row), "sentence": row.get("sentence") or ""}
            for key, row in (part or {}).items()
        }

    def read(self, bound: Any) -> Any:
        found = {card.short_name: _judgement(card.form) for card in bound.form}
        return {key: row for key, row in found.items() if row}

    def place(self, bound: Any, reason: Reason) -> Any:
        criterion = reason.params.get("criterion")
        if criterion not in bound.form:
            return bound
        return bound.form[criterion].form["sentence" if reason.key in _ABOUT_TEXT else "level"]


def judged(part: Mapping[str, Any]) -> dict[str, Any]:
    """The criteria that have a level, as they are submitted."""
    return {key: row for key, row in part.items() if "level" in row}


def _judgement(card: Any) -> dict[str, Any]:
    word, sentence = card["level"].data, unix(card["sentence"].data)
    if not word:
        return {"sentence": sentence} if sentence else {}
    return {"level": int(word) if word.isdecimal() else None, "sentence": sentence}


def _word(row: Mapping[str, Any]) -> str:
    if "level" not in row:
        return ""
    return CANNOT if row["level"] is None else str(row["level"])
