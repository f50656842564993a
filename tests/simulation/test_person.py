"""Simulated people: they fill in every shipped form so that it can be submitted, and always act alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import BytesIO

import pytest
from pypdf import PdfReader

from reviewflow.core.answers import Frame, incomplete
from reviewflow.core.rubric import Rubric
from reviewflow.core.rubric import load as load_rubric
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow import load as load_workflow
from reviewflow.simulation import GoalProposal, Habits, Result, Simulated, Situation, evidence
from tests.demo.figures import WORKFLOWS

NEVER = Habits(**dict.fromkeys(vars(Habits()), 0.0))
LIN = Situation(
    person="P3",
    person_name="Lin Yue",
    author="P2",
    author_name="Wang Qiang",
    role="manager",
    language="en",
    stage="evaluation",
    today=date(2026, 10, 9),
    results=(
        Result("sales_amount", "Sales", Fraction(1082, 10), "¥1,082,000.00", "¥1,000,000.00", 37),
        Result("collection_rate", "Collection rate", Fraction(928, 10), "88.2%", "95.0%", 64),
    ),
)
GOALS = (
    GoalProposal("sales_amount", Decimal("1100000.00"), Decimal("1000000.00"), Decimal(40)),
    GoalProposal("visits", None, None, Decimal(30)),
    GoalProposal("retention", Decimal("92.0"), Decimal("92.0"), Decimal(30)),
)


@cache
def workflow(name: str) -> Workflow:
    return load_workflow((WORKFLOWS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def rubric(name: str = "sales_core") -> Rubric:
    return load_rubric((WORKFLOWS / "rubrics" / f"{name}.toml").read_text(encoding="utf-8"))


def everybody(stage: str, role: str, people: int = 1000) -> list[Situation]:
    return [
        replace(LIN, person=f"P{n}", author=f"P{n}" if role == "reviewee" else "P2", role=role, stage=stage)
        for n in range(people)
    ]


def chosen(seed: int, at: list[Situation], habits: Habits | None = None) -> Counter[str | None]:
    """How often which move is made where every move of the role is offered."""
    simulated, process = Simulated(seed, habits), workflow("sales_quarterly")
    offered = [move for move in process.moves_from(at[0].stage) if at[0].role in move.by]
    made = (simulated.choose(process, offered, one) for one in at)
    return Counter(choice.move if choice else None for choice in made)


def shipped_tasks() -> Iterator[tuple[str, str]]:
    for path in sorted(WORKFLOWS.glob("*.toml")):
        if path.stem != "indicators":
            yield from ((path.stem, task) for task in workflow(path.stem).tasks)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "task"), list(shipped_tasks()))
def test_every_answer_can_be_submitted(name: str, task: str, language: str) -> None:
    process = workflow(name)
    form = process.forms[process.tasks[task].form]
    kinds = {field.kind for field in form.fields}
    missing = {"visits": Decimal(61), "retention": None} if "missing_measures" in kinds else {}
    at = replace(
        LIN,
        role="reviewee" if "reviewee" in process.tasks[task].by else "manager",
        language=language,
        rubric=rubric(process.uses.get("rubric", "sales_core")),
        goals=GOALS,
        missing=missing,
        amount=Decimal("1234.50") if process.kind == "award" else None,
        attachments=(7,) if "file" in kinds else (),
    )
    body = Simulated(1, NEVER).answer(process.tasks[task], form, at)
    indicators = ("sales_amount", "visits", "retention")
    frame = Frame(at.rubric, indicators, tuple(missing), "CNY", frozenset({7}))
    assert body is not None
    assert incomplete(form, json.loads(json.dumps(body)), frame) == []


def test_targets_are_the_suggestions_and_weights_sum_to_exactly_100() -> None:
    process = workflow("sales_quarterly")
    at = replace(LIN, stage="goal_proposal", goals=GOALS)
    body = Simulated(1).answer(process.tasks["propose_targets"], process.forms["targets"], at)
    assert body == {
        "targets": {
            "sales_amount": {"target": "1100000.00", "weight": "40"},
            "visits": {"target": "", "weight": "30"},
            "retention": {"target": "92.0", "weight": "30"},
        }
    }


def test_without_any_suggestion_the_lightest_goal_gets_a_first_target() -> None:
    process = workflow("sales_quarterly")
    goals = tuple(replace(goal, suggested=None, first=Decimal(70)) for goal in GOALS)
    at = replace(LIN, stage="goal_proposal", goals=goals)

    def targets(at: Situation) -> list[str]:
        body = Simulated(1).answer(process.tasks["propose_targets"], process.forms["targets"], at)
        assert body is not None
        return [row["target"] for row in body["targets"].values()]

    assert targets(at) == ["", "70", ""]
    assert targets(replace(at, all_targets=True)) == ["70", "70", "70"]


def test_a_figure_that_nobody_knows_is_left_out_and_not_made_up() -> None:
    process = workflow("sales_quarterly")
    at = replace(LIN, role="data_inputter", missing={"visits": None, "retention": Decimal("91.5")})
    body = Simulated(1).answer(process.tasks["enter_missing"], process.forms["missing_measures"], at)
    assert body is not None
    assert body["values"] == {"visits": {"leave_out": True}, "retention": {"value": "91.5"}}


def test_better_results_earn_higher_levels() -> None:
    process = workflow("sales_quarterly")
    task, form = process.tasks["manager_review"], process.forms["manager_review"]

    def mean(attainment: int) -> float:
        results = (replace(LIN.results[0], attainment=Fraction(attainment)),)
        levels: list[int] = []
        for one in everybody("evaluation", "manager", people=50):
            body = Simulated(1).answer(task, form, replace(one, results=results, rubric=rubric()))
            assert body is not None
            levels += [judged["level"] for judged in body["rubric"].values()]
        return sum(levels) / len(levels)

    assert mean(70) < mean(95) < mean(120)
    assert 2.5 < mean(95) < 3.5


def test_people_answer_the_letter_in_every_way_there_is() -> None:
    counts = chosen(1, everybody("feedback", "reviewee"))
    assert set(counts) == {"acknowledge", "acknowledge_disagree", None}
    assert counts["acknowledge"] > 750
    assert 40 < counts["acknowledge_disagree"] < 140


def test_hr_records_a_refusal_only_for_those_who_refuse() -> None:
    simulated, process = Simulated(1), workflow("sales_quarterly")
    moves = process.moves_from("feedback")
    hr = [replace(one, author="P9", role="hr") for one in everybody("feedback", "reviewee")]
    own = everybody("feedback", "reviewee")
    refusals = [simulated.choose(process, [m for m in moves if "hr" in m.by], one) for one in hr]
    answers = [simulated.choose(process, [m for m in moves if "reviewee" in m.by], one) for one in own]
    both = [(r, a) for r, a in zip(refusals, answers, strict=True) if r]
    assert both
    assert all(refusal.move == "record_refusal" and refusal.note for refusal, _ in both)
    assert all(answer is None for _, answer in both)


def test_objections_end_after_the_first_round() -> None:
    first = everybody("goal_agreement", "reviewee")
    assert chosen(1, first)["send_back"] > 50
    assert chosen(1, [replace(one, round=2) for one in first]) == {"agree": 1000}


def test_work_without_objections_goes_straight_on() -> None:
    assert chosen(1, everybody("goal_proposal", "manager")) == {"propose": 1000}
    assert chosen(1, everybody("release", "hr")) == {"release": 1000}
    assert chosen(1, everybody("feedback", "reviewee"), NEVER) == {"acknowledge": 1000}


def test_approvers_return_some_awards_once_and_reject_only_if_told_to() -> None:
    simulated, process = Simulated(1), workflow("award_approval")
    offered = [move for move in process.moves_from("director_approval") if "sales_director" in move.by]

    def made(by: Simulated, round_: int) -> Counter[str | None]:
        at = [replace(one, round=round_) for one in everybody("director_approval", "sales_director")]
        choices = [by.choose(process, offered, one) for one in at]
        assert all(choice is None or choice.note for choice in choices if choice and choice.move != "approve")
        return Counter(choice.move if choice else None for choice in choices)

    assert set(made(simulated, 1)) == {"approve", "return"}
    assert made(simulated, 2) == {"approve": 1000}
    assert made(Simulated(1, replace(NEVER, reject_award=1.0)), 1) == {"reject": 1000}
    one = everybody("director_approval", "sales_director")[0].person
    around = {one: replace(NEVER, return_award=1.0)}
    assert made(Simulated(1, NEVER, around), 1) == {"approve": 999, "return": 1}


def test_what_was_approved_is_left_alone() -> None:
    process = workflow("award_approval")
    offered = [move for move in process.moves_from("approved") if "finance" in move.by]
    by = Simulated(1, replace(NEVER, return_award=1.0))
    assert offered
    assert {by.choose(process, offered, one) for one in everybody("approved", "finance", 50)} == {None}


def test_the_same_seed_acts_alike_whatever_was_asked_before() -> None:
    at = everybody("feedback", "reviewee", people=200)
    assert chosen(4, at) == chosen(4, list(reversed(at)))
    assert chosen(4, at) != chosen(5, at)


def test_survey_weights_sum_to_100_and_levels_are_on_the_scale() -> None:
    weights = {"sales_amount": 55, "visits": 25, "retention": 20}
    simulated = Simulated(1)
    replies = [
        simulated.survey(weights, ("fair", "clear"), one) for one in everybody("reward", "reviewee", 300)
    ]
    given = [reply for reply in replies if reply]
    assert 180 < len(given) < 270
    assert {sum(reply.weights.values()) for reply in given if reply.weights} == {100}
    assert min(weight for reply in given for weight in reply.weights.values()) >= 0
    assert {level for reply in given for row in reply.ratings.values() for level in row.values()} <= {
        1,
        2,
        3,
        4,
        5,
    }


def test_evidence_is_a_readable_pdf() -> None:
    name, body = evidence(replace(LIN, missing={"visits": Decimal(61), "retention": None}))
    text = PdfReader(BytesIO(body)).pages[0].extract_text()
    assert name == "report-P3-2026-10-09.pdf"
    assert "visits: 61" in text
    assert "retention" not in text
