"""Parts of an answer that no form of ours sends: refused in words, never a crash; and numbers read as written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reviewflow.core import rubric
from reviewflow.core.answers import Frame, incomplete
from reviewflow.core.typed import against_number, decimal_of
from reviewflow.core.workflow import Field, Form
from tests.core.shipped import text as shipped

RUBRIC = rubric.load(shipped("rubrics/sales_core"))


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("targets", {"sales": "x"}),
        ("targets", {"sales": None}),
        ("missing_measures", {"sales": "x"}),
        ("file", [[1]]),
        ("file", [True]),
        ("rubric", {"integrity": {"level": 4, "sentence": 5}}),
    ],
)
def test_a_part_of_the_wrong_shape_is_malformed(kind: str, part: Any) -> None:
    frame = Frame(RUBRIC, ("sales",), ("sales",), "CNY", frozenset({1}))
    reasons = incomplete(Form("f", (Field("x", kind, True, None),)), {"x": part}, frame)
    assert [reason.key for reason in reasons] == ["answer.malformed"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.50", "1234.50"), ("1,234.50", "1234.50"), ("1,234,567", "1234567"), (" 7 ", "7"), ("5.", "5"),
        ("9000,50", None), ("1,5", None), ("1_000", None), ("１２", "12"),
        ("１，２３４．５０", "1234.50"), ("　７０ ", "70"), ("10²", None),
        ("－5", "-5"), ("−5", "-5"), ("12,34,567", None), ("1e3", None),
        ("NaN", None), ("", None),
    ],
)  # fmt: skip
def test_commas_part_thousands_only(text: str, number: str | None) -> None:
    assert decimal_of(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("abc", "answer.not_a_number"),
        (5, "answer.not_a_number"),
        ("9" * 18, "answer.number_too_large"),
        ("9" * 200, "answer.number_too_large"),
        ("1.00001", "answer.four_decimals"),
        ("99999999999999.9999", None),
        ("70", None),
    ],
)
def test_what_cannot_be_kept_says_why(text: Any, key: str | None) -> None:
    found = against_number(text)
    assert (found.key if found else None) == key


def _against_targets(rows: dict[str, dict[str, str]], *, all_targets: bool = False) -> list[tuple[Any, ...]]:
    frame = Frame(indicators=("sales", "visits"), all_targets=all_targets)
    reasons = incomplete(Form("f", (Field("x", "targets", True, None),)), {"x": rows}, frame)
    return [(reason.key, reason.params.get("indicator"), reason.params.get("input")) for reason in reasons]


def test_targets_want_at_least_one_target() -> None:
    """Without any, nothing would count, and agreement or silence would make it so for good."""
    none = {"sales": {"target": "", "weight": "60"}, "visits": {"target": "", "weight": "40"}}
    assert _against_targets(none) == [("answer.no_target", None, None)]
    assert _against_targets(none | {"sales": {"target": "100", "weight": "60"}}) == []


def test_where_the_process_waits_for_all_targets_each_is_asked_for() -> None:
    one = {"sales": {"target": "100", "weight": "60"}, "visits": {"target": "", "weight": "40"}}
    assert _against_targets(one, all_targets=True) == [("answer.target_needed", "visits", None)]


def test_a_wrong_weight_is_not_a_missing_one() -> None:
    rows = {"sales": {"target": "100", "weight": "abc"}, "visits": {"target": "-5", "weight": "-5"}}
    assert _against_targets(rows) == [
        ("answer.not_a_number", "sales", "weight"),
        ("goal.target_not_positive", "visits", None),
        ("answer.weight_not_positive", "visits", "weight"),
    ]
    rows = {"sales": {"target": "100", "weight": ""}, "visits": {"target": "", "weight": "４０"}}
    assert _against_targets(rows) == [("answer.weight_needed", "sales", "weight")]
