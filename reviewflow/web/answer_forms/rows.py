"""Lists of rows: points (claim, text, evidence) and actions (action, owner, due, done when)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wtforms import FieldList, FormField, StringField, TextAreaField

from reviewflow.core.answers import ACTIONS as ACTION_COLUMNS
from reviewflow.core.answers import POINTS as POINT_COLUMNS
from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Field
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.answer_forms.kinds import KEPT, inner_form, label, unix
from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _


@dataclass(frozen=True)
class Column:
    """One input of a row. `wide` is a text area, `day` a date; `optional` says so beside the label."""

    key: str
    title: str
    wide: bool = False
    day: bool = False
    optional: bool = False

    def unbound(self, most: int) -> Any:
        options = {**KEPT, "type": "date"} if self.day else {**KEPT, "data-most": most}
        return (TextAreaField if self.wide else StringField)(gettext(self.title), render_kw=options)


POINTS = (
    Column("claim", _("In a few words")),
    Column("text", _("What happened"), wide=True),
    Column("evidence", _("Evidence"), optional=True),
)
ACTIONS = (
    Column("action", _("Action")),
    Column("owner", _("Who")),
    Column("due", _("Until"), day=True),
    Column("done_when", _("Done when"), optional=True),
)


class Rows:
    """A list of rows with the same columns; rows without text do not count."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns

    def unbound(self, field: Field, sheet: Sheet, rows: int) -> Any:
        limits = POINT_COLUMNS if self.columns is POINTS else ACTION_COLUMNS
        row = inner_form({column.key: column.unbound(limits[column.key].longest) for column in self.columns})
        return FieldList(FormField(row), label(field), min_entries=rows)

    def filled(self, part: Any, sheet: Sheet) -> Any:
        return [{column.key: row.get(column.key) or "" for column in self.columns} for row in part or []]

    def read(self, bound: Any) -> Any:
        return [self._cells(row) for row in bound.entries if any(self._cells(row).values())]

    def place(self, bound: Any, reason: Reason) -> Any:
        """Reasons count the rows that have text, from 1."""
        filled = [row for row in bound.entries if any(self._cells(row).values())]
        number = int(reason.params.get("row", 0))
        if not 0 < number <= len(filled):
            return bound
        return filled[number - 1].form[str(reason.params["column"])]

    def _cells(self, row: Any) -> dict[str, str]:
        return {column.key: unix(row.form[column.key].data).strip() for column in self.columns}
