"""The check of the values: whatever is missing or wrong is named, all of it together."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from reviewflow.core.letter_values import checked, filled, texts
from reviewflow.core.reasons import Faulty
from reviewflow.wording import say
from tests.letters.printing import LANGUAGES, example, names, sample


def faults(values: Any) -> dict[str, str]:
    try:
        checked(values)
    except Faulty as error:
        return {
            str(fault.params["field"]): fault.key.removeprefix("letter_values.") for fault in error.faults
        }
    return {}


@pytest.mark.parametrize("name", [*LANGUAGES, *names()])
def test_samples_and_examples_are_complete(name: str) -> None:
    values = sample(name) if name in LANGUAGES else example(name)
    assert faults(values) == {}
    assert json.loads(json.dumps(values)) == values


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("lang", "fr", "choice"),
        ("org", "", "line"),
        ("org", "x" * 201, "line"),
        ("ref", 417, "line"),
        ("revision", "1", "count"),
        ("revision", True, "count"),
        ("revision", -1, "count"),
        ("released_on", "15.10.2026", "day"),
        ("released_on", "20261015", "day"),
        ("released_on", "2026-02-30", "day"),
        ("ack_by", "2026-10-26T00:00:00", "instant"),
        ("ack_by", "soon", "instant"),
        ("total", 95.79, "number"),
        ("total", "95,79", "number"),
        ("total", "NaN", "number"),
        ("total", "1e3", "number"),
        ("total", "9" * 41, "number"),
        ("machine_note", "x" * 3001, "text"),
        ("verify_code", "7KQM-4D2X-9TRA", "code"),
        ("verify_url", "javascript:alert(1)", "address"),
        ("verify_url", "https://a.example/ x", "address"),
        ("logo", "<img src=x>", "picture"),
        ("person", "Lin", "record"),
        ("person", None, "record"),
        ("groups", {}, "list"),
        ("suggestions", ["x"] * 21, "too_many"),
        ("history", [{"cycle": "26Q3", "total": "1"}] * 7, "too_many"),
        ("history", [{"cycle": "26Q3"}], "gap"),
        ("history", [{"cycle": "26Q3", "total": "1", "gap_reason": "leave"}], "gap"),
        ("bands", [], "bands"),
        ("bands", [{"letter": "B", "from_points": "60"}, {"letter": "A", "from_points": "85"}], "bands"),
        ("to_on", "2026-06-30", "period"),
        ("revision", 2, "replaces"),
        ("pay_total", "29704.50", "unknown"),
    ],
)
def test_a_wrong_value_is_named(field: str, value: Any, fault: str) -> None:
    path = "replaces" if fault == "replaces" else field
    assert faults(sample("en") | {field: value}) == {path: fault}


@pytest.mark.parametrize("field", ["org", "person", "rating", "groups", "verify_code", "ack_by"])
def test_a_missing_value_is_named(field: str) -> None:
    values = sample("zh")
    del values[field]
    assert faults(values) == {field: "missing"}


def test_all_faults_come_together_with_their_paths() -> None:
    values = sample("zh")
    indicator = values["groups"][1]["indicators"][2]
    del indicator["formula"]
    indicator["lower_is_better"] = "no"
    values["actions"][0]["due"] = "tomorrow"
    assert faults(values) == {
        "groups[1].indicators[2].formula": "missing",
        "groups[1].indicators[2].lower_is_better": "flag",
        "actions[0].due": "day",
    }


@pytest.mark.parametrize("change", [{"missing_reason": "no source"}, {"points": None}])
def test_a_line_has_points_or_a_reason(change: dict[str, Any]) -> None:
    values = sample("en")
    indicator = values["groups"][0]["indicators"][0]
    for name, value in change.items():
        if value is None:
            del indicator[name]
        else:
            indicator[name] = value
    assert faults(values) == {"groups[0].indicators[0]": "missing_reason"}


def test_filling_adds_what_may_be_missing_and_changes_nothing() -> None:
    values = example("feedback_smallest.en")
    before = deepcopy(values)
    full = filled(values)
    assert values == before
    assert full["manager"] is None
    assert full["person"] == {"name": "Zhao Lei", "employee_no": "YF-2", "position": None, "team": None}
    assert full["groups"][0]["indicators"][0]["trace"] is None
    assert (
        filled(sample("zh"))["groups"][0]["indicators"][0]["trace"]
        == sample("zh")["groups"][0]["indicators"][0]["trace"]
    )


def test_texts_have_paths() -> None:
    assert list(texts({"a": ["x", {"b": "y"}], "n": 1})) == [("a[0]", "x"), ("a[1].b", "y")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_can_be_said(language: str) -> None:
    with pytest.raises(Faulty) as faulty:
        checked({"lang": "fr", "groups": [{"weight": 1}], "history": [{}] * 7, "person": 1, "x": 1})
    sentences = [say(fault, language) for fault in faulty.value.faults]
    assert all(
        str(fault.params["field"]) in said for fault, said in zip(faulty.value.faults, sentences, strict=True)
    )
