"""What a row of the audit holds, in the reader's words: names of its fields, titles, roles and days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.store.audit_page import Entry
from reviewflow.web.filters import day, instant
from reviewflow.web.language import gettext as translated
from reviewflow.web.language import marked as _
from reviewflow.web.listed import listed
from reviewflow.web.pages.data.preview import FIELDS
from reviewflow.web.pages.reviews.scores import why_fallen
from reviewflow.web.request import language

LABELS = {
    "role": _("role"),
    "unit": _("unit number"),
    "cycle": _("cycle"),
    "people": _("people"),
    "source": _("source"),
    "kind": _("kind"),
    "name": _("name"),
    "file": _("file"),
    "stage": _("stage"),
    "task": _("form"),
    "component": _("component"),
    "letter": _("letter number"),
    "from": _("from"),
    "to": _("to"),
    "until": _("until"),
    "last_day": _("last day of work"),
    "computed": _("by the rule"),
    "cause": _("why"),
    "reason": _("reason"),
    "confirmed": _("confirmed because"),
    "new": _("new"),
    "changed": _("changed"),
    "voided": _("withdrawn"),
    "left": _("left"),
    "bad": _("refused"),
    "fields": _("fields"),
    "messages": _("messages"),
    "round": _("round"),
    "version": _("version"),
    "revision": _("revision"),
    "batch": _("import number"),
    "batches": _("import numbers"),
    "attachment": _("attachment"),
    "outbox": _("job number"),
    "digest": _("digest"),
    "at": _("business time"),
}
"""Words for what rows hold, in the order in which they are told."""
_PLACES = {key: place for place, key in enumerate(LABELS)}
_DAYS = frozenset({"at", "from", "to", "until", "last_day"})


def told(entry: Entry, process: Workflow | None) -> str:
    """``role: HR, from: 3 May``. What nobody knows a word for stands as it is stored."""
    return ", ".join(
        translated(
            _("%(label)s: %(value)s"),
            label=translated(LABELS[key]) if key in LABELS else key,
            value=_value(key, value, process),
        )
        for key, value in sorted(entry.detail.items(), key=_place)
        if value is not None
    )


def _place(item: tuple[str, Any]) -> int:
    return _PLACES.get(item[0], len(_PLACES))


def _value(key: str, value: Any, process: Workflow | None) -> str:
    text = str(value)
    if key == "role":
        return role_title(text, language())
    if key == "stage" and process is not None and text in process.stages:
        return process.stages[text].title[language()]
    if key == "task" and process is not None and text in process.tasks:
        return process.tasks[text].title[language()]
    if key == "cause":
        return _cause(text)
    if key in _DAYS:
        return _day(text)
    return _several(value) if isinstance(value, list) else text


def _cause(stored: str) -> str:
    try:
        return why_fallen(stored)
    except KeyError:
        return stored


def _day(stored: str) -> str:
    """A day or an instant in the reader's manner; a rating, which stands between `from` and `to` too, as it is."""
    try:
        return (
            day(date.fromisoformat(stored)) if len(stored) == 10 else instant(datetime.fromisoformat(stored))
        )
    except ValueError:
        return stored


def _several(values: Sequence[Any]) -> str:
    return listed(translated(FIELDS[one]) if one in FIELDS else str(one) for one in values)
