"""The catalogue: what each indicator is, which measures it needs, and the formula that makes it a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reviewflow.core.indicators.expression import BadFormula, Formula, read_formula
from reviewflow.core.indicators.history import is_history
from reviewflow.core.letter_values import LONGEST_LINE
from reviewflow.core.toml_table import Table, Words, open_document, unrepeated

GROUPS: Final = ("result", "efficiency", "quality")
EVENT_KINDS: Final = ("order", "invoice", "payment", "visit", "opportunity", "satisfaction", "complaint")
DIRECTIONS: Final = ("higher", "lower")
CADENCES: Final = ("daily", "weekly", "monthly", "quarterly")
MISSING_RULES: Final = ("wait", "by_hand", "leave_out")
CUSTOMER_SETS: Final = ("new", "before", "kept")
DATE_FIELDS: Final = ("on", "opened")
UNIT_PLACES: Final[Mapping[str, int]] = {"money": 2, "percent": 1, "count": 0, "days": 1, "score": 2}

_TAKE = re.compile(r"count|count_distinct:customer|(?:sum|min|max):(?:amount|amount2)|sum_days:opened\.\.on")
_NO_FORMULA: Final = "0"


@dataclass(frozen=True)
class Measure:
    """An exact sum or count over the events of one kind, per person and period; the engine computes it.

    `take`: ``count``, ``count_distinct:customer``, ``sum|min|max:amount|amount2`` or ``sum_days:opened..on``.
    `where`: fields and the values that count. `unless`: values that do not count, while rows without a value
    do. `on`: the date that must lie in the period. `only` narrows a count of customers against the stated
    history before the period: ``new`` = nobody had an event with them in it, ``before`` = this person had one
    in it, ``kept`` = this person had one both in it and in the period.
    """

    key: str
    of: str
    take: str
    where: Mapping[str, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]
    on: str
    only: str | None

    @property
    def operation(self) -> str:
        """``count``, ``count_distinct``, ``sum``, ``min``, ``max`` or ``sum_days``."""
        return self.take.partition(":")[0]

    @property
    def field(self) -> str | None:
        """The field that is taken, None for a plain count."""
        return self.take.partition(":")[2] or None

    @property
    def places(self) -> int:
        """Decimals of the scaled integer that the engine returns: 4 for amounts, 0 for counts and days."""
        return 4 if self.operation in ("sum", "min", "max") else 0

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the events that a source must map for this measure."""
        taken = {"opened"} if self.operation == "sum_days" else {self.field} if self.field else set()
        dated = {"opened"} if self.on == "opened" else set()
        return frozenset(taken | dated | set(self.where))


@dataclass(frozen=True)
class MinimumSample:
    """Below `at_least` of the measure `of` a figure says nothing."""

    of: str
    at_least: int


@dataclass(frozen=True)
class Indicator:
    """One indicator. `formula` is over the keys of `measures`; `history` is an ISO 8601 period like ``P3M``.

    Figures and targets are in the unit: money in major units, percent 0-100, days, points.
    """

    key: str
    title: Words
    definition: Words
    group: str
    unit: str
    unit_title: Words | None
    direction: str
    cadence: str
    measures: tuple[Measure, ...]
    formula: Formula
    minimum_sample: MinimumSample | None
    history: str | None
    missing_rule: str

    @property
    def lower_is_better(self) -> bool:
        return self.direction == "lower"

    @property
    def places(self) -> int:
        """Decimals with which people read and enter figures."""
        return UNIT_PLACES[self.unit]

    @property
    def needs(self) -> Mapping[str, frozenset[str]]:
        """Event kinds that must be delivered, each with the fields it must have."""
        kinds = {measure.of for measure in self.measures}
        return {
            kind: frozenset().union(*(measure.fields for measure in self.measures if measure.of == kind))
            for kind in sorted(kinds)
        }


@dataclass(frozen=True)
class Catalogue:
    """All indicators by key, in the order of the file."""

    name: str
    title: Words
    indicators: Mapping[str, Indicator]

    def __getitem__(self, key: str) -> Indicator:
        return self.indicators[key]

    def __contains__(self, key: object) -> bool:
        return key in self.indicators


def load(text: str) -> Catalogue:
    """Read ``indicators.toml``. Raises `Faulty` with all faults."""
    document = open_document(text, "indicators")
    name, title = document.name("name"), document.words("title")
    tables = document.tables("indicator")
    if not tables:
        document.fault(None, "indicators.none")
    indicators = [_indicator(table) for table in tables]
    unrepeated([(table, indicator.key) for table, indicator in zip(tables, indicators, strict=True)])
    document.close()
    return Catalogue(name, title, {indicator.key: indicator for indicator in indicators})


