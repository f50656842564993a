"""Geometry of the team's chart: a line to date, an even pace, and the way on to the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reviewflow.formats import Number

TOP, BOTTOM, RIGHT, LEFT = 22, 26, 66, 2
APART = 15
"""Least distance between two labels at the right edge."""


@dataclass(frozen=True)
class Spot:
    """A value on a day, and how it reads."""

    day: int
    value: Number
    shown: str


@dataclass(frozen=True)
class Place:
    """A drawn label or dot."""

    x: float
    y: float
    shown: str


@dataclass(frozen=True)
class Drawing:
    """The chart in its own units. `grid`: heights of the lines behind it.

    `end` stands at the right edge beside `target`: where it will end, or did; then `label` is None.
    """

    width: int
    height: int
    right: int
    ground: int
    grid: tuple[float, ...]
    actual: str
    pace: str
    forecast: str
    dot: tuple[float, float]
    label: Place | None
    below: bool
    target: Place
    end: Place | None
    ticks: tuple[Place, ...]


def draw(
    line: Sequence[tuple[int, Number]],
    now: Spot,
    target: Spot,
    end: Spot | None,
    ticks: Sequence[tuple[int, str]],
    size: tuple[int, int],
) -> Drawing:
    """`line` has a point for each day with a row; the line goes on level until `now`. Days count from 1."""
    width, height = size
    right, ground = width - RIGHT, height - BOTTOM
    peak = max([Fraction(1), *(Fraction(one.value) for one in (now, target, end) if one)])
    across, up = Fraction(right - LEFT, max(target.day, 1)), Fraction(ground - TOP) / peak

    def at(day: int, value: Number) -> tuple[float, float]:
        return round(float(LEFT + day * across), 1), round(float(ground - Fraction(value) * up), 1)

    here, goal = at(now.day, now.value), at(target.day, target.value)
    over = now.day >= target.day
    last = now if over else end
    goes = at(last.day, last.value) if last else None
    goal_y, end_y = _apart(goal[1], goes[1] if goes else None)
    below = now.value * target.day < target.value * now.day
    path = [at(0, 0), *(at(day, value) for day, value in line), here]
    return Drawing(
        width=width,
        height=height,
        right=right,
        ground=ground,
        grid=tuple(round(TOP + (ground - TOP) * n / 2, 1) for n in range(2)),
        actual="M" + " L".join(f"{x} {y}" for x, y in path),
        pace=f"M{LEFT} {ground} L{goal[0]} {goal[1]}",
        forecast=f"M{here[0]} {here[1]} L{goes[0]} {goes[1]}" if goes and not over else "",
        dot=here,
        label=None if over else _beside(here, now.shown, below),
        below=below,
        target=Place(goal[0] + 6, goal_y, target.shown),
        end=Place(goes[0] + 6, end_y, last.shown) if goes and last else None,
        ticks=tuple(Place(at(day, 0)[0], ground + 17, word) for day, word in ticks),
    )


def _beside(dot: tuple[float, float], shown: str, below: bool) -> Place:
    """On the side of the dot where no line runs: right below a line that is behind, else left above."""
    return (
        Place(dot[0] + 7, dot[1] + 15, shown)
        if below
        else Place(max(dot[0] - 8, 46), max(dot[1] - 8, 12), shown)
    )


def _apart(goal: float, end: float | None) -> tuple[float, float]:
    """Base lines of the two labels at the right edge, pushed apart where they would touch."""
    if end is None:
        return goal + 4, 0.0
    gap = end - goal
    if abs(gap) >= APART:
        return goal + 4, end + 4
    middle, half = (goal + end) / 2 + 4, APART / 2
    return (middle - half, middle + half) if gap >= 0 else (middle + half, middle - half)
