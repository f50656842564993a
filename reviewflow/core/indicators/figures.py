"""From measures to a figure, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from reviewflow.core.indicators.catalogue import Indicator
from reviewflow.core.indicators.expression import NothingToDivideBy, Ratio
from reviewflow.core.indicators.history import begin_of_history
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period


@dataclass(frozen=True)
class Coverage:
    """What one source vouches for: event kinds with the fields it maps, and the dates that are complete.

    `covers_until` is the last complete day of its last import. None means that it says nothing about it.
    """

    source: str
    delivers: Mapping[str, frozenset[str]]
    covers_from: date | None
    covers_until: date | None


def computable(indicator: Indicator, period: Period, coverage: Sequence[Coverage]) -> Reason | None:
    """None if the figure can be computed (no rows then means 0), else the first of three reasons.

    ``measure.no_source`` (kind), ``measure.import_too_old`` (kind, until, needed),
    ``measure.history_too_short`` (kind, begins, needed). Every kind needs one source that passes all three.
    """
    for kind, fields in indicator.needs.items():
        sources = [one for one in coverage if kind in one.delivers and fields <= one.delivers[kind]]
        if not sources:
            return Reason("measure.no_source", {"kind": kind})
        refusals = [_refusal(one, kind, indicator.history, period) for one in sources]
        if all(refusals):
            return refusals[-1]
    return None


def _refusal(source: Coverage, kind: str, history: str | None, period: Period) -> Reason | None:
    until, begins = source.covers_until, source.covers_from
    if until is None or until < period.ends_on:
        params = {"kind": kind, "until": _day(until), "needed": _day(period.ends_on)}
        return Reason("measure.import_too_old", params)
    if history is None:
        return None
    needed = begin_of_history(period.starts_on, history)
    if begins is None or begins > needed:
        params = {"kind": kind, "begins": _day(begins), "needed": _day(needed)}
        return Reason("measure.history_too_short", params)
    return None


def _day(day: date | None) -> str:
    return "–" if day is None else day.isoformat()


def evaluate(indicator: Indicator, measures: Mapping[str, int | None]) -> Ratio | Reason:
    """The figure from the engine's measures, each scaled by its `places`; None is a min or max of nothing.

    Reasons: ``measure.sample_too_small`` (count, minimum), ``measure.no_rows``,
    ``measure.nothing_to_divide_by``. Raises `KeyError` if a measure is not given.
    """
    minimum = indicator.minimum_sample
    if minimum is not None and (measures[minimum.of] or 0) < minimum.at_least:
        count = measures[minimum.of] or 0
        return Reason("measure.sample_too_small", {"count": count, "minimum": minimum.at_least})
    values: dict[str, Fraction] = {}
    for measure in indicator.measures:
        scaled = measures[measure.key]
        if scaled is None:
            return Reason("measure.no_rows")
        values[measure.key] = Fraction(scaled, 10**measure.places)
    try:
        return indicator.formula.ratio(values)
    except NothingToDivideBy:
        return Reason("measure.nothing_to_divide_by")


@dataclass(frozen=True)
class Pace:
    """Where a growing figure stands on one day, if it goes on like this. In the indicator's unit; exact.

    `expected` is the target's share for the days gone. `needed_per_day` is None once the period is over.
    """

    days_gone: int
    days_left: int
    expected: Fraction
    projection: Fraction
    needed_per_day: Fraction | None


def pace(
    indicator: Indicator, actual: Fraction, target: Fraction, period: Period, today: date
) -> Pace | None:
    """The linear run rate (actual / days gone * days), today included.

    None for figures that do not grow with the days (rates, means), and before the period begins.
    """
    if not indicator.formula.accumulates or today < period.starts_on:
        return None
    gone = min((today - period.starts_on).days + 1, period.days)
    left = period.days - gone
    return Pace(
        days_gone=gone,
        days_left=left,
        expected=target * gone / period.days,
        projection=actual * period.days / gone,
        needed_per_day=max(target - actual, Fraction(0)) / left if left else None,
    )
