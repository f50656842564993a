"""Dated rows: a change closes the row that holds and opens the next, so that history stays."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, TypeVar

from reviewflow.services.people_import.state import Dated
from reviewflow.store.model import FOREVER

Key = TypeVar("Key", bound=Hashable)


@dataclass
class Changes(Generic[Key]):
    """Rows by (key, from): new ends, new words, rows to take out; and rows to put in."""

    ended: dict[tuple[Key, date], date] = field(default_factory=dict)
    corrected: dict[tuple[Key, date], tuple[object, ...]] = field(default_factory=dict)
    removed: set[tuple[Key, date]] = field(default_factory=set)
    opened: list[tuple[Key, Dated]] = field(default_factory=list)

    def hold(
        self,
        key: Key,
        says: tuple[object, ...] | None,
        day: date,
        rows: list[Dated],
        until: date | None = None,
    ) -> bool:
        """From `day` on it shall be so (None: nothing holds any more); returns whether that changes anything.

        `rows` are those of the key, in order; a later one stays as it is. They become what holds afterwards.
        `until` (exclusive) may end it early.
        """
        current = next((row for row in rows if row.from_on <= day < row.until_on), None)
        following = next((row.from_on for row in rows if row.from_on > day), FOREVER)
        end = min(until or FOREVER, following)
        if current is None:
            if says is not None:
                self._begin(key, Dated(says, day, end), rows)
            return says is not None
        if current.says == says:
            if until is None or current.until_on == end:
                return False
            self._end(key, current, end, rows)
        elif says is not None and current.from_on == day:
            self.corrected[key, day] = says
            self.ended[key, day] = end
            rows[rows.index(current)] = Dated(says, day, end)
        else:
            self._end(key, current, day, rows)
            if says is not None:
                self._open(key, Dated(says, day, end), rows)
        return True

    def _begin(self, key: Key, new: Dated, rows: list[Dated]) -> None:
        """Where nothing holds; a row that says the same and ended that day goes on."""
        before = next((row for row in rows if row.until_on == new.from_on and row.says == new.says), None)
        if before is None:
            self._open(key, new, rows)
        else:
            self._end(key, before, new.until_on, rows)

    def _open(self, key: Key, new: Dated, rows: list[Dated]) -> None:
        self.opened.append((key, new))
        rows.append(new)
        rows.sort(key=lambda row: row.from_on)

    def _end(self, key: Key, current: Dated, end: date, rows: list[Dated]) -> None:
        rows.remove(current)
        if current.from_on == end:
            self.removed.add((key, end))
        else:
            self.ended[key, current.from_on] = end
            rows.append(replace(current, until_on=end))
            rows.sort(key=lambda row: row.from_on)
