"""The words of a letter, drawn from a person's results: strengths, weak points, advice, agreed actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from reviewflow.core.values import half_up
from reviewflow.simulation.phrases import BANKS, PhraseBank, Remark, Step
from reviewflow.simulation.situation import Result

Point = dict[str, str]
"""``{"claim": ..., "text": ..., "evidence": ...}``."""

TARGET_MET = 100
STRENGTHS = 2
DAYS_TO_ACT = (30, 60)


@dataclass(frozen=True)
class ReviewTexts:
    """All texts that a manager writes about one person. Actions await an owner and a day."""

    strengths: tuple[Point, ...]
    improve: tuple[Point, ...]
    suggest: str
    steps: tuple[Step, ...]


def review_texts(language: str, results: Sequence[Result], rng: Random) -> ReviewTexts:
    """Texts in ``en`` or ``zh``: two strengths, one or two points to improve, advice and two steps.

    The best results are praised and the weakest named. Results without attainment are passed over. Where
    all met their target, the weakest is to be held; where none did, the nearest is named as such.
    """
    bank = BANKS[language]
    ranked = _by_result(results)
    best = [r for r in ranked[:STRENGTHS] if _reached(r) >= TARGET_MET] or ranked[: min(1, len(ranked) - 1)]
    weak = [r for r in ranked[::-1][:STRENGTHS] if _reached(r) < TARGET_MET and r not in best]
    strengths = [_strength(bank, result, rng) for result in best]
    spare = rng.sample(bank.conduct, STRENGTHS)
    strengths += [_observed(bank, remark) for remark in spare[: STRENGTHS - len(strengths)]]
    if not weak:
        return _all_met(bank, tuple(strengths), ranked, rng)
    topics = [bank.topic(result.indicator) for result in weak]
    pairs = list(zip(topics, weak, strict=True))
    return ReviewTexts(
        strengths=tuple(strengths),
        improve=tuple(_point(bank, rng.choice(topic.gaps), result) for topic, result in pairs),
        suggest=joined(language, [_filled(rng.choice(topic.advice), result) for topic, result in pairs]),
        steps=_steps(bank, weak, rng),
    )


def achievements(language: str, results: Sequence[Result], rng: Random) -> str:
    """What the person writes about the own results: the best one, and the weakest if it fell short."""
    bank = BANKS[language]
    ranked = _by_result(results)
    if not ranked:
        return rng.choice(bank.achievements_none)
    sentences = [_filled(rng.choice(bank.achievements), ranked[0])]
    if len(ranked) > 1 and _reached(ranked[-1]) < TARGET_MET:
        sentences.append(_filled(rng.choice(bank.self_gap), ranked[-1]))
    return joined(language, sentences)


def agreed_actions(
    language: str, steps: Sequence[Step], owners: Mapping[str, str], today: date
) -> list[dict[str, str]]:
    """Rows of ``action, owner, due, done_when``. `owners`: names by ``reviewee`` and ``author``."""
    people = (owners["reviewee"], BANKS[language].joint % owners)
    return [
        {
            "action": step.action,
            "owner": owner,
            "due": _workday(today + timedelta(days=days)).isoformat(),
            "done_when": step.done_when,
        }
        for step, owner, days in zip(steps, people, DAYS_TO_ACT, strict=False)
    ]


def joined(language: str, sentences: Sequence[str]) -> str:
    """Sentences as one paragraph: English ones are parted by a blank."""
    return ("" if language == "zh" else " ").join(sentences)


def _by_result(results: Sequence[Result]) -> list[Result]:
    """Results with an attainment, best first; equal ones in the order of their keys."""
    known = (result for result in results if result.attainment is not None)
    return sorted(known, key=lambda result: (-_reached(result), result.indicator))


def _reached(result: Result) -> Fraction:
    return result.attainment or Fraction(0)


def _strength(bank: PhraseBank, result: Result, rng: Random) -> Point:
    met = _reached(result) >= TARGET_MET
    return _point(bank, rng.choice(bank.topic(result.indicator).strengths if met else bank.nearest), result)


def _all_met(
    bank: PhraseBank, strengths: tuple[Point, ...], ranked: Sequence[Result], rng: Random
) -> ReviewTexts:
    """Nothing fell short, or nothing else could be judged: hold the weakest, and pass on what works."""
    improve = [_point(bank, rng.choice(bank.hold), result) for result in ranked[-1:]]
    return ReviewTexts(
        strengths=strengths,
        improve=tuple(improve) or (_observed(bank, bank.untested),),
        suggest=rng.choice(bank.hold_advice),
        steps=tuple(rng.sample(bank.hold_steps, len(bank.hold_steps))),
    )


def _steps(bank: PhraseBank, weak: Sequence[Result], rng: Random) -> tuple[Step, ...]:
    """Two steps: one for each of the two weakest results, or two for one."""
    if len(weak) > 1:
        drawn = [(rng.choice(bank.topic(result.indicator).steps), result) for result in weak]
    else:
        steps = bank.topic(weak[0].indicator).steps
        drawn = [(one, weak[0]) for one in rng.sample(steps, len(steps))]
    return tuple(Step(_filled(one.action, result), _filled(one.done_when, result)) for one, result in drawn)


def _point(bank: PhraseBank, remark: Remark, result: Result) -> Point:
    return {
        "claim": _filled(remark.claim, result),
        "text": _filled(remark.text, result),
        "evidence": _filled(bank.evidence if result.rows else bank.evidence_without_rows, result),
    }


def _observed(bank: PhraseBank, remark: Remark) -> Point:
    return {"claim": remark.claim, "text": remark.text, "evidence": bank.evidence_conduct}


def _filled(text: str, result: Result) -> str:
    return text % {
        "title": result.title,
        "actual": result.actual,
        "target": result.target,
        "attainment": f"{half_up(_reached(result), 1)}%",
        "rows": result.rows,
    }


def _workday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
