"""Answers to the questions about the review itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

LEVELS = (1, 2, 3, 4, 5)
SHAPES = ((0, 1, 3, 5, 3), (0, 1, 2, 5, 4), (1, 3, 4, 3, 1))
"""How often each level is given, by question: most find it fair and clear; control is what they miss."""

SKIPS, PROPOSES, STEP = 0.1, 0.6, 5


@dataclass(frozen=True)
class SurveyReply:
    """`ratings` by indicator and question, 1 to 5; `weights` proposed, whole percent (sum 100) or empty."""

    ratings: dict[str, dict[str, int]]
    weights: dict[str, int]
    comment: str


def survey_reply(
    weights: Mapping[str, int], questions: Sequence[str], comments: Sequence[str], rng: Random
) -> SurveyReply:
    """One person's answer; some indicators are skipped, and some people propose other weights."""
    ratings = {
        indicator: {
            question: rng.choices(LEVELS, SHAPES[at % len(SHAPES)])[0]
            for at, question in enumerate(questions)
        }
        for indicator in weights
        if rng.random() >= SKIPS
    }
    proposes = rng.random() < PROPOSES
    return SurveyReply(ratings, _shifted(weights, rng) if proposes else {}, rng.choice(comments))


def _shifted(weights: Mapping[str, int], rng: Random) -> dict[str, int]:
    """The same weights with a few percent moved from one indicator to another; the sum stays."""
    proposed = dict(weights)
    for _ in range(2):
        giver, taker = rng.choice(list(proposed)), rng.choice(list(proposed))
        moved = min(STEP, proposed[giver])
        proposed[giver] -= moved
        proposed[taker] += moved
    return proposed
