"""What is measured: of whom, in which days, against which history. The engine and the SQL reading share it.

A `Rule` says which events count and what is taken of them. A figure's trace keeps rules, not rows: with
person, period and batch number the rows can be found again, and a digest tells whether they are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from reviewflow.core.indicators import (
    Coverage,
    Indicator,
    Measure,
    Ratio,
    begin_of_history,
    computable,
    evaluate,
)
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period

Values = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Rule:
    """A measure without its name. `history` is there only where the measure compares customers with it."""

    of: str
    take: str
    where: Values = ()
    unless: Values = ()
    on: str = "on"
    only: str | None = None
    history: str | None = None

    def __post_init__(self) -> None:
        said = (self.of, self.take, self.where, self.unless, self.on, self.only, self.history)
        object.__setattr__(self, "_hash", hash(said))  # results are kept by rule, thousands at a time

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]

    @classmethod
    def of_measure(cls, measure: Measure, history: str | None) -> Rule:
        return cls(
            of=measure.of,
            take=measure.take,
            where=_values(measure.where),
            unless=_values(measure.unless),
            on=measure.on,
            only=measure.only,
            history=history if measure.only else None,
        )

    @property
    def operation(self) -> str:
        """``count``, ``count_distinct``, ``sum``, ``min``, ``max`` or ``sum_days``."""
        return self.take.partition(":")[0]

    @property
    def field(self) -> str | None:
        """The field that must be filled for a row to count: what is taken, the customer, or the first day."""
        taken = self.take.partition(":")[2]
        return (
            "opened" if self.operation == "sum_days" or (not taken and self.on == "opened") else taken or None
        )

    @property
    def is_money(self) -> bool:
        """Whether amounts are taken, which must not be mixed across currencies."""
        return self.operation in ("sum", "min", "max")

    def days(self, period: Period) -> Period:
        """The days in which rows count: the period, or for ``only = "before"`` the history before it."""
        return self.past(period) if self.only == "before" else period

    def past(self, period: Period) -> Period:
        """The history before the period. Only for rules that have one."""
        assert self.history is not None
        begin = begin_of_history(period.starts_on, self.history)
        return Period(begin, period.starts_on - timedelta(days=1))

    def reach(self, period: Period) -> Period:
        """All days that the rule looks at, history included."""
        return Period(self.past(period).starts_on, period.ends_on) if self.history else period

    def as_json(self) -> dict[str, Any]:
        said = {"of": self.of, "take": self.take, "on": self.on, "only": self.only, "history": self.history}
        return {**said, "where": _mapping(self.where), "unless": _mapping(self.unless)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Rule:
        """Inverse of `as_json`."""
        return cls(
            of=said["of"],
            take=said["take"],
            where=_values(said["where"]),
            unless=_values(said["unless"]),
            on=said["on"],
            only=said["only"],
            history=said["history"],
        )


@dataclass(frozen=True)
class Slot:
    """One person in one period: what a figure is about."""

    person_id: int
    period: Period

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.person_id, self.period)))

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]


class Taken(NamedTuple):
    """What a rule gave for a slot: the scaled value (None: a min or max of nothing) and the rows behind it.

    `foreign` counts rows in another currency than asked for; then the value means nothing. `digest` is the
    SHA-256 over the keys of the rows, if it was asked for.
    """

    value: int | None
    rows: int
    foreign: int = 0
    digest: str | None = None


def rules_of(indicator: Indicator) -> dict[str, Rule]:
    """The rules of an indicator by the names that its formula uses."""
    return {measure.key: Rule.of_measure(measure, indicator.history) for measure in indicator.measures}


def row_key(source_id: int, kind: str, external_id: str, revision: int) -> str:
    """How a row is named in a digest."""
    return f"{source_id}:{kind}:{external_id}:{revision}"


def digest_of(keys: Iterable[str]) -> str:
    """The SHA-256 of the sorted keys, one on a line."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def _values(said: Mapping[str, Iterable[str]]) -> Values:
    return tuple((field, tuple(values)) for field, values in sorted(said.items()))


def _mapping(said: Values) -> dict[str, list[str]]:
    return {field: list(values) for field, values in said}


@dataclass(frozen=True)
class Figure:
    """What became of an indicator: ``computed`` with a ratio; ``missing`` or ``left_out`` with a reason."""

    state: str
    ratio: Ratio | None
    reason: Reason | None


@dataclass(frozen=True)
class Ready:
    """An indicator with all about it that is the same for everybody in a period, worked out once."""

    indicator: Indicator
    rules: Mapping[str, Rule]
    refusal: Reason | None
    """Why there can be no figure of the period, whoever is asked about."""
    _said: Mapping[str, dict[str, Any]]

    @classmethod
    def of(cls, indicator: Indicator, period: Period, coverage: Sequence[Coverage]) -> Ready:
        rules = rules_of(indicator)
        said = {name: rule.as_json() for name, rule in rules.items()}
        return cls(indicator, rules, computable(indicator, period, coverage), said)

    def figure(self, taken: Mapping[str, Taken], currency: str) -> Figure:
        """The figure from what was taken, or why there is none and what the indicator's rule makes of that.

        `taken` is by the names of the indicator's measures. Reasons: those of `computable` and `evaluate`,
        and ``measure.other_currency`` (rows, currency).
        """
        found: Ratio | Reason | None = self.refusal
        foreign = 0 if found else sum(one.foreign for one in taken.values())
        if foreign:
            found = Reason("measure.other_currency", {"rows": foreign, "currency": currency})
        if found is None:
            found = evaluate(self.indicator, {name: one.value for name, one in taken.items()})
        if isinstance(found, Ratio):
            return Figure("computed", found, None)
        return Figure("left_out" if self.indicator.missing_rule == "leave_out" else "missing", None, found)

    def trace(self, slot: Slot, batch_no: int, currency: str, taken: Mapping[str, Taken]) -> dict[str, Any]:
        """How a figure came about, as plain JSON: everything that is needed to find its rows again.

        What it says of the rules is shared by the traces of everybody: it is there to be read.
        """
        return {
            "batch": batch_no,
            "person": slot.person_id,
            "from": slot.period.starts_on.isoformat(),
            "until": slot.period.ends_on.isoformat(),
            "currency": currency,
            "formula": self.indicator.formula.text,
            "measures": {
                name: {"rule": self._said[name], "value": one.value, "rows": one.rows, "digest": one.digest}
                for name, one in taken.items()
            },
        }


def slot_of(trace: Mapping[str, Any]) -> Slot:
    """Whose figure a trace tells of, and for which days."""
    period = Period(date.fromisoformat(trace["from"]), date.fromisoformat(trace["until"]))
    return Slot(trace["person"], period)


def period_before(period: Period) -> Period:
    """The period to compare with: the whole months before whole months, else as many days before.

    Before the second quarter comes the first, before 31 May to 30 August come the 92 days until 30 May.
    """
    ends_on = period.starts_on - timedelta(days=1)
    day_after = period.ends_on + timedelta(days=1)
    if period.starts_on.day == day_after.day == 1:
        months = (day_after.year - period.starts_on.year) * 12 + day_after.month - period.starts_on.month
        number = period.starts_on.year * 12 + period.starts_on.month - 1 - months
        return Period(date(number // 12, number % 12 + 1, 1), ends_on)
    return Period(period.starts_on - timedelta(days=period.days), ends_on)
