"""Two versions of an answer side by side: what stands now, and what the person sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reviewflow.core.conflict import Difference
from reviewflow.core.workflow import Field
from reviewflow.store.tasks_page import Sheet
from reviewflow.web.language import gettext as _
from reviewflow.web.listed import listed
from reviewflow.web.request import language

Lines = Iterator[tuple[str, str]]


def differences(sheet: Sheet, now: Mapping[str, Any], yours: Mapping[str, Any]) -> list[Difference]:
    """Every line in which the two differ, in the order of the form."""
    theirs, mine = dict(_told(sheet, now)), dict(_told(sheet, yours))
    labels = dict.fromkeys([*mine, *theirs])
    pairs = [(label, theirs.get(label, ""), mine.get(label, "")) for label in labels]
    return [
        Difference(label, before or "–", after or "–") for label, before, after in pairs if before != after
    ]


def _told(sheet: Sheet, body: Mapping[str, Any]) -> Lines:
    for field in sheet.form.fields:
        part = body.get(field.key)
        if part:
            yield from _part(sheet, field, part)


def _part(sheet: Sheet, field: Field, part: Any) -> Lines:
    """(label, text) of one field, one for each thing in it that can differ."""
    title = field.label[language()] if field.label else sheet.task.title[language()]
    if field.kind == "rubric":
        yield from _rubric(sheet, part)
    elif field.kind in ("targets", "missing_measures"):
        yield from _indicators(sheet, part)
    elif field.kind in ("points", "actions"):
        for number, row in enumerate(part, start=1):
            yield f"{title} {number}", " · ".join(value for value in row.values() if value)
    elif field.kind == "file":
        names = {file.id: file.name for file in sheet.files}
        yield title, listed(names.get(one, str(one)) for one in part)
    else:
        yield title, str(part)


def _rubric(sheet: Sheet, part: Mapping[str, Any]) -> Lines:
    for criterion in sheet.rubric.criteria if sheet.rubric else ():
        row = part.get(criterion.key) or {}
        level = row.get("level")
        word = str(level) if level is not None else _("cannot judge this") if "level" in row else ""
        yield (
            criterion.title[language()],
            " · ".join(text for text in (word, row.get("sentence") or "") if text),
        )


def _indicators(sheet: Sheet, part: Mapping[str, Any]) -> Lines:
    for line in sheet.lines.lines if sheet.lines else ():
        row = part.get(line.indicator.key) or {}
        title = line.indicator.title[language()]
        if row.get("leave_out"):
            yield title, _("left out")
        elif "value" in row:
            yield title, str(row["value"])
        elif row:
            yield _("%(indicator)s, target", indicator=title), str(row.get("target") or "")
            yield _("%(indicator)s, weight", indicator=title), str(row.get("weight") or "")
