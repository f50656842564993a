"""A checked workflow file as values. Whoever holds a `Workflow` may rely on everything the checker proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reviewflow.core.workflow.vocabulary import Title

Count = Literal["working", "calendar"]
Anchor = Literal["begin", "period_start", "period_end"]


@dataclass(frozen=True)
class Due:
    """A deadline: the end of day number `days` after the anchor; `begin` is the day of entry."""

    from_: Anchor
    days: int
    count: Count


@dataclass(frozen=True)
class Stage:
    """One place of the process. `marks`, `jobs` and `send` are its effects when it is entered."""

    key: str
    part: str
    title: Title
    due: Due | None = None
    marks: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    send: tuple[str, ...] = ()
    end: bool = False


@dataclass(frozen=True)
class Task:
    """Work inside a stage by a role on a form. It exists only while its guard `when` holds, if it has one."""

    key: str
    stage: str
    by: frozenset[str]
    not_by: frozenset[str]
    form: str
    when: str | None
    title: Title


@dataclass(frozen=True)
class Target:
    """A stage that a move may lead to, and the guard that chooses it (None: otherwise)."""

    stage: str
    when: str | None = None


@dataclass(frozen=True)
class Move:
    """A way from stages to a stage: by whom, needing what. `to` is in order, the last without a guard.

    `at` is set for moves of the clock alone: ``"ready"`` (tried after every change) or ``"due"``.
    `asks` says that the move stands in the inbox of its roles; `outcome` is stored with the move.
    """

    key: str
    title: Title
    from_: tuple[str, ...]
    to: tuple[Target, ...]
    by: frozenset[str]
    not_by: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    note: Literal["required", "optional"] | None = None
    asks: bool = False
    bulk: bool = False
    outcome: str | None = None
    clears: frozenset[str] = frozenset()
    at: Literal["ready", "due"] | None = None


@dataclass(frozen=True)
class Field:
    """One field of a form. `label` is None where the field's kind brings its own words."""

    key: str
    kind: str
    required: bool
    label: Title | None


@dataclass(frozen=True)
class Form:
    """The fields of one form, in the order of the page."""

    key: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Workflow:
    """One process. Mappings are keyed by the items' keys, in the order of the file.

    `months` is how long a period usually is, 0 where the file does not say. `uses` names the files that are
    pinned with it; `limits` holds minor units by guard and currency.
    Two workflows are equal when their texts are: `digest` is the SHA-256 of the text.
    """

    digest: str
    name: str = field(compare=False)
    kind: str = field(compare=False)
    title: Title = field(compare=False)
    months: int = field(compare=False)
    start: str = field(compare=False)
    uses: Mapping[str, str] = field(compare=False)
    limits: Mapping[str, Mapping[str, int]] = field(compare=False)
    stages: Mapping[str, Stage] = field(compare=False)
    tasks: Mapping[str, Task] = field(compare=False)
    moves: Mapping[str, Move] = field(compare=False)
    forms: Mapping[str, Form] = field(compare=False)

    def moves_from(self, stage: str) -> list[Move]:
        """Moves that start in a stage, in the order of the file: the order in which the clock tries them."""
        return [move for move in self.moves.values() if stage in move.from_]

    def tasks_in(self, stage: str) -> list[Task]:
        """Tasks of a stage, in the order of the file."""
        return [task for task in self.tasks.values() if task.stage == stage]

    def goes_back(self, from_: str, to: str) -> bool:
        """Whether a move from one stage to another begins a new round: the target stands earlier in the file.

        In a new round tasks are open again, and approvals of the round before no longer count.
        """
        order = list(self.stages)
        return order.index(to) < order.index(from_)
