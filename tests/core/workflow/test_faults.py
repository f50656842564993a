"""Every fault that the checker knows, each provoked once in a shipped file and found on its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from reviewflow.core.workflow import load
from reviewflow.wording import say
from reviewflow.wording_reasons.workflow import SENTENCES
from tests.core.workflow.files import NAMES, TEXTS, faults, line_of, spoiled

CASES = tomllib.loads(Path(__file__).with_name("faults.toml").read_text("utf-8"))["case"]
QUARTERLY = TEXTS["sales_quarterly"]
AWARD = TEXTS["award_approval"]


def _key(fault: str) -> str:
    return fault if "." in fault else f"workflow.{fault}"


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case['fault']}" for n, case in enumerate(CASES)])
def test_fault_is_found_on_its_line(case: dict[str, str]) -> None:
    text = spoiled(TEXTS[case["file"]], (case["old"], case["new"]))
    found = faults(text)
    lines = [fault.line for fault in found if fault.key == _key(case["fault"])]
    assert line_of(text, case["at"]) in lines, found
    for fault in found:
        assert say(fault, "en") != say(fault, "zh")


def test_every_fault_that_can_be_said_is_provoked() -> None:
    of_the_command = {"not_utf8", "accepted", "name_of_file", "use_not_found", "use_no_award"}
    provoked = {case["fault"] for case in CASES} | {"no_end", "no_way_to_end"}  # the two below
    said = {key.removeprefix("workflow.") for key in SENTENCES if key.startswith("workflow.")}
    assert said - of_the_command == {fault for fault in provoked if "." not in fault}


def test_shipped_files_have_no_faults() -> None:
    assert {name: faults(TEXTS[name]) for name in NAMES} == dict.fromkeys(NAMES, ())


def test_eighteen_kinds_of_fault_are_reported_in_one_run_each_on_its_line() -> None:
    """The spoiled file names its faults in comments on their lines."""
    text = Path(__file__).with_name("spoiled.toml").read_text("utf-8")
    named = [line.partition("# FAULT ")[2].split() for line in text.splitlines()]
    expected = [(key, number) for number, keys in enumerate(named, start=1) for key in keys]
    assert len({key for key, _ in expected}) == 18
    assert _found(text) == expected


def test_a_file_without_an_end() -> None:
    text = QUARTERLY.replace("end = true\n", "")
    assert ("workflow.no_end", line_of(text, '[[stage]]\nkey = "goal_proposal"')) in _found(text)


def test_a_loop_that_cannot_be_left() -> None:
    """Only the stage that causes it is named, not all those before it."""
    text = spoiled(
        AWARD,
        ('from = ["director_approval", "finance_approval", "returned"]', 'from = ["director_approval"]'),
        ('key = "resubmit"\ntitle = { en = "Submit again", zh = "重新提交" }\nfrom = ["returned"]\n'
         'to = [{ stage = "director_approval" }]',
         'key = "resubmit"\ntitle = { en = "Submit again", zh = "重新提交" }\nfrom = ["returned"]\n'
         'to = [{ stage = "returned" }]'),
    )  # fmt: skip
    assert _found(text) == [("workflow.no_way_to_end", line_of(text, 'key = "returned"'))]


def test_without_a_way_out_only_the_stage_that_lacks_it_is_named() -> None:
    """Without silence and refusal nobody gets past an absent employee: the feedback lacks a move."""
    text = re.sub(r'\[\[move\]\]\nkey = "(record_refusal|silence)"\n(.+\n)+', "", QUARTERLY)
    assert _found(text) == [("workflow.needs_absent", line_of(text, 'key = "feedback"'))]


SLIPS = [
    ('to = [{ stage = "tracking" }]', 'to = [{ stage = "trackin" }]'),
    ('start  = "goal_proposal"', 'start = "goal_proposals"'),
    ('by = ["clock"]\nat', 'by = ["clok"]\nat'),
    ('part = "tracking"', 'part = "traking"'),
    ('form = "self_review"', 'form = "selfreview"'),
    ('needs = ["rating_set"]', 'needs = ["ratings_set"]'),
    ('kind   = "review"', 'kind = "reviews"'),
    ('marks = ["frozen"]', 'marks = ["frosen"]'),
    ('rubric = "sales_core"', 'rubrik = "sales_core"'),
    ("end = true\n\n# ---- tasks", "end = true\nend = true\n\n# ---- tasks"),
]


@pytest.mark.parametrize("slip", SLIPS, ids=[new for _, new in SLIPS])
def test_one_slip_brings_no_row_of_faults_after_it(slip: tuple[str, str]) -> None:
    """A misspelt word counts as the word it resembles for all that follows from it."""
    assert len(faults(spoiled(QUARTERLY, slip))) == 1


def test_how_long_a_period_usually_is_may_be_left_out_but_not_be_anything() -> None:
    assert load(QUARTERLY).months == 3
    assert load(spoiled(QUARTERLY, ("months = 3\n", ""))).months == 0
    text = spoiled(QUARTERLY, ("months = 3", "months = 25"))
    assert _found(text) == [("workflow.out_of_range", line_of(text, "months = 25"))]


def test_a_file_of_another_sort_is_refused_without_a_crash() -> None:
    for text in (
        "",
        "format = 1\n",
        'stage = "x"\nmove = [1, 2]\nform = {}\n',
        "[[stage]]\n[[move]]\n[[task]]\n",
    ):
        assert faults(text)


def _found(text: str) -> list[tuple[str, int | None]]:
    return [(fault.key, fault.line) for fault in faults(text)]
