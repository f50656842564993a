"""Parts of an answer that no form of ours sends: refused in words, never a crash; and numbers read as written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reviewflow.core import rubric
from reviewflow.core.answers import Frame, decimal_of, incomplete
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
        ("9000,50", None), ("1,5", None), ("1_000", None), ("１２", None), ("12,34,567", None), ("1e3", None),
        ("NaN", None), ("", None),
    ],
)  # fmt: skip
def test_commas_part_thousands_only(text: str, number: str | None) -> None:
    assert decimal_of(text) == (None if number is None else Decimal(number))
