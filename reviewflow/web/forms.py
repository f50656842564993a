"""Forms: the base of all, and the list of what is wrong with one."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields import FieldList, FormField


class Form(FlaskForm):  # type: ignore[misc]
    """Base of our forms. Its CSRF token and form key are written by the macro `form_keys`."""


def mistakes(form: FlaskForm) -> list[tuple[str, str, str]]:
    """(id, label, message) of everything wrong, in the order of the fields, for the summary on top."""
    whole = [("", "", str(error)) for error in form.form_errors]
    return whole + [line for field in form for line in _of(field)]


def _of(field: Any) -> list[tuple[str, str, str]]:
    if isinstance(field, FormField):
        return [line for inner in field.form for line in _of(inner)]
    if isinstance(field, FieldList):
        inside = [line for inner in field.entries for line in _of(inner)]
        own = [error for error in field.errors if isinstance(error, str)]
        return [(field.id, str(field.label.text), error) for error in own] + inside
    return [(field.id, str(field.label.text), str(error)) for error in field.errors]
