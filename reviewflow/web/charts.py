"""Geometry of the charts that the server draws. Numbers in, shapes out; colours and words are the macros'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from reviewflow.formats import Number

WIDTH = 360
HEIGHT = 170
_TOP, _BOTTOM = 20, 34
_THINNEST = 0.6
"""Percent that the bar of the smallest step keeps, so that it can be seen."""


@dataclass(frozen=True)
class Bar:
    """One column: its value and how it reads. `low`..`high` is a guideline band; `tone` a fill class.

    `url` leads to what it counts.
    """

    label: str
    value: Number
    shown: str
    note: str = ""
    low: Number | None = None
    high: Number | None = None
    tone: str = "fill"
    url: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle in the chart's own units, rounded to a tenth."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """A drawn column: its words stand at `middle`, its number at `top`; `band` is its guideline."""

    bar: Bar
    box: Box
    middle: float
    top: float
    band: Box | None = None


@dataclass(frozen=True)
class Chart:
    """Columns on a ground line."""

    width: int
    height: int
    ground: float
    columns: tuple[Column, ...]
    joints: tuple[tuple[float, float, float], ...] = field(default=())


def columns(bars: Sequence[Bar], width: int = WIDTH, height: int = HEIGHT) -> Chart:
    """Columns from zero up, each with its number above, its name and its guideline below."""
    peak = max(
        [
            Fraction(1),
            *(Fraction(b.value) for b in bars),
            *(Fraction(b.high) for b in bars if b.high is not None),
        ]
    )
    scale = Fraction(height - _TOP - _BOTTOM) / peak
    ground, slot = height - _BOTTOM, Fraction(width, max(len(bars), 1))
    drawn = []
    for n, bar in enumerate(bars):
        high = Fraction(bar.value) * scale
        box = _box(slot * n + slot * Fraction(27, 100), ground - high, slot * Fraction(46, 100), high)
        band = None
        if bar.low is not None and bar.high is not None:
            low, high = Fraction(bar.low) * scale, Fraction(bar.high) * scale
            band = _box(
                slot * n + slot * Fraction(16, 100), ground - high, slot * Fraction(68, 100), high - low
            )
        drawn.append(Column(bar, box, _tenth(slot * n + slot / 2), _tenth(box.y - 5), band))
    return Chart(width, height, ground, tuple(drawn))


@dataclass(frozen=True)
class Step:
    """A step of a waterfall: it adds `change`, or it is a sum (`total`) that stands on the ground."""

    label: str
    change: Number
    shown: str
    note: str = ""
    total: bool = False

    @property
    def tone(self) -> str:
        """The fill class of its bar."""
        return "fill-total" if self.total else "fill" if self.change >= 0 else "fill-risk"


@dataclass(frozen=True)
class Lane:
    """A step of a waterfall that lies on its side: where its bar begins and how long it is, in percent."""

    step: Step
    start: float
    length: float


def lanes(steps: Sequence[Step]) -> tuple[Lane, ...]:
    """A waterfall as a list with a bar in each line, for where columns would have no room for their words."""
    runs = _runs(steps)
    peak = max([Fraction(1), *(high for _, high, _ in runs)])
    return tuple(
        Lane(step, share(low, peak), max(share(high - low, peak), _THINNEST))
        for step, (low, high, _) in zip(steps, runs, strict=True)
    )


def _runs(steps: Sequence[Step]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Lower and upper end of each step's bar, and the running sum after it."""
    runs, running = [], Fraction(0)
    for step in steps:
        before = Fraction(0) if step.total else running
        running = before + Fraction(step.change)
        runs.append((min(before, running), max(before, running), running))
    return runs


def waterfall(steps: Sequence[Step], width: int = 720, height: int = 260) -> Chart:
    """From the first sum through what adds and takes away to the last. All running sums must be 0 or more.

    The change of a `total` step is the sum itself.
    """
    runs = _runs(steps)
    scale = Fraction(height - _TOP - _BOTTOM - 6) / max([Fraction(1), *(high for _, high, _ in runs)])
    ground, slot = height - _BOTTOM - 6, Fraction(width, max(len(steps), 1))
    drawn = []
    for n, (step, (low, high, _)) in enumerate(zip(steps, runs, strict=True)):
        box = _box(
            slot * n + slot / 8,
            ground - high * scale,
            slot * Fraction(3, 4),
            max((high - low) * scale, Fraction(3, 2)),
        )
        bar = Bar(step.label, step.change, step.shown, step.note, tone=step.tone)
        drawn.append(Column(bar, box, _tenth(slot * n + slot / 2), _tenth(box.y - 6)))
    joints = tuple(
        (
            _tenth(slot * n + slot * Fraction(7, 8)),
            _tenth(slot * (n + 1) + slot / 8),
            _tenth(ground - end * scale),
        )
        for n, (_, _, end) in enumerate(runs[:-1])
    )
    return Chart(width, height, ground, tuple(drawn), joints)


@dataclass(frozen=True)
class Curve:
    """A line to date with an even pace beside it, in the chart's own units: SVG path data and end points."""

    width: int
    height: int
    ground: float
    actual: str
    pace: str
    last: tuple[float, float]
    goal: tuple[float, float]


def curve(
    points: Sequence[tuple[int, Number]],
    days: int,
    target: Number | None,
    width: int = 440,
    height: int = 170,
) -> Curve:
    """Cumulative value by day (from 0) over a period of `days`, against an even pace to the target."""
    peak = max([Fraction(1), Fraction(target or 0), *(Fraction(value) for _, value in points)])
    ground, right = height - 24, width - 64
    across, up = Fraction(right, max(days, 1)), Fraction(ground - 20) / peak

    def at(day: int, value: Number) -> tuple[float, float]:
        return _tenth(day * across), _tenth(ground - Fraction(value) * up)

    places = [at(0, 0), *(at(day, value) for day, value in points)]
    goal = at(days, target or 0)
    path = "M" + " L".join(f"{x} {y}" for x, y in places)
    pace = f"M0 {ground} L{goal[0]} {goal[1]}" if target else ""
    return Curve(width, height, ground, path, pace, places[-1], goal)


def share(part: Number, whole: Number) -> float:
    """Percent of a whole for SVG widths, 0 to 100, a tenth exact."""
    return (
        _tenth(max(Fraction(0), min(Fraction(100), Fraction(part) * 100 / Fraction(whole)))) if whole else 0.0
    )


def _box(x: Number, y: Number, width: Number, height: Number) -> Box:
    return Box(_tenth(x), _tenth(y), _tenth(width), _tenth(height))


def _tenth(value: Number | float) -> float:
    """For drawing only: numbers that people read never pass through here."""
    return round(float(value), 1)
