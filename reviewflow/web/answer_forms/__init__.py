"""Forms drawn from the workflow's stored form: WTForms fields in, the answer's body out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from wtforms import FormField

from reviewflow.core import answers
from reviewflow.core.reasons import Reason
from reviewflow.core.rubric import Rubric as Criteria
from reviewflow.core.typed import decimal_of
from reviewflow.core.workflow import Field
from reviewflow.core.workflow import Form as Stored
from reviewflow.core.workflow.naming import named
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.answer_forms.judging import Rubric, judged
from reviewflow.web.answer_forms.kinds import Files, Kind, Money, Text, as_data
from reviewflow.web.answer_forms.measures import Missing, Targets, plain, suggested, weighed
from reviewflow.web.answer_forms.rows import ACTIONS, POINTS, Column, Rows
from reviewflow.web.answer_forms.wrong import indicators, label_of, wrong_label
from reviewflow.web.corrections import Correction, correction
from reviewflow.web.filters import sentence
from reviewflow.web.forms import Form
from reviewflow.web.language import gettext
from reviewflow.web.request import language
from reviewflow.web.targets_told import far_from_suggested, without_target

KINDS: Mapping[str, Kind] = {
    "text": Text(),
    "rubric": Rubric(),
    "points": Rows(POINTS),
    "actions": Rows(ACTIONS),
    "targets": Targets(),
    "missing_measures": Missing(),
    "file": Files(),
    "money": Money(),
}
RESERVED = ("version", "form_key", "csrf_token", "do", "file", "written_by")
"""What the page itself sends with every form."""

_ALWAYS_ASKED = frozenset({"targets", "missing_measures"})


@dataclass(frozen=True)
class Gap:
    """What keeps a form from being complete: the id of the input and a few words.

    `wrong`: something is there and cannot stand, with the sentence that says why; empty if it is missing.
    """

    id: str
    label: str
    wrong: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a form is: `done` of `all` parts, and what is wrong or missing."""

    done: int
    all: int
    gaps: tuple[Gap, ...]

    @property
    def complete(self) -> bool:
        return not self.gaps

    @property
    def wrong(self) -> list[Gap]:
        return [gap for gap in self.gaps if gap.wrong]

    @property
    def missing(self) -> list[Gap]:
        return [gap for gap in self.gaps if not gap.wrong]


