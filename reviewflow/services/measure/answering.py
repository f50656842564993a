"""Running the engine over the lake, or over the landed rows where the lake does not stand at the batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from reviewflow.core.indicators import Coverage
from reviewflow.core.measuring import Figure, Ready, Rule, Slot, Taken, rules_of
from reviewflow.core.values import Period
from reviewflow.services.measure.asking import About, Question, Questions
from reviewflow.store.db import read


@dataclass(frozen=True)
class Answer:
    """The figure of one indicator of one review, with its trace."""

    about: About
    indicator: str
    figure: Figure
    rows_used: int
    trace: dict[str, Any]


def answer(asked: Questions, engine: Engine, folder: Path, *, digests: bool = False) -> list[Answer]:
    """Compute everything that is asked. No transaction is open while the engine runs; may take long.

    `digests` fixes in the trace which rows were used. Raises `TooLarge` for a sum beyond 64 bits.
    """
    groups: defaultdict[tuple[int, str], list[Question]] = defaultdict(list)
    for question in asked.questions:
        groups[question.about.batch_no, question.currency].append(question)
    answers: list[Answer] = []
    for (batch_no, currency), questions in groups.items():
        slots = {question.slot for question in questions}
        # A catalogue is shared by all reviews of a cycle: each of its indicators is looked at once.
        indicators = {id(one): one for question in questions for one in question.indicators}
        rules = {rule for one in indicators.values() for rule in rules_of(one).values()}
        taken = _compute(engine, folder, batch_no, currency, slots, rules, digests)
        answers += _answers(questions, asked.coverage[batch_no], taken)
    return answers


Results = dict[tuple[Slot, Rule], Taken]


def _answers(questions: Sequence[Question], coverage: Sequence[Coverage], taken: Results) -> Iterator[Answer]:
    prepared: dict[tuple[int, Period], Ready] = {}
    for question in questions:
        slot, batch_no = question.slot, question.about.batch_no
        # A live figure needs data up to now only: for its first day is enough to say that there are any.
        period = Period(slot.period.starts_on, slot.period.starts_on) if question.live else slot.period
        for indicator in question.indicators:
            ready = prepared.get((id(indicator), period))
            if ready is None:
                ready = prepared[id(indicator), period] = Ready.of(indicator, period, coverage)
            mine = {name: taken[slot, rule] for name, rule in ready.rules.items()}
            found = ready.figure(mine, question.currency)
            trace = ready.trace(slot, batch_no, question.currency, mine)
            rows = sum(one.rows for one in mine.values())
            yield Answer(question.about, indicator.key, found, rows, trace)


def _compute(
    engine: Engine,
    folder: Path,
    batch_no: int,
    currency: str,
    slots: Collection[Slot],
    rules: Collection[Rule],
    digests: bool,
) -> Results:
    from reviewflow.analytics.measures import Unreadable, compute

    ordered = sorted(rules, key=repr)
    days, kinds = _reach(slots, rules), {rule.of for rule in rules}
    paths = _lake(engine, folder, batch_no, days)
    if paths is not None:
        try:
            return compute(paths, slots, ordered, currency, digests=digests)
        except Unreadable:
            pass  # a file went away or is damaged: the landed rows are the truth
    return compute(_landed(engine, batch_no, kinds, days), slots, ordered, currency, digests=digests)


def _reach(slots: Collection[Slot], rules: Collection[Rule]) -> Period | None:
    """The days of all rows that can count; None where a rule goes by first days, which files do not."""
    if any(rule.on != "on" for rule in rules):
        return None
    periods = {slot.period for slot in slots}
    spans = [rule.reach(period) for rule in rules for period in periods]
    return Period(min(span.starts_on for span in spans), max(span.ends_on for span in spans))


def _lake(engine: Engine, folder: Path, batch_no: int, days: Period | None) -> list[str] | None:
    """Files of the lake with these days, if it stands at this batch."""
    from reviewflow.store.facts import lake

    with read(engine) as session:
        version = lake.version_at(session, batch_no, folder)
    if version is None:
        return None
    if days is None:
        return version.paths(folder)
    return version.paths(folder, days.starts_on.strftime("%Y-%m"), days.ends_on.strftime("%Y-%m"))


def _landed(engine: Engine, batch_no: int, kinds: Collection[str], days: Period | None) -> Any:
    from reviewflow.store.facts import lake

    with read(engine) as session:
        return lake.landed(session, batch_no, kinds=kinds, days=days)
