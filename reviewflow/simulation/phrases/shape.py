"""What a manager can say about an indicator: the shape of the phrase banks of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """A point of a letter. `claim` is its short headline; `text` may use %(actual)s, %(target)s and so on."""

    claim: str
    text: str


@dataclass(frozen=True)
class Step:
    """Something agreed, and how both will know that it is done."""

    action: str
    done_when: str


@dataclass(frozen=True)
class Topic:
    """Phrases about one indicator: it went well, it fell short, what would help, what to agree."""

    strengths: tuple[Remark, ...]
    gaps: tuple[Remark, ...]
    advice: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PhraseBank:
    """All phrases of one language. `topics` is by indicator; `other` serves indicators it does not name.

    `nearest`: the best result is below its target. `hold`: even the weakest result met its target.
    `conduct`: strengths of conduct, for people with few figures; `untested`: there is no figure at all.
    `sentences` say why a level of the rubric was chosen, by ``high``, ``middle`` and ``low``.
    All texts take the placeholders title, actual, target, attainment and rows, so that a `%` is doubled.
    """

    topics: Mapping[str, Topic]
    other: Topic
    nearest: tuple[Remark, ...]
    hold: tuple[Remark, ...]
    hold_advice: tuple[str, ...]
    hold_steps: tuple[Step, ...]
    conduct: tuple[Remark, ...]
    untested: Remark
    evidence: str
    evidence_without_rows: str
    evidence_conduct: str
    achievements: tuple[str, ...]
    achievements_none: tuple[str, ...]
    self_gap: tuple[str, ...]
    sentences: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, tuple[str, ...]]
    comments: tuple[str, ...]
    joint: str

    def topic(self, indicator: str) -> Topic:
        """The phrases for an indicator."""
        return self.topics.get(indicator, self.other)