class AnswerForm:
    """The form of one sheet, filled from what was posted, else from the draft."""

    def __init__(self, sheet: Sheet, more: str = "") -> None:
        """`more` is the key of a list that shows one empty row more than it has."""
        self.sheet = sheet
        draft = sheet.draft.body
        parts = {one.key: None if draft is None else draft.get(one.key) for one in sheet.form.fields}
        fields = {
            input_name(one): KINDS[one.kind].unbound(one, sheet, _rows(parts[one.key], one.key == more))
            for one in sheet.form.fields
        }
        data = {input_name(one): KINDS[one.kind].filled(parts[one.key], sheet) for one in sheet.form.fields}
        self.form = type("TaskForm", (Form,), fields)(data={key: as_data(one) for key, one in data.items()})
        self._beside: dict[str, list[str]] = {}

    def bound(self, field: Field) -> Any:
        """The field's input or inputs."""
        return self.form[input_name(field)]

    def body(self) -> dict[str, Any]:
        """What stands in the form, in the shape in which a draft is stored."""
        return {one.key: KINDS[one.kind].read(self.bound(one)) for one in self.sheet.form.fields}

    def submission(self) -> dict[str, Any]:
        """The same as it is submitted: criteria without a level are not part of an answer."""
        return _submitted(self.sheet.form, self.body())

    @property
    def weights(self) -> str:
        """What the weights of a form with targets sum to, as far as they are numbers."""
        rows = [row for part in self.body().values() if isinstance(part, dict) for row in part.values()]
        found = [decimal_of(row.get("weight") or "") for row in rows if isinstance(row, dict)]
        return plain(sum((weight for weight in found if weight is not None), Decimal(0)))

    def reasons(self) -> list[Reason]:
        """Everything that keeps the form from being submitted, as the service will say."""
        return answers.incomplete(self.sheet.form, self.submission(), self.sheet.frame)

    @property
    def about_targets(self) -> list[str]:
        """Targets far from what was suggested, and what becomes of weights without one; in words.

        Of a form without targets nothing.
        """
        sheet = self.sheet
        parts = [KINDS[one.kind].read(self.bound(one)) for one in sheet.form.fields if one.kind == "targets"]
        return [
            said
            for part in parts
            for said in (
                *far_from_suggested(suggested(sheet, part), sheet.currency),
                *without_target(weighed(sheet, part)),
            )
        ]

    @property
    def correction(self) -> Correction | None:
        """What becomes of the award's amount with what is typed; None while that is no amount or no change."""
        award = self.sheet.award
        typed = [
            KINDS[one.kind].read(self.bound(one)) for one in self.sheet.form.fields if one.kind == "money"
        ]
        amount = decimal_of(typed[0]) if typed else None
        if award is None or award.proposed is None or amount is None:
            return None
        return correction(amount, award.proposed)

    def beside(self, field: Field) -> list[str]:
        """What is wrong with a field of several inputs as a whole."""
        return self._beside.get(field.key, [])

    def show(self, reasons: Iterable[Reason]) -> None:
        """Put each reason to the input that it speaks of; one that speaks of none, to the whole form."""
        for reason in reasons:
            field = self._field(reason)
            place = KINDS[field.kind].place(self.bound(field), reason) if field else None
            if place is None or isinstance(place, FormField):
                self.form.form_errors.append(self.words(reason))
                self._beside.setdefault(field.key if field else "", []).append(self.words(reason))
            else:
                place.errors = [*(one for one in place.errors if isinstance(one, str)), self.words(reason)]

    def mark(self) -> None:
        """Show what is there and cannot stand, as a draft that is opened again has it."""
        self.show(reason for reason in self.reasons() if wrong_label(reason, ""))

    def words(self, reason: Reason) -> str:
        """The reason as a sentence, with titles in place of keys."""
        titles = {key: one.title[language()] for key, one in indicators(self.sheet).items()}
        said = named(reason, self.sheet.workflow, language(), indicators=titles)
        return sentence(replace(said, params={**said.params, **self._column(reason)}))

    def progress(self) -> Progress:
        """How much of what is asked is there."""
        found = self.reasons()
        gaps: dict[tuple[str, str], Gap] = {}
        for reason in found:
            field = self._field(reason)
            if field is not None:
                place = KINDS[field.kind].place(self.bound(field), reason)
                what = label_of(self.sheet, field, reason) or str(self.bound(field).label.text)
                wrong = wrong_label(reason, what)
                gap = Gap(place.id, wrong or what, self.words(reason) if wrong else "")
                gaps.setdefault((gap.id, gap.label), gap)
        return Progress(*_counted(self.sheet.form, self.sheet.rubric, found), tuple(gaps.values()))

    def _field(self, reason: Reason) -> Field | None:
        return next((one for one in self.sheet.form.fields if one.key == reason.params.get("field")), None)

    def _column(self, reason: Reason) -> dict[str, str]:
        field = self._field(reason)
        kind = KINDS[field.kind] if field else None
        columns: tuple[Column, ...] = kind.columns if isinstance(kind, Rows) else ()
        title = next((one.title for one in columns if one.key == reason.params.get("column")), None)
        return {"column": gettext(title)} if title else {}


def input_name(field: Field) -> str:
    """The name of a field's input: its key, unless forms mean something else by that word."""
    taken = hasattr(Form, field.key) or field.key in RESERVED
    return f"{field.key}_" if taken else field.key


def _rows(part: Any, one_more: bool) -> int:
    """How many rows a list shows: those it has, at least one, and one more where it is asked for."""
    there = len(part) if isinstance(part, list) else 0
    return there + 1 if one_more else max(there, 1)


def draft_progress(
    form: Stored, body: Mapping[str, Any], rubric: Criteria | None, all_targets: bool
) -> tuple[int, int]:
    """How far a stored draft is, as (done, all), without looking at its record."""
    parts = {one.kind: body.get(one.key) or {} for one in form.fields}
    frame = answers.Frame(
        rubric=rubric,
        indicators=tuple(parts.get("targets", ())),
        missing=tuple(parts.get("missing_measures", ())),
        attachments=frozenset(parts.get("file", ())),
        all_targets=all_targets,
    )
    return _counted(form, rubric, answers.incomplete(form, _submitted(form, body), frame))


def _submitted(form: Stored, body: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {one.key: one.kind for one in form.fields}
    return {key: judged(part or {}) if kinds.get(key) == "rubric" else part for key, part in body.items()}


def _counted(form: Stored, rubric: Criteria | None, found: Sequence[Reason]) -> tuple[int, int]:
    """How many parts of a form are done, and of how many."""
    total = sum(_parts(rubric, field, found) for field in form.fields)
    undone = {(reason.params.get("field"), reason.params.get("criterion")) for reason in found}
    return max(total - len(undone), 0), total


def _parts(rubric: Criteria | None, field: Field, found: Iterable[Reason]) -> int:
    """For how many parts of the whole a field counts."""
    if field.kind == "rubric":
        return len(rubric.criteria) if rubric else 0
    wrong = any(reason.params.get("field") == field.key for reason in found)
    return 1 if field.required or field.kind in _ALWAYS_ASKED or wrong else 0


__all__ = ["KINDS", "AnswerForm", "Gap", "Progress", "draft_progress", "input_name"]
