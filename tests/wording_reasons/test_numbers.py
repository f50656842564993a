"""Every reason of the numbers rooms is a whole sentence in both languages, with the same blanks to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reviewflow.core
from reviewflow import wording
from reviewflow.core import indicators
from reviewflow.core.reasons import Faulty, Reason
from reviewflow.wording_reasons.numbers import SENTENCES

BLANK = re.compile(r"%\((\w+)\)s")
KEY = re.compile(r'"((?:file|indicators|plan|rubric|calendar|measure|goal|score|rating|pay)\.[a-z_0-9]+)"')
ROOMS = ("indicators", "plan", "payout")
FILES = ("toml_table", "scoring", "rating", "goals", "rubric", "calendar")


def keys_in_code() -> set[str]:
    root = Path(reviewflow.core.__file__).parent
    files = [root / f"{name}.py" for name in FILES] + [
        file for room in ROOMS for file in (root / room).glob("*.py")
    ]
    return {key for file in files for key in KEY.findall(file.read_text("utf-8"))}


def test_every_key_in_the_code_has_a_sentence() -> None:
    assert keys_in_code() <= SENTENCES.keys()


def test_every_sentence_is_used() -> None:
    wrong_types = {key for key in SENTENCES if key.startswith("file.not_")}
    assert SENTENCES.keys() - keys_in_code() <= wrong_types


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_fill_the_same_blanks(key: str) -> None:
    chinese = wording.translations("zh").gettext(SENTENCES[key])
    assert re.search("[一-鿿]", chinese)
    assert sorted(BLANK.findall(chinese)) == sorted(BLANK.findall(SENTENCES[key]))


def test_a_reason_reads_as_a_sentence() -> None:
    reason = Reason("measure.sample_too_small", {"count": 3, "minimum": 5})
    assert wording.say(reason, "en") == "It cannot be computed: 3 on record, at least 5 are needed."
    assert wording.say(reason, "zh") == "无法计算：只有 3 条记录，少于最低样本 5 条。"


def test_faults_of_a_file_read_as_sentences() -> None:
    with pytest.raises(Faulty) as caught:
        indicators.load('format = "1"\nname = "Sales"\nkind = "plan"\ntitle = "Sales"\nindicator = [1]\n')
    said = [(fault.line, wording.say(fault, "en")) for fault in caught.value.faults]
    assert (1, "“format” must be a whole number.") in said
    assert (4, "“title” must be a table with keys of its own.") in said
    assert (5, "“indicator” must be a list of tables.") in said
    assert all("%" not in wording.say(fault, "zh") for fault in caught.value.faults)
