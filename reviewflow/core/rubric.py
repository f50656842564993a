"""The rubric: criteria with one behavioural anchor per level, and what counts as a complete answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviewflow.core.reasons import Reason
from reviewflow.core.toml_table import Table, Words, open_document, unrepeated

LEVELS = range(1, 6)


@dataclass(frozen=True)
class Criterion:
    """One thing to judge. `anchors` describe behaviour at level 1 (lowest) to 5."""

    key: str
    title: Words
    question: Words
    anchors: tuple[Words, ...]


@dataclass(frozen=True)
class Rubric:
    """`sentence_at`: levels that need a sentence saying why. "I cannot judge" is an answer if allowed."""

    name: str
    title: Words
    criteria: tuple[Criterion, ...]
    sentence_at: tuple[int, ...]
    cannot_judge: bool

    def __getitem__(self, key: str) -> Criterion:
        for criterion in self.criteria:
            if criterion.key == key:
                return criterion
        raise KeyError(key)


@dataclass(frozen=True)
class Judgement:
    """An answer to one criterion: a level of 1 to 5, or None for "I cannot judge this", and a sentence."""

    level: int | None
    sentence: str = ""


def load(text: str) -> Rubric:
    """Read a rubric file. Raises `Faulty` with all faults."""
    document = open_document(text, "rubric")
    name, title = document.name("name"), document.words("title")
    sentence_at, cannot_judge = _answer_rules(document)
    tables = document.tables("criterion")
    if not tables:
        document.fault(None, "rubric.none")
    criteria = [_criterion(table) for table in tables]
    unrepeated([(table, criterion.key) for table, criterion in zip(tables, criteria, strict=True)])
    document.close()
    return Rubric(name, title, tuple(criteria), sentence_at, cannot_judge)


def _answer_rules(document: Table) -> tuple[tuple[int, ...], bool]:
    table = document.table("answers")
    if table is None:
        return (), False
    levels = table.numbers("sentence_at")
    if not set(levels) <= set(LEVELS):
        table.fault("sentence_at", "rubric.bad_level")
    cannot_judge = table.choice("cannot_judge", ("allowed", "refused")) == "allowed"
    table.finish()
    return tuple(int(level) for level in levels), cannot_judge


def _criterion(table: Table) -> Criterion:
    inside = table.table("anchors")
    anchors = tuple(inside.words(f"level_{level}") for level in LEVELS) if inside else ()
    if inside:
        inside.finish()
    criterion = Criterion(table.name("key"), table.words("title"), table.words("question"), anchors)
    table.finish()
    return criterion


def judgements(body: Mapping[str, Any]) -> dict[str, Judgement]:
    """Judgements out of a stored answer: ``{"integrity": {"level": 4, "sentence": "..."}}``."""
    return {key: Judgement(one["level"], one.get("sentence") or "") for key, one in body.items()}


def incomplete(rubric: Rubric, given: Mapping[str, Judgement]) -> list[Reason]:
    """Everything that keeps an answer from being submitted; each reason names its `criterion`.

    ``rubric.unanswered``, ``rubric.sentence_missing`` (level), ``rubric.cannot_judge_refused``,
    ``rubric.level_unknown`` (level), ``rubric.criterion_unknown``.
    """
    known = [criterion.key for criterion in rubric.criteria]
    reasons = [reason for key in known if (reason := _fault(rubric, key, given))]
    return reasons + [
        Reason("rubric.criterion_unknown", {"criterion": key}) for key in given if key not in known
    ]


def _fault(rubric: Rubric, key: str, given: Mapping[str, Judgement]) -> Reason | None:
    judgement = given.get(key)
    if judgement is None:
        return Reason("rubric.unanswered", {"criterion": key})
    if judgement.level is None:
        return None if rubric.cannot_judge else Reason("rubric.cannot_judge_refused", {"criterion": key})
    if judgement.level not in LEVELS:
        return Reason("rubric.level_unknown", {"criterion": key, "level": judgement.level})
    if judgement.level in rubric.sentence_at and not judgement.sentence.strip():
        return Reason("rubric.sentence_missing", {"criterion": key, "level": judgement.level})
    return None


def judged_levels(rubric: Rubric, given: Mapping[str, Judgement]) -> list[int]:
    """The levels that count for the rating, in the order of the criteria, without "cannot judge"."""
    levels = (given[criterion.key].level for criterion in rubric.criteria if criterion.key in given)
    return [level for level in levels if level is not None]
