"""What changed meanwhile, when somebody writes from an old version of a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Difference:
    """One line of the table Now | Yours, as text for people; `name` is the posted field, if there is one."""

    label: str
    now: str
    yours: str
    name: str = ""


class Conflict(Exception):
    """The row has a newer version than the one the person saw.

    `version` is the version now, `by` the name of who changed it (None: the clock or a job), `at` when (UTC).
    `differences` may be empty: the page then shows what was sent. For a move, `stage` is the key of the stage
    in which its subject stands now, and `wanted` the key of the move.
    """

    def __init__(
        self,
        version: int,
        by: str | None,
        at: datetime,
        differences: Iterable[Difference] = (),
        *,
        stage: str = "",
        wanted: str = "",
    ) -> None:
        self.version, self.by, self.at = version, by, at
        self.stage, self.wanted = stage, wanted
        self.differences: tuple[Difference, ...] = tuple(differences)
        super().__init__(f"version {version} is newer")
