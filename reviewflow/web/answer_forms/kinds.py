"""What all kinds of fields have in common, and the plain ones: text, money, files."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Protocol

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from reviewflow.core.answers import LONGEST_TEXT
from reviewflow.core.reasons import Reason
from reviewflow.core.typed import half_width
from reviewflow.core.workflow import Field
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.request import language

KEPT = {"data-keep": ""}
LONG = {**KEPT, "data-most": LONGEST_TEXT}
NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


class Kind(Protocol):
    """A kind of field in a form of one subject."""

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        """The WTForms field. `rows` is how many rows a list shows at least."""

    def filled(self, part: Any, sheet: Sheet) -> Any:
        """The stored part as data of the field; what stands there at first where nothing is stored (None)."""

    def read(self, bound: Any) -> Any:
        """What was filled in, in the shape in which it is stored."""

    def place(self, bound: Any, reason: Reason) -> Any:
        """The input that a reason speaks of."""


class Inner(BaseForm):  # type: ignore[misc]
    """A form inside a form. Its fields are no attributes, so that any key can name one."""

    unbound: Mapping[str, Any] = {}

    def __init__(
        self, formdata: Any = None, obj: Any = None, prefix: str = "", meta: Mapping[str, Any] | None = None
    ) -> None:
        options = DefaultMeta()
        options.update_values(meta or {})
        super().__init__(self.unbound, prefix=prefix, meta=options)
        self.process(formdata, obj)


def inner_form(fields: Mapping[str, Any]) -> type[Inner]:
    """The class of an inner form with one field for each key."""
    return type("InnerForm", (Inner,), {"unbound": dict(fields)})


def as_data(value: Any) -> Any:
    """Mappings as objects, the shape from which inner forms take their first values."""
    if isinstance(value, Mapping):
        return SimpleNamespace(**{key: as_data(one) for key, one in value.items()})
    return [as_data(one) for one in value] if isinstance(value, list) else value


def label(field: Field) -> str:
    """The field's own label, empty where its kind brings its own words."""
    return field.label[language()] if field.label else ""


def unix(text: str | None) -> str:
    """Browsers send CR LF; what is stored has LF, so that a draft compares equal to itself."""
    return (text or "").replace("\r\n", "\n")


class Text:
    """A text of its own."""

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        return TextAreaField(label(field), render_kw=LONG)

    def filled(self, part: Any, sheet: Sheet) -> Any:
        return part or ""

    def read(self, bound: Any) -> Any:
        return unix(bound.data)

    def place(self, bound: Any, reason: Reason) -> Any:
        return bound


class Money:
    """An amount in major units of the award's currency, at first the one that stands."""

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        return StringField(label(field), render_kw=NUMBER)

    def filled(self, part: Any, sheet: Sheet) -> Any:
        if part is None and sheet.award and sheet.award.amount is not None:
            return format(sheet.award.amount.amount, "f")
        return part or ""

    def read(self, bound: Any) -> Any:
        return half_width(bound.data or "")

    def place(self, bound: Any, reason: Reason) -> Any:
        return bound


class Files:
    """Evidence: a tick for each file of this task."""

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        choices = [SelectChoice(str(file.id), file.name) for file in sheet.files]
        return SelectMultipleField(label(field), choices=choices, validate_choice=False)

    def filled(self, part: Any, sheet: Sheet) -> Any:
        """What is ticked, and what was handed in since the draft was saved."""
        saved = sheet.draft.saved_at
        newer = [file.id for file in sheet.files if saved is None or file.at > saved]
        return [str(one) for one in dict.fromkeys([*(part or []), *newer])]

    def read(self, bound: Any) -> Any:
        return [int(one) for one in bound.data or [] if one.isdecimal()]

    def place(self, bound: Any, reason: Reason) -> Any:
        return bound
