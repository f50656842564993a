"""Filling in a form, field by field, by the kind of each field."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from statistics import fmean
from typing import Any

from reviewflow.core.rubric import LEVELS, Rubric
from reviewflow.core.workflow import Field, Form
from reviewflow.simulation.phrases import BANKS
from reviewflow.simulation.situation import GoalProposal, Situation
from reviewflow.simulation.texts import achievements, agreed_actions, review_texts

EXPECTED, PER_LEVEL = 95.0, 12.0
"""A mean attainment of 95 % earns the middle level; every 12 points more or less another one."""

SELF_KINDNESS = 0.4
HIGHEST_SEEN = 130.0


def fill(form: Form, at: Situation, rng: Random) -> dict[str, Any]:
    """The body of the form: one entry for each field."""
    texts = review_texts(at.language, at.results, rng)
    owners = {"reviewee": at.person_name, "author": at.author_name}
    points = iter((list(texts.strengths), list(texts.improve)))
    ways: dict[str, Callable[[Field], Any]] = {
        "targets": lambda _: _targets(at),
        "missing_measures": lambda _: {key: _by_hand(value) for key, value in at.missing.items()},
        "rubric": lambda _: _rubric(at.rubric, at, rng) if at.rubric else {},
        "points": lambda _: next(points, []),
        "actions": lambda _: agreed_actions(at.language, texts.steps, owners, at.today),
        "text": lambda _: _text(at, texts.suggest, rng),
        "file": lambda _: list(at.attachments),
        "money": lambda _: _plain(at.amount),
    }
    return {field.key: ways[field.kind](field) for field in form.fields}


def _targets(at: Situation) -> dict[str, dict[str, str]]:
    """The suggestions as they are. A goal without one has no target: it will be left out with that reason.

    Where nothing is suggested, the lightest goal gets a first target, so that as little as can be is made up; every
    goal gets one if the process asks for it.
    """
    nothing = all(goal.suggested is None for goal in at.goals)
    lightest = min(at.goals, key=lambda goal: goal.weight, default=None)

    def target(goal: GoalProposal) -> Decimal | None:
        wanted = at.all_targets or (nothing and goal is lightest)
        return goal.first if goal.suggested is None and wanted else goal.suggested

    return {
        goal.indicator: {
            "target": _plain(target(goal)),
            "weight": _plain(goal.weight.normalize()),
        }
        for goal in at.goals
    }


def _rubric(rubric: Rubric, at: Situation, rng: Random) -> dict[str, dict[str, Any]]:
    """Levels around what the results suggest; people judge themselves a little more kindly."""
    reached = [float(r.attainment) for r in at.results if r.attainment is not None]
    mean = fmean(min(one, HIGHEST_SEEN) for one in reached) if reached else EXPECTED
    middle = 3 + (mean - EXPECTED) / PER_LEVEL + (SELF_KINDNESS if at.role == "reviewee" else 0)
    return {criterion.key: _judgement(rubric, middle, at.language, rng) for criterion in rubric.criteria}


def _judgement(rubric: Rubric, middle: float, language: str, rng: Random) -> dict[str, Any]:
    level = min(max(round(rng.gauss(middle, 0.6)), LEVELS[0]), LEVELS[-1])
    tone = "high" if level >= 4 else "middle" if level == 3 else "low"
    sentence = rng.choice(BANKS[language].sentences[tone])
    wanted = level in rubric.sentence_at or rng.random() < 0.5
    return {"level": level, "sentence": sentence if wanted else ""}


def _text(at: Situation, suggest: str, rng: Random) -> str:
    """Free text by what the form is about: figures by hand, an amount, the own results, or advice."""
    notes = BANKS[at.language].notes
    if at.missing:
        return rng.choice(notes["by_hand"])
    if at.amount is not None:
        return rng.choice(notes["correct"])
    if at.role == "reviewee":
        return achievements(at.language, at.results, rng)
    return suggest


def _by_hand(value: Decimal | None) -> dict[str, Any]:
    """A figure that somebody knows; what nobody knows is left out, never made up."""
    return {"leave_out": True} if value is None else {"value": _plain(value)}


def _plain(value: Decimal | None) -> str:
    """A number as people type it: no exponent, no grouping."""
    return "" if value is None else format(value, "f")
