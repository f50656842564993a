"""Letters written by simulated managers: true to the results, complete in both languages, never too long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from reviewflow.core.answers import LONGEST_CLAIM, LONGEST_LINE
from reviewflow.simulation import Result, review_texts
from reviewflow.simulation.phrases import BANKS
from tests.demo.figures import catalogue

LANGUAGES = ("en", "zh")


def result(indicator: str, attainment: int | None, title: str = "", rows: int = 12) -> Result:
    reached = None if attainment is None else Fraction(attainment)
    return Result(indicator, title or indicator, reached, f"actual-{indicator}", f"target-{indicator}", rows)


def strings(value: Any) -> Iterator[str]:
    """Every text inside a phrase bank."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    else:
        for inner in value:
            yield from strings(inner)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_best_is_praised_and_the_weakest_named(language: str) -> None:
    results = [
        result("sales_amount", 112),
        result("visits", 104),
        result("retention", 98),
        result("collection_rate", 81),
    ]
    texts = review_texts(language, results, Random(1))
    praised = [point["evidence"] for point in texts.strengths]
    named = [point["evidence"] for point in texts.improve]
    assert ["actual-sales_amount" in praised[0], "actual-visits" in praised[1]] == [True, True]
    assert ["actual-collection_rate" in named[0], "actual-retention" in named[1]] == [True, True]
    assert len(texts.steps) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_praised_for_a_target_that_was_missed(language: str) -> None:
    texts = review_texts(language, [result("sales_amount", 83), result("visits", 70)], Random(1))
    topics = BANKS[language].topics["sales_amount"]
    assert texts.strengths[0]["claim"] not in {remark.claim for remark in topics.strengths}
    assert "actual-visits" in texts.improve[0]["text"] + texts.improve[0]["evidence"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_everything_was_met_the_weakest_is_to_be_held(language: str) -> None:
    texts = review_texts(language, [result("sales_amount", 120), result("visits", 101)], Random(1))
    assert [("visits" in point["claim"]) for point in texts.improve] == [True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_complete_without_any_figure(language: str) -> None:
    texts = review_texts(language, [result("sales_amount", None)], Random(1))
    assert len(texts.strengths) == 2
    assert len(texts.improve) == 1
    assert texts.suggest
    assert "sales_amount" not in str(texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_of_the_company_s_own_gets_words_too(language: str) -> None:
    texts = review_texts(language, [result("own_one", 90, "Own one"), result("visits", 110)], Random(1))
    assert "Own one" in texts.improve[0]["claim"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_phrases_can_be_filled_and_fit_the_form(language: str) -> None:
    """Every indicator, above and below target, with many draws: no placeholder left, no line too long."""
    title = {"en": "Customer satisfaction", "zh": "客户满意度"}[language]
    for indicator in (*catalogue().indicators, "own_one"):
        for attainment in (70, 130):
            for draw in range(20):
                pair = [result(indicator, attainment, title), result("visits", 100, title)]
                texts = review_texts(language, pair, Random(draw))
                for point in (*texts.strengths, *texts.improve):
                    assert len(point["claim"]) <= LONGEST_CLAIM
                    assert "%(" not in str(point)
                assert all(
                    len(s.action) <= LONGEST_LINE and len(s.done_when) <= LONGEST_LINE for s in texts.steps
                )
                assert "%(" not in texts.suggest


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bank_speaks_about_every_shipped_indicator(language: str) -> None:
    assert set(BANKS[language].topics) == set(catalogue().indicators)


def test_chinese_phrases_are_typeset_as_chinese() -> None:
    """Full-width punctuation, a blank between Han and Latin, the familiar form of address."""
    for text in strings(BANKS["zh"]):
        assert "您" not in text
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.", text), text
        plain = re.sub(r"%\((?:title|reviewee|author)\)s", "某", text)
        plain = re.sub(r"%\(\w+\)s", "1", plain).replace("%%", "%")
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]", plain), text


def test_english_phrases_are_plain() -> None:
    for text in strings(BANKS["en"]):
        assert "!" not in text
        assert "  " not in text


def test_the_same_seed_gives_the_same_words() -> None:
    results = [result("sales_amount", 83), result("visits", 110)]
    assert review_texts("en", results, Random(5)) == review_texts("en", results, Random(5))
