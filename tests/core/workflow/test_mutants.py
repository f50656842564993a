"""Small damage to the shipped files, place by place: it is found on its line, or it changes the process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from reviewflow.core.toml_source import read
from reviewflow.core.workflow import load
from tests.core.workflow.files import NAMES, TEXTS, faults

NEEDED = {
    "head": {"format", "name", "kind", "title", "start"},
    "limits": {"above_limit"},
    "stage": {"key", "part", "title", "end"},
    "task": {"key", "stage", "by", "form", "title"},
    "move": {"key", "title", "from", "to", "by", "at"},
    "form": {"key", "field"},
}
"""Keys whose loss is a fault wherever they are written; the loss of any other may be a decision."""

WORDS = re.compile(
    r"^(?:start|part|due|marks|jobs|send|stage|by|not_by|form|when|from|to|needs|note|outcome|clears|at)\b"
)


def _pairs(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Every key that is written at a line's begin: (table, key, where it begins, where it ends)."""
    table, begin = "head", 0
    blocks = re.compile(r"^(\[.*|\w+ *=.*\n(?:(?: .*|\])\n)*)", re.MULTILINE)
    for block in blocks.finditer(text):
        begin = block.start()
        if block[0].startswith("["):
            table = block[0].strip("[] \n").split("]")[0]
        else:
            yield table, block[0].split("=")[0].strip(), begin, block.end()


@pytest.mark.parametrize("name", NAMES)
def test_no_key_can_be_lost_in_silence(name: str) -> None:
    text = TEXTS[name]
    pairs = list(_pairs(text))
    assert len(pairs) >= 100
    for table, key, begin, end in pairs:
        mutant = text[:begin] + text[end:]
        if key in NEEDED[table]:
            assert faults(mutant), (table, key, begin)
        elif not faults(mutant):
            assert _meaning(mutant) != _meaning(text), (table, key, begin)


@pytest.mark.parametrize("name", ["award_approval", "sales_quarterly"])
def test_no_key_can_be_misspelt(name: str) -> None:
    text = TEXTS[name]
    for _, key, begin, _ in _pairs(text):
        mutant = text[:begin] + "x" + text[begin:]
        line = text.count("\n", 0, begin) + 1
        unknown = [fault for fault in faults(mutant) if fault.key == "workflow.unknown_key"]
        assert [(fault.line, fault.params["word"]) for fault in unknown] == [(line, "x" + key)]


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_a_vocabulary_can_be_misspelt(name: str) -> None:
    """Stages, forms, roles, guards, marks, jobs, outcomes and all other closed words, wherever they stand."""
    lines = TEXTS[name].splitlines(keepends=True)
    tried = 0
    for number, line in enumerate(lines):
        written = line.split("#")[0]
        for word in re.finditer(r'"(\w+)"', written) if WORDS.match(written) else ():
            damaged = line[: word.start(1)] + "q" + line[word.start(1) :]
            mutant = "".join([*lines[:number], damaged, *lines[number + 1 :]])
            found = [(fault.line, fault.params.get("word")) for fault in faults(mutant)]
            assert (number + 1, "q" + word[1]) in found, damaged
            tried += 1
    assert tried > 50


@pytest.mark.parametrize("name", ["award_approval", "sales_quarterly"])
def test_no_translation_can_be_lost(name: str) -> None:
    text = TEXTS[name]
    for title in re.finditer(r'(title|label) *= (\{ en = ".*?), zh = ".*?" \}', text):
        mutant = text[: title.end(2)] + " }" + text[title.end() :]
        found = [fault for fault in faults(mutant) if fault.key == "workflow.translation_missing"]
        assert [fault.line for fault in found] == [text.count("\n", 0, title.start()) + 1]


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_has_the_line_of_its_key(name: str) -> None:
    """Lines come from the scanner; here they are compared with a plain search of the text."""
    source, lines = read(TEXTS[name]), TEXTS[name].splitlines()
    for table in ("stage", "task", "move", "form"):
        for place, entry in enumerate(source.data[table]):
            assert lines[source.line(table, place, "key") - 1].startswith(f'key = "{entry["key"]}"')


def _meaning(text: str) -> dict[str, object]:
    meaning = asdict(load(text))
    assert meaning.pop("digest")
    return meaning | {"digest": None}
