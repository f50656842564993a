"""Submitted forms as they are read: criteria side by side, everything else below its author."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reviewflow.core.rubric import Rubric
from reviewflow.core.typed import decimal_of
from reviewflow.core.workflow import Field, Workflow
from reviewflow.store.pinned import Pinned
from reviewflow.store.review_page import Forms, Record, Written
from reviewflow.web.filters import figure
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language

FAR_APART = 2
"""Levels this far apart are worth a talk."""


@dataclass(frozen=True)
class Judged:
    """One criterion in one form: a level of 1 to 5, or None for "cannot judge"."""

    level: int | None
    anchor: str
    sentence: str


@dataclass(frozen=True)
class Compared:
    """One criterion with what each form says, None where a form does not judge it."""

    title: str
    question: str
    cells: tuple[Judged | None, ...]

    @property
    def apart(self) -> int:
        """By how many levels the forms differ, 0 if that is little."""
        levels = [cell.level for cell in self.cells if cell and cell.level is not None]
        distance = max(levels) - min(levels) if len(levels) > 1 else 0
        return distance if distance >= FAR_APART else 0


@dataclass(frozen=True)
class Part:
    """One field of a form, ready to be read. `kind` says how; `value` is text, or rows of (label, text)."""

    kind: str
    label: str
    value: Any


@dataclass(frozen=True)
class Read:
    """One form: its title, its author and the fields that are not a rubric."""

    title: str
    author: str | None
    written: Written
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class SideBySide:
    """The forms of the evaluation that the reader may read now."""

    forms: tuple[Read, ...]
    criteria: tuple[Compared, ...]


def side_by_side(record: Record, forms: Forms) -> SideBySide:
    """Both forms once both are in; before that, and while the stage lasts, only the reader's own."""
    workflow = record.workflow
    tasks = [task for task in workflow.tasks.values() if _rubric_field(workflow, task.key)]
    here = {task.key for task in workflow.tasks_in(record.stage)}
    waits = any(task.key in here and not forms.submitted(task.key) for task in tasks)
    shown = [
        forms.written[task.key]
        for task in tasks
        if forms.submitted(task.key) and forms.written[task.key].body is not None
    ]
    if waits:
        shown = [one for one in shown if one.mine]
    return SideBySide(tuple(_read(record, one) for one in shown), _compared(record, shown))


def _rubric_field(workflow: Workflow, task: str) -> Field | None:
    fields = workflow.forms[workflow.tasks[task].form].fields
    return next((field for field in fields if field.kind == "rubric"), None)


def _compared(record: Record, shown: Sequence[Written]) -> tuple[Compared, ...]:
    rubric = record.pins.rubric
    if rubric is None or not shown:
        return ()
    bodies = [_judgements(record.workflow, one) for one in shown]
    return tuple(
        Compared(
            criterion.title[language()],
            criterion.question[language()],
            tuple(_judged(rubric, criterion.key, body.get(criterion.key)) for body in bodies),
        )
        for criterion in rubric.criteria
    )


def _judgements(workflow: Workflow, written: Written) -> Mapping[str, Any]:
    field = _rubric_field(workflow, written.task)
    body = written.body or {}
    found: Mapping[str, Any] = body.get(field.key) or {} if field else {}
    return found


def _judged(rubric: Rubric, key: str, row: Mapping[str, Any] | None) -> Judged | None:
    if row is None:
        return None
    level = row.get("level")
    anchor = rubric[key].anchors[level - 1][language()] if isinstance(level, int) else ""
    return Judged(level if isinstance(level, int) else None, anchor, row.get("sentence") or "")


def _read(record: Record, written: Written) -> Read:
    task = record.workflow.tasks[written.task]
    return Read(
        title=task.title[language()],
        author=written.author,
        written=written,
        parts=read_parts(
            record.workflow, written.task, written.body or {}, record.pins, record.currency, ("rubric",)
        ),
    )


def read_parts(
    workflow: Workflow,
    task: str,
    body: Mapping[str, Any],
    pins: Pinned,
    currency: str,
    without: Container[str] = (),
) -> tuple[Part, ...]:
    """Every filled field in the order of the form; `without` names kinds that stand elsewhere."""
    parts = []
    for field in workflow.forms[workflow.tasks[task].form].fields:
        value = body.get(field.key)
        if value and field.kind not in without:
            label = field.label[language()] if field.label else workflow.tasks[task].title[language()]
            read = _SHOWN.get(field.kind)
            parts.append(Part(field.kind, label, read(value, pins, currency) if read else value))
    return tuple(parts)


def _targets(value: Mapping[str, Any], pins: Pinned, currency: str) -> list[tuple[str, str]]:
    """``("Sales", "¥1,500,000.00, weight 25")``."""
    catalogue = pins.catalogue
    found = []
    for key, row in value.items():
        if key in catalogue:
            target = figure(decimal_of(row.get("target") or ""), catalogue[key], currency)
            said = _("%(target)s, weight %(weight)s", target=target, weight=row["weight"])
            found.append((catalogue[key].title[language()], said))
    return found


def _missing(value: Mapping[str, Any], pins: Pinned, currency: str) -> list[tuple[str, str]]:
    """``("Collection rate", "88.2%")``."""
    catalogue = pins.catalogue
    found = []
    for key, row in value.items():
        if key in catalogue:
            left_out = row.get("leave_out")
            said = _("left out") if left_out else figure(decimal_of(row["value"]), catalogue[key], currency)
            found.append((catalogue[key].title[language()], said))
    return found


def _rubric(value: Mapping[str, Any], pins: Pinned, currency: str) -> list[tuple[str, str]]:
    """``("Integrity", "4 · Keeps every promise.")``."""
    criteria = pins.rubric.criteria if pins.rubric else ()
    found = []
    for criterion in criteria:
        row = value.get(criterion.key) or {}
        level = row.get("level")
        word = str(level) if level is not None else _("cannot judge this")
        sentence = row.get("sentence") or ""
        found.append((criterion.title[language()], f"{word} · {sentence}" if sentence else word))
    return found


def _actions(value: Any, pins: Pinned, currency: str) -> list[dict[str, Any]]:
    """The rows with their dates as dates."""
    return [
        {**row, "due": date.fromisoformat(row["due"]), "done_when": row.get("done_when")} for row in value
    ]


_SHOWN: Mapping[str, Callable[[Any, Pinned, str], Any]] = {
    "targets": _targets,
    "missing_measures": _missing,
    "rubric": _rubric,
    "actions": _actions,
}
