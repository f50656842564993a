"""Both languages are complete: every sentence of the template has its Chinese, and nothing is left over."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

from reviewflow.core.reasons import Reason
from reviewflow.wording import say, sentences
from tests.letters.printing import TEMPLATE, says

FIELDS = re.compile(r"%\((\w+)\)s")


def messages() -> set[str]:
    """The sentences of the template; of a plural the singular."""
    found = Environment(extensions=["jinja2.ext.i18n"]).extract_translations(TEMPLATE.page)
    return {said if isinstance(said, str) else str(said[0]) for _, _, said in found}


def chinese() -> dict[str, str]:
    catalogue = read_po(io.BytesIO(TEMPLATE.chinese.encode()))
    pairs = [(one.id, one.string) for one in catalogue if one.id]
    return {
        str(i[0] if isinstance(i, tuple) else i): str(s[0] if isinstance(s, tuple) else s) for i, s in pairs
    }


def test_chinese_is_complete() -> None:
    assert messages() == chinese().keys()
    assert all(chinese().values())


def test_fields_are_the_same_in_both_languages() -> None:
    for english, translated in chinese().items():
        assert set(FIELDS.findall(english)) == set(FIELDS.findall(translated)), english


def test_a_chinese_letter_has_no_english_sentence(read: Callable[[str], list[str]]) -> None:
    text = "".join(read("zh"))
    words = {word for word in messages() if word.count(" ") > 1 and not FIELDS.search(word)}
    assert not [word for word in words if says(text, word)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_can_be_said(language: str) -> None:
    for key in (key for key in sentences() if key.startswith(("letter.", "letter_values."))):
        params = dict.fromkeys(re.findall(r"%\((\w+)\)s", sentences()[key]), "7")
        said = say(Reason(key, params), language)
        assert "%(" not in said
        assert said.endswith("。" if language == "zh" else ".")
