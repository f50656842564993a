"""Answers to forms: the shape of each field's part, and everything that keeps an answer from being submitted.

The body of an answer is a JSON object with one part per field, by the field's key:

``text``              ``"..."``
``rubric``            ``{criterion: {"level": 1-5 or null, "sentence": "..."}}``
``points``            ``[{"claim": "...", "text": "...", "evidence": "..."}]``
``actions``           ``[{"action": "...", "owner": "...", "due": "2026-12-31", "done_when": "..."}]``
``targets``           ``{indicator: {"target": "1200000.00", "weight": "30"}}``
``missing_measures``  ``{indicator: {"value": "88.2"} or {"leave_out": true}}``
``file``              ``[attachment id, ...]``
``money``             ``"1234.50"`` in major units of the award's currency
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reviewflow.core import rubric
from reviewflow.core.goals import refuse_target, refuse_weights
from reviewflow.core.reasons import Reason
from reviewflow.core.rubric import Rubric
from reviewflow.core.typed import against_number, decimal_of
from reviewflow.core.values import Inexact, currency_digits, to_scaled
from reviewflow.core.workflow import Field, Form, Workflow

LONGEST_TEXT = 3000
LONGEST_LINE = 200
LONGEST_CLAIM = 60
MOST_ROWS = 20


@dataclass(frozen=True)
class Frame:
    """What an answer is checked against: the pinned rubric, the goals' indicators, what is missing, the currency.

    `all_targets`: the step that follows goes on only with a target for every goal. `today`: the first day that
    may be agreed; None lets any be.
    """

    rubric: Rubric | None = None
    indicators: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    currency: str | None = None
    attachments: frozenset[int] = field(default_factory=frozenset)
    all_targets: bool = False
    today: date | None = None


def wants_all_targets(workflow: Workflow, stage: str) -> bool:
    """Whether a move from this stage waits until every goal has a target."""
    return any("targets_set" in move.needs for move in workflow.moves_from(stage))


def incomplete(form: Form, body: Mapping[str, Any], frame: Frame) -> list[Reason]:
    """All reasons against submitting, in the order of the fields; each names its `field`."""
    found = [
        reason
        for one in form.fields
        for reason in _named(one, _CHECKS[one.kind](one, body.get(one.key), frame))
    ]
    known = {one.key for one in form.fields}
    return found + [Reason("answer.unknown_field", {"field": key}) for key in body if key not in known]


def _named(one: Field, reasons: list[Reason]) -> list[Reason]:
    return [Reason(reason.key, {"field": one.key, **reason.params}) for reason in reasons]


def _text(one: Field, part: Any, frame: Frame) -> list[Reason]:
    if part is not None and not isinstance(part, str):
        return [Reason("answer.malformed")]
    if one.required and not (part or "").strip():
        return [Reason("answer.required")]
    if part and len(part) > LONGEST_TEXT:
        return [Reason("answer.too_long", {"length": len(part), "most": LONGEST_TEXT})]
    return []


def _rubric(one: Field, part: Any, frame: Frame) -> list[Reason]:
    if frame.rubric is None:
        return [Reason("answer.no_rubric")]
    if not isinstance(part, Mapping) or not all(
        isinstance(row, Mapping) and "level" in row for row in part.values()
    ):
        return [Reason("answer.required")] if not part else [Reason("answer.malformed")]
    if not all(isinstance(row.get("sentence") or "", str) for row in part.values()):
        return [Reason("answer.malformed")]
    given = rubric.judgements(part)
    long = [key for key, judged in given.items() if len(judged.sentence) > LONGEST_TEXT]
    return rubric.incomplete(frame.rubric, given) + [
        Reason(
            "answer.too_long", {"length": len(given[key].sentence), "most": LONGEST_TEXT, "criterion": key}
        )
        for key in long
    ]


@dataclass(frozen=True)
class Column:
    """One column of a list of rows. `is_day`: a date, not before today."""

    required: bool
    longest: int
    is_day: bool = False


POINTS = {
    "claim": Column(True, LONGEST_CLAIM),
    "text": Column(True, LONGEST_TEXT),
    "evidence": Column(False, LONGEST_TEXT),
}
ACTIONS = {
    "action": Column(True, LONGEST_LINE),
    "owner": Column(True, LONGEST_LINE),
    "due": Column(True, LONGEST_LINE, is_day=True),
    "done_when": Column(False, LONGEST_LINE),
}


def _rows(columns: Mapping[str, Column]) -> Callable[[Field, Any, Frame], list[Reason]]:
    def check(one: Field, part: Any, frame: Frame) -> list[Reason]:
        if part is not None and not (
            isinstance(part, list) and all(isinstance(row, Mapping) for row in part)
        ):
            return [Reason("answer.malformed")]
        rows = part or []
        if one.required and not rows:
            return [Reason("answer.row_required")]
        if len(rows) > MOST_ROWS:
            return [Reason("answer.too_many_rows", {"count": len(rows), "most": MOST_ROWS})]
        return [
            Reason(reason.key, {"row": number, "column": name, **reason.params})
            for number, row in enumerate(rows, start=1)
            for name, column in columns.items()
            for reason in _cell(column, row.get(name), frame.today)
        ]

    return check


def _cell(column: Column, value: Any, today: date | None) -> list[Reason]:
    if value is not None and not isinstance(value, str):
        return [Reason("answer.malformed")]
    text = (value or "").strip()
    if not text:
        return [Reason("answer.cell_required")] if column.required else []
    if len(text) > column.longest:
        return [Reason("answer.too_long", {"length": len(text), "most": column.longest})]
    if column.is_day and not _is_day(text):
        return [Reason("answer.not_a_date", {"value": text[:40]})]
    if column.is_day and today is not None and date.fromisoformat(text) < today:
        return [Reason("answer.day_past", {"value": text, "today": today.isoformat()})]
    return []


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _targets(one: Field, part: Any, frame: Frame) -> list[Reason]:
    """A goal without a target does not count, so that at least one must have one."""
    if not _rows_of(part, frame.indicators):
        return [Reason("answer.malformed")]
    if not part:
        return [Reason("answer.row_required")]
    reasons = [
        Reason(reason.key, {"indicator": key, **reason.params})
        for key, row in part.items()
        for reason in (*_against_target(row, frame.all_targets), *_against_weight(row))
    ]
    weights = [decimal_of(row.get("weight")) for row in part.values()]
    if not any(weight is None or weight <= 0 for weight in weights):
        wrong_sum = refuse_weights([to_scaled(weight, 4) for weight in weights if weight is not None])
        reasons += [wrong_sum] if wrong_sum else []
    if not frame.all_targets and not any(row.get("target") for row in part.values()):
        reasons.append(Reason("answer.no_target"))
    return reasons


def _against_target(row: Mapping[str, Any], wanted: bool) -> list[Reason]:
    if not row.get("target"):
        return [Reason("answer.target_needed")] if wanted else []
    wrong = against_number(row["target"]) or refuse_target(decimal_of(row["target"]))
    return [wrong] if wrong else []


def _against_weight(row: Mapping[str, Any]) -> list[Reason]:
    """`input` tells these reasons from those of the target."""
    if not row.get("weight"):
        return [Reason("answer.weight_needed", {"input": "weight"})]
    weight = decimal_of(row["weight"])
    if weight is None:
        wrong = against_number(row["weight"])
        return [Reason(wrong.key, {"input": "weight"})] if wrong else []
    return [Reason("answer.weight_not_positive", {"input": "weight"})] if weight <= 0 else []


def _rows_of(part: Any, known: tuple[str, ...]) -> bool:
    """Whether the part is one row for each of some known keys."""
    return (
        isinstance(part, Mapping)
        and not set(part) - set(known)
        and all(isinstance(row, Mapping) for row in part.values())
    )


def _missing_measures(one: Field, part: Any, frame: Frame) -> list[Reason]:
    if not _rows_of(part, frame.missing):
        return [Reason("answer.malformed")]
    reasons = []
    for key, row in part.items():
        if row.get("leave_out") is True:
            continue
        wrong = against_number(row["value"]) if row.get("value") else Reason("answer.value_needed")
        reasons += [Reason(wrong.key, {"indicator": key})] if wrong else []
    return reasons or ([] if part else [Reason("answer.row_required")])


def _file(one: Field, part: Any, frame: Frame) -> list[Reason]:
    ids = part or []
    if not isinstance(ids, list) or not all(type(one) is int and one in frame.attachments for one in ids):
        return [Reason("answer.malformed")]
    return [Reason("answer.file_required")] if one.required and not ids else []


def _money(one: Field, part: Any, frame: Frame) -> list[Reason]:
    if not part:
        return [Reason("answer.required")] if one.required else []
    amount = decimal_of(part)
    if amount is None:
        wrong = against_number(part)
        return [wrong] if wrong else []
    try:
        to_scaled(amount, currency_digits(frame.currency or ""))
    except Inexact:
        return [Reason("answer.too_many_decimals", {"currency": frame.currency or ""})]
    return [Reason("answer.negative")] if amount < 0 else []


_CHECKS: Mapping[str, Callable[[Field, Any, Frame], list[Reason]]] = {
    "text": _text,
    "rubric": _rubric,
    "points": _rows(POINTS),
    "actions": _rows(ACTIONS),
    "targets": _targets,
    "missing_measures": _missing_measures,
    "file": _file,
    "money": _money,
}