def _indicator(table: Table) -> Indicator:
    measures = _measures(table)
    formula = _formula(table, measures)
    indicator = Indicator(
        key=table.name("key"),
        title=table.words("title"),
        definition=table.words("definition"),
        group=table.choice("group", GROUPS),
        unit=table.choice("unit", tuple(UNIT_PLACES)),
        unit_title=table.words("unit_title") if table.has("unit_title") else None,
        direction=table.choice("direction", DIRECTIONS),
        cadence=table.choice("cadence", CADENCES),
        measures=measures,
        formula=formula,
        minimum_sample=_minimum_sample(table, measures),
        history=_history(table, measures),
        missing_rule=table.choice("missing", MISSING_RULES),
    )
    for key, words in (("title", indicator.title), ("definition", indicator.definition)):
        _fits_a_line(table, key, words)
    _check_use(table, indicator)
    table.finish()
    return indicator


def _measures(table: Table) -> tuple[Measure, ...]:
    inside = table.tables("measures")
    measures = tuple(_measure(one) for one in inside)
    if not measures:
        table.fault("measures", "indicators.no_measures")
    unrepeated([(one, measure.key) for one, measure in zip(inside, measures, strict=True)])
    return measures


def _measure(table: Table) -> Measure:
    take = table.text("take")
    if take and not _TAKE.fullmatch(take):
        table.fault("take", "indicators.bad_take", value=take)
    measure = Measure(
        key=table.name("key"),
        of=table.choice("of", EVENT_KINDS),
        take=take,
        where=_outcomes(table, "where"),
        unless=_outcomes(table, "unless"),
        on=table.choice("on", DATE_FIELDS, default="on"),
        only=table.choice("only", CUSTOMER_SETS) if table.has("only") else None,
    )
    if measure.only and measure.operation != "count_distinct":
        table.fault("only", "indicators.only_customers", measure=measure.key)
    table.finish()
    return measure


def _outcomes(table: Table, key: str) -> Mapping[str, tuple[str, ...]]:
    """Values per field; only `outcome` can be asked for."""
    inside = table.table(key) if table.has(key) else None
    if inside is None:
        return {}
    outcomes = inside.names("outcome")
    if not outcomes:
        inside.fault("outcome", "indicators.no_outcomes")
    inside.finish()
    return {"outcome": outcomes}


def _formula(table: Table, measures: tuple[Measure, ...]) -> Formula:
    text = table.text("formula")
    try:
        formula = read_formula(text or _NO_FORMULA)
    except BadFormula as bad:
        table.fault("formula", "indicators.bad_formula", part=str(bad))
        return read_formula(_NO_FORMULA)
    for name in sorted(formula.names - {measure.key for measure in measures}):
        table.fault("formula", "indicators.unknown_measure", measure=name)
    return formula


def _minimum_sample(table: Table, measures: tuple[Measure, ...]) -> MinimumSample | None:
    inside = table.table("minimum_sample") if table.has("minimum_sample") else None
    if inside is None:
        return None
    minimum = MinimumSample(inside.name("of"), inside.whole("at_least", least=1))
    if minimum.of not in {measure.key for measure in measures if measure.places == 0}:
        inside.fault("of", "indicators.unknown_measure", measure=minimum.of)
    inside.finish()
    return minimum


def _history(table: Table, measures: tuple[Measure, ...]) -> str | None:
    compared = any(measure.only for measure in measures)
    if not table.has("history"):
        if compared:
            table.fault(None, "indicators.history_missing")
        return None
    history = table.text("history")
    if history and not is_history(history):
        table.fault("history", "indicators.bad_history", value=history)
    return history


def _fits_a_line(table: Table, key: str, words: Words) -> None:
    """Each of them stands in one line of every letter."""
    longest = max(map(len, words.values()), default=0)
    if longest > LONGEST_LINE:
        table.fault(key, "indicators.too_long", length=longest, most=LONGEST_LINE)


def _check_use(table: Table, indicator: Indicator) -> None:
    """A measure that nothing reads is a slip of the pen."""
    used = indicator.formula.names | ({indicator.minimum_sample.of} if indicator.minimum_sample else set())
    for measure in indicator.measures:
        if measure.key not in used:
            table.fault("measures", "indicators.unused_measure", measure=measure.key)
