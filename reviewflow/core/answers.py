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

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from reviewflow.core import rubric
from reviewflow.core.goals import refuse_target, refuse_weights
from reviewflow.core.reasons import Reason
from reviewflow.core.rubric import Rubric
from reviewflow.core.values import Inexact, currency_digits, to_scaled
from reviewflow.core.workflow import Field, Form

LONGEST_TEXT = 3000
LONGEST_LINE = 200
LONGEST_CLAIM = 60
MOST_ROWS = 20
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?", re.ASCII)


@dataclass(frozen=True)
class Frame:
    """What an answer is checked against: the pinned rubric, the goals' indicators, what is missing, the currency."""

    rubric: Rubric | None = None
    indicators: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    currency: str | None = None
    attachments: frozenset[int] = field(default_factory=frozenset)


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
    """One column of a list of rows."""

    required: bool
    longest: int
    is_day: bool = False


_POINTS = {
    "claim": Column(True, LONGEST_CLAIM),
    "text": Column(True, LONGEST_TEXT),
    "evidence": Column(False, LONGEST_TEXT),
}
_ACTIONS = {
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
            for reason in _cell(column, row.get(name))
        ]

    return check


def _cell(column: Column, value: Any) -> list[Reason]:
    if value is not None and not isinstance(value, str):
        return [Reason("answer.malformed")]
    text = (value or "").strip()
    if not text:
        return [Reason("answer.cell_required")] if column.required else []
    if len(text) > column.longest:
        return [Reason("answer.too_long", {"length": len(text), "most": column.longest})]
    if column.is_day and not _is_day(text):
        return [Reason("answer.not_a_date", {"value": text[:40]})]
    return []


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _targets(one: Field, part: Any, frame: Frame) -> list[Reason]:
    if not _rows_of(part, frame.indicators):
        return [Reason("answer.malformed")]
    reasons: list[Reason] = []
    weights = []
    for key in part:
        target, weight = decimal_of(part[key].get("target")), decimal_of(part[key].get("weight"))
        if part[key].get("target"):
            wrong = Reason("answer.not_a_number") if target is None else refuse_target(target)
            reasons += [Reason(wrong.key, {"indicator": key, **wrong.params})] if wrong else []
        if weight is None or weight <= 0:
            reasons.append(Reason("answer.weight_needed", {"indicator": key}))
        else:
            weights.append(to_scaled(weight, 4))
    if not part:
        return [Reason("answer.row_required")]
    wrong_sum = refuse_weights(weights) if not reasons else None
    return reasons + ([wrong_sum] if wrong_sum else [])


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
        if row.get("leave_out") is not True and decimal_of(row.get("value")) is None:
            reasons.append(Reason("answer.value_needed", {"indicator": key}))
    return reasons or ([] if part else [Reason("answer.row_required")])


def _file(one: Field, part: Any, frame: Frame) -> list[Reason]:
    ids = part or []
    if not isinstance(ids, list) or not all(type(one) is int and one in frame.attachments for one in ids):
        return [Reason("answer.malformed")]
    return [Reason("answer.file_required")] if one.required and not ids else []


def _money(one: Field, part: Any, frame: Frame) -> list[Reason]:
    amount = decimal_of(part)
    if amount is None:
        return [Reason("answer.not_a_number")] if part or one.required else []
    try:
        to_scaled(amount, currency_digits(frame.currency or ""))
    except Inexact:
        return [Reason("answer.too_many_decimals", {"currency": frame.currency or ""})]
    return [Reason("answer.negative")] if amount < 0 else []


def decimal_of(part: Any) -> Decimal | None:
    """The number of a field's text, with at most four decimals; None if it is not one.

    Commas part thousands and nothing else: ``9000,50`` is no number, or it would be paid a hundredfold.
    """
    if not isinstance(part, str) or len(part) > 30 or not _NUMBER.fullmatch(part.strip()):
        return None
    try:
        value = Decimal(part.strip().replace(",", ""))
        to_scaled(value, 4)
    except (InvalidOperation, Inexact):
        return None
    return value


_CHECKS: Mapping[str, Callable[[Field, Any, Frame], list[Reason]]] = {
    "text": _text,
    "rubric": _rubric,
    "points": _rows(_POINTS),
    "actions": _rows(_ACTIONS),
    "targets": _targets,
    "missing_measures": _missing_measures,
    "file": _file,
    "money": _money,
}
