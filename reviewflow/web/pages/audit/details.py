"""What a row of the audit holds, in the reader's words: names of its fields, titles, roles and days."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from reviewflow.core.reporting import FOREVER
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import ROLE_TITLES
from reviewflow.store.audit_page import Entry
from reviewflow.web.filters import day, instant
from reviewflow.web.language import gettext as translated
from reviewflow.web.language import marked as _
from reviewflow.web.listed import clauses, listed
from reviewflow.web.pages.cycles.people import answer_word
from reviewflow.web.pages.reviews.scores import why_fallen
from reviewflow.web.part_titles import part_title
from reviewflow.web.request import language

LABELS = {
    "role": _("role"),
    "cycle": _("cycle"),
    "unit": _("unit"),
    "part": _("part"),
    "late": _("late"),
    "rating": _("rating"),
    "answer": _("answer"),
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
CHANGED = {
    "external_id": _("Id"),
    "name": _("Name"),
    "email": _("E-mail"),
    "language": _("Language"),
    "zone": _("Time zone"),
    "hired_on": _("Hire date"),
    "left_on": _("Last day"),
    "membership": _("Unit and position"),
    "solid_line": _("Manager"),
    "dotted_line": _("Dotted-line manager"),
}
"""Words for what an import changes about a person, as it is stored in `fields`."""
_PLACES = {key: place for place, key in enumerate(LABELS)}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(_DAY.pattern + r"T[0-9:.]+[+-][0-9]{2}:[0-9]{2}")


def told(entry: Entry, process: Workflow | None) -> str:
    """``role: HR, from: 3 May``. What nobody knows a word for stands as it is stored; nothing fails."""
    detail: Any = entry.detail
    if not isinstance(detail, Mapping):
        return "" if detail is None else str(detail)
    return clauses(
        translated(
            _("%(label)s: %(value)s"),
            label=translated(LABELS[key]) if key in LABELS else key,
            value=_value(key, value, process),
        )
        for key, value in sorted(detail.items(), key=_place)
        if value is not None and not (key == "until" and value == FOREVER.isoformat())
    )


def role_word(role: str) -> str:
    """The title of a role; an unknown one as it is stored."""
    return ROLE_TITLES[role][language()] if role in ROLE_TITLES else role


def _place(item: tuple[str, Any]) -> int:
    return _PLACES.get(item[0], len(_PLACES))


def _value(key: str, value: Any, process: Workflow | None) -> str:
    if isinstance(value, list):
        return listed(_changed(one) if key == "fields" else str(one) for one in value)
    text = str(value)
    if key == "stage" and process is not None and text in process.stages:
        return process.stages[text].title[language()]
    if key == "task" and process is not None and text in process.tasks:
        return process.tasks[text].title[language()]
    word = _WORDS.get(key)
    try:
        return word(text) if word else text
    except KeyError:
        return text


def _changed(field: Any) -> str:
    text = str(field)
    return translated(CHANGED[text]) if text in CHANGED else text


def _yes(stored: str) -> str:
    return translated({"1": _("yes")}[stored])


def _day(stored: str) -> str:
    """A day or an instant in the reader's manner; a rating, which stands between `from` and `to` too, as it is."""
    try:
        if _DAY.fullmatch(stored):
            return day(date.fromisoformat(stored))
        if _INSTANT.fullmatch(stored):
            return instant(datetime.fromisoformat(stored))
    except (
        ValueError,
        OverflowError,
    ):  # a day that no calendar has, or an instant beyond it where the reader is
        return stored
    return stored


_WORDS: Mapping[str, Callable[[str], str]] = {
    "role": role_word,
    "part": part_title,
    "late": _yes,
    "answer": answer_word,
    "cause": why_fallen,
    **dict.fromkeys(("at", "from", "to", "until", "last_day"), _day),
}
"""How values are said. A `KeyError` means: as they are stored."""
