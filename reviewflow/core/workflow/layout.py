"""Where the parts of a workflow's diagram stand: stages in one column, as in the file.

A move to the next stage is a short arrow. A move that skips stages runs in a lane at the right, one that goes
back in a lane at the left; moves to the same stage share a lane. Lanes that do not overlap share a place.
All lengths are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from reviewflow.core.workflow.definition import Move, Stage, Target, Workflow
from reviewflow.core.workflow.vocabulary import guard_title, role_title

BOX_WIDTH, BOX_HEIGHT = 280, 58
LANE = 134
LABEL_SIZE, LABEL_LINE = 12, 16
TITLE_SIZE = 14
MARGIN = 16
_GAP = 34
_ARROW_IN = 24
_CLOSING = "，。、；：？！）》”"

Side = Literal["down", "left", "right"]

_PHRASES = {
    "en": {"role": " or ", "by": "{title}\N{NO-BREAK SPACE}· {roles}", "when": "{text} ({condition})"},
    "zh": {"role": "或", "by": "{title}\N{NO-BREAK SPACE}· {roles}", "when": "{text}（{condition}）"},
}


@dataclass
class Link:
    """All that leads to the row `target` at one side, drawn as one trunk with a branch for each source."""

    side: Side
    target: int
    sources: set[int] = field(default_factory=set)
    labels: dict[int, list[str]] = field(default_factory=dict)
    """Labels by gap; gap number r is the one below row r."""
    automatic: bool = True
    lane: int = 0

    def add(self, sources: Sequence[int], label: str, *, automatic: bool) -> None:
        """Let one more move run along; its label stands beside the source nearest to the target."""
        gap = max(0, min(sources) - 1) if self.side == "left" else max(sources)
        self.sources.update(sources)
        self.labels.setdefault(gap, []).append(label)
        self.automatic = self.automatic and automatic

    def lines(self, gap: int) -> list[str]:
        """The labels in a gap, broken into lines."""
        room = BOX_WIDTH - _ARROW_IN - 14 if self.side == "down" else LANE - 14
        labels = self.labels.get(gap, [])
        bullet = "•\N{NO-BREAK SPACE}" if len(labels) > 1 else ""
        return [line for label in labels for line in wrapped(bullet + label, room, LABEL_SIZE)]

    @property
    def first(self) -> int:
        return min(*self.sources, self.target)

    @property
    def last(self) -> int:
        return max(*self.sources, self.target)


@dataclass(frozen=True)
class Layout:
    """Stages by row, links, and the measures that drawing needs."""

    stages: tuple[Stage, ...]
    links: tuple[Link, ...]
    left: int
    """The left edge of the boxes."""
    tops: tuple[int, ...]
    """The upper edge of each row's box."""
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + BOX_WIDTH

    def lane(self, link: Link) -> int:
        """Where the upright line of a link stands."""
        if link.side == "down":
            return self.left + _ARROW_IN
        return (
            self.left - (link.lane + 1) * LANE if link.side == "left" else self.right + (link.lane + 1) * LANE
        )

    def port(self, link: Link, row: int) -> int:
        """The height at which a link meets the box of a row, so that lines at one edge do not meet."""
        meeting = sorted(
            (
                other
                for other in self.links
                if other.side == link.side and row in (*other.sources, other.target)
            ),
            key=lambda other: _port_order(other, row),
        )
        place = next(n for n, other in enumerate(meeting) if other is link)
        return self.tops[row] + BOX_HEIGHT * (place + 1) // (len(meeting) + 1)


def layout(workflow: Workflow, language: str) -> Layout:
    """The layout of a workflow with labels in one language."""
    stages = tuple(workflow.stages.values())
    links = _links(workflow, language)
    lanes = {side: _pack([link for link in links if link.side == side]) for side in ("left", "right")}
    tops, height = _rows(len(stages), links)
    left = MARGIN + lanes["left"] * LANE
    return Layout(stages, links, left, tops, left + BOX_WIDTH + lanes["right"] * LANE + MARGIN, height)


def wrapped(text: str, room: int, size: int) -> list[str]:
    """Break a text into lines of at most `room` pixels, at spaces and between Chinese characters."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and _width(lines[-1] + piece.rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """A text cut wherever a line may end; closing punctuation stays with what it closes."""
    pieces = [""]
    for last, character in zip(" " + text, text, strict=False):
        if (last == " " or _wide(last) or _wide(character)) and character not in _CLOSING:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _wide(character: str) -> bool:
    return ord(character) > 0x2E7F


def _width(text: str, size: int) -> float:
    """An estimate that errs on the wide side: Latin letters of Inter are 0.56 em wide on average."""
    return sum(size if _wide(character) else size * 0.57 for character in text)


def _links(workflow: Workflow, language: str) -> tuple[Link, ...]:
    rows = {key: row for row, key in enumerate(workflow.stages)}
    found: dict[tuple[Side, int], Link] = {}
    for move in workflow.moves.values():
        for target in move.to:
            row, label = rows[target.stage], _label(move, target, language)
            for side, sources in _sides([rows[stage] for stage in move.from_], row):
                link = found.setdefault((side, row), Link(side, row))
                link.add(sources, label, automatic=move.at is not None)
    return tuple(found.values())


def _sides(sources: Sequence[int], target: int) -> list[tuple[Side, list[int]]]:
    ahead = [row for row in sources if row < target]
    back = [row for row in sources if row >= target]
    forward: Side = "down" if ahead == [target - 1] else "right"
    parts: list[tuple[Side, list[int]]] = [(forward, ahead), ("left", back)]
    return [(side, rows) for side, rows in parts if rows]


def _label(move: Move, target: Target, language: str) -> str:
    phrases = _PHRASES[language]
    roles = phrases["role"].join(role_title(role, language) for role in sorted(move.by))
    text = phrases["by"].format(title=move.title[language], roles=roles)
    if target.when is None:
        return text
    return phrases["when"].format(text=text, condition=guard_title(target.when, language))


def _pack(links: list[Link]) -> int:
    """Give each link the nearest lane that is free along its way, short ones first. Returns their number."""
    lanes: list[list[Link]] = []
    for link in sorted(links, key=lambda found: (found.last - found.first, found.first)):
        free = (n for n, taken in enumerate(lanes) if all(_apart(link, other) for other in taken))
        link.lane = next(free, len(lanes))
        if link.lane == len(lanes):
            lanes.append([])
        lanes[link.lane].append(link)
    return len(lanes)


def _apart(one: Link, other: Link) -> bool:
    return one.last < other.first or other.last < one.first


def _rows(count: int, links: Sequence[Link]) -> tuple[tuple[int, ...], int]:
    tops, y = [], MARGIN
    for row in range(count):
        tops.append(y)
        lines = max((len(link.lines(row)) for link in links), default=0)
        y += BOX_HEIGHT + max(_GAP, lines * LABEL_LINE + 18)
    return tuple(tops), tops[-1] + BOX_HEIGHT + MARGIN


def _port_order(link: Link, row: int) -> tuple[int, int]:
    """Lines that go up leave above those that go down, and each the further out, the nearer to the middle."""
    goes_up = link.first < row
    return (0, link.lane) if goes_up else (1, -link.lane)
