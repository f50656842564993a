"""Rubrics: five anchors each in both languages, and what makes an answer complete."""

from __future__ import annotations

import pytest

from reviewflow.core import rubric
from reviewflow.core.reasons import Faulty, Reason
from reviewflow.core.rubric import Judgement
from tests.core.shipped import text

SALES = rubric.load(text("rubrics/sales_core"))
COMPLETE = {criterion.key: Judgement(4) for criterion in SALES.criteria}


@pytest.mark.parametrize("name", ["rubrics/sales_core", "rubrics/annual_core"])
def test_every_criterion_has_five_different_anchors_in_two_languages(name: str) -> None:
    for criterion in rubric.load(text(name)).criteria:
        for language in ("en", "zh"):
            assert len({anchor[language] for anchor in criterion.anchors}) == 5
            assert criterion.question[language]


def test_a_complete_answer_has_nothing_against_it() -> None:
    assert rubric.incomplete(SALES, COMPLETE) == []


@pytest.mark.parametrize(
    ("judgement", "reason"),
    [
        (Judgement(1), Reason("rubric.sentence_missing", {"criterion": "integrity", "level": 1})),
        (Judgement(2, "  "), Reason("rubric.sentence_missing", {"criterion": "integrity", "level": 2})),
        (Judgement(2, "Shipped before approval."), None),
        (Judgement(3), None),
        (Judgement(None), None),
        (Judgement(0), Reason("rubric.level_unknown", {"criterion": "integrity", "level": 0})),
        (Judgement(6), Reason("rubric.level_unknown", {"criterion": "integrity", "level": 6})),
    ],
)
def test_low_levels_need_a_sentence(judgement: Judgement, reason: Reason | None) -> None:
    found = rubric.incomplete(SALES, {**COMPLETE, "integrity": judgement})
    assert found == ([reason] if reason else [])


def test_all_that_is_missing_is_said_together() -> None:
    reasons = rubric.incomplete(SALES, {"charm": Judgement(5), "integrity": Judgement(3)})
    assert [reason.key for reason in reasons] == ["rubric.unanswered"] * 4 + ["rubric.criterion_unknown"]


def test_cannot_judge_is_refused_where_the_rubric_says_so() -> None:
    strict = rubric.load(text("rubrics/sales_core").replace('"allowed"', '"refused"'))
    reasons = rubric.incomplete(strict, {**COMPLETE, "integrity": Judgement(None)})
    assert reasons == [Reason("rubric.cannot_judge_refused", {"criterion": "integrity"})]


def test_cannot_judge_does_not_count_as_a_level() -> None:
    given = rubric.judgements(
        {"customer_focus": {"level": 4}, "integrity": {"level": None, "sentence": "New."}}
    )
    assert rubric.judged_levels(SALES, given) == [4]
    assert given["integrity"] == Judgement(None, "New.")


def test_a_criterion_is_found_by_its_key() -> None:
    assert SALES["integrity"].title["zh"] == "诚信合规"
    with pytest.raises(KeyError):
        SALES["charm"]


def test_faults_of_a_rubric_file() -> None:
    spoiled = text("rubrics/sales_core").replace("sentence_at = [1, 2]", "sentence_at = [0, 6]")
    spoiled = spoiled.replace('level_5 = { en = "Is asked', 'level_6 = { en = "Is asked')
    with pytest.raises(Faulty) as caught:
        rubric.load(spoiled)
    assert sorted(fault.key for fault in caught.value.faults) == [
        "file.missing_key",
        "file.unknown_key",
        "rubric.bad_level",
    ]


def test_a_rubric_needs_criteria_and_rules() -> None:
    with pytest.raises(Faulty) as caught:
        rubric.load('format = 1\nname = "x"\nkind = "rubric"\ntitle = { en = "X", zh = "X" }\n')
    assert sorted(fault.key for fault in caught.value.faults) == ["file.missing_key", "rubric.none"]
