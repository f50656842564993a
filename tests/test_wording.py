"""Every sentence that people may read is there in both languages, and says the same in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from reviewflow import wording
from reviewflow.core.reasons import Fault, Reason
from tests.messages import messages, reason_keys

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
HAN = r"[\u4e00-\u9fff]"
WORDS_WE_DO_NOT_USE = ("您", "亲，", "！")


def _chinese() -> list[Message]:
    return [message for message in wording.catalog("zh") if message.id]


def _forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, list | tuple) else [str(message.string)]


def test_every_message_is_translated() -> None:
    catalog = wording.catalog("zh")
    missing = [
        f"{place}: {message!r}" for message, place in messages().items() if catalog.get(message) is None
    ]
    assert not missing, "\n".join(missing)


def test_every_reason_has_a_sentence() -> None:
    missing = [f"{place}: {key}" for key, place in reason_keys() if key not in wording.sentences()]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("message", _chinese(), ids=lambda message: str(message.id)[:40])
def test_a_translation_keeps_placeholders_and_manners(message: Message) -> None:
    sources = list(message.id) if isinstance(message.id, tuple | list) else [str(message.id)]
    wanted = {name for source in sources for name in PLACEHOLDER.findall(source)}
    for text in _forms(message):
        assert set(PLACEHOLDER.findall(text)) <= wanted
        assert wanted - {"num"} <= set(PLACEHOLDER.findall(text))
        assert not any(word in text for word in WORDS_WE_DO_NOT_USE), text
        assert not re.search(rf"{HAN}[,;?!]", text), f"half-width punctuation in {text}"
        bare = PLACEHOLDER.sub("", text)
        assert not re.search(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}", bare), f"no space beside Latin in {text}"


def test_sentences_speak_plainly() -> None:
    shouted = [key for key, sentence in wording.sentences().items() if "!" in sentence]
    assert not shouted


def test_a_reason_is_said_in_both_languages() -> None:
    reason = Reason("account.unknown", {"login": "lin"})
    assert wording.say(reason, "en") == "There is no account with the sign-in name lin."
    assert wording.say(reason, "zh") == "没有登录名为 lin 的账号。"
    assert wording.say(Fault(3, reason.key, reason.params), "en") == wording.say(reason, "en")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        wording.say(Reason("no.such.reason"), "en")


def test_two_translations_of_one_message_are_a_contradiction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zh").mkdir()
    for area, word in (("a", "保存"), ("b", "存储")):
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        (tmp_path / "zh" / f"{area}.po").write_text(f'{head}msgid "Save"\nmsgstr "{word}"\n', "utf-8")
    monkeypatch.setattr(wording, "FOLDER", tmp_path)
    with pytest.raises(wording.Contradiction, match=r"b\.po: 'Save' is also translated as '保存'"):
        wording.catalog("zh")
