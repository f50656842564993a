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
    """The rows of each key that changes, as they were and as they become."""

    before: dict[Key, tuple[Dated, ...]] = field(default_factory=dict)
    after: dict[Key, list[Dated]] = field(default_factory=dict)

    @property
    def ended(self) -> dict[tuple[Key, date], date]:
        """New ends of rows that stay, by (key, from)."""
        pairs = self._staying()
        return {place: new.until_on for place, old, new in pairs if old.until_on != new.until_on}

    @property
    def corrected(self) -> dict[tuple[Key, date], tuple[object, ...]]:
        """New words of rows that stay, by (key, from)."""
        return {place: new.says for place, old, new in self._staying() if old.says != new.says}

    @property
    def removed(self) -> set[tuple[Key, date]]:
        """Rows to take out, by (key, from)."""
        return {
            (key, row.from_on)
            for key, rows in self.before.items()
            for row in rows
            if row.from_on not in {one.from_on for one in self.after[key]}
        }

    @property
    def opened(self) -> list[tuple[Key, Dated]]:
        """Rows to put in."""
        return [
            (key, row)
            for key, rows in self.after.items()
            for row in rows
            if row.from_on not in {one.from_on for one in self.before[key]}
        ]

    def _staying(self) -> list[tuple[tuple[Key, date], Dated, Dated]]:
        return [
            ((key, old.from_on), old, new)
            for key, rows in self.before.items()
            for old in rows
            for new in self.after[key]
            if old.from_on == new.from_on
        ]

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
        `until` (exclusive) may end it early; then what held before goes on from there, as far as it reached.
        """
        before = tuple(rows)
        if until is not None:
            _undo(rows, day)
        current = next((row for row in rows if row.from_on <= day < row.until_on), None)
        following = next((row.from_on for row in rows if row.from_on > day), FOREVER)
        end = min(until or FOREVER, following)
        if current is None:
            _begin(rows, says, day, end)
        elif current.says == says:
            if until is not None:
                rows[rows.index(current)] = replace(current, until_on=end)
        else:
            _interrupt(rows, current, says, day, end)
        rows.sort(key=lambda row: row.from_on)
        if tuple(rows) == before:
            return False
        self.before.setdefault(key, before)
        self.after[key] = rows
        return True


def _undo(rows: list[Dated], day: date) -> None:
    """Take out what interrupted another row from `day` on: it is about to be told anew, perhaps longer."""
    for old, new, rest in zip(rows, rows[1:], rows[2:], strict=False):
        joined = old.until_on == day == new.from_on and new.until_on == rest.from_on
        if joined and old.says == rest.says:
            rows[:] = [row for row in rows if row not in (new, rest)]
            rows[rows.index(old)] = replace(old, until_on=rest.until_on)
            return


def _begin(rows: list[Dated], says: tuple[object, ...] | None, day: date, end: date) -> None:
    """Where nothing holds; a row that says the same and ended that day goes on."""
    if says is None:
        return
    before = next((row for row in rows if row.until_on == day and row.says == says), None)
    if before is None:
        rows.append(Dated(says, day, end))
    else:
        rows[rows.index(before)] = replace(before, until_on=end)


def _interrupt(
    rows: list[Dated], current: Dated, says: tuple[object, ...] | None, day: date, end: date
) -> None:
    """Another thing holds from `day` until `end`; before and after it, what held goes on."""
    rows.remove(current)
    if current.from_on < day:
        rows.append(replace(current, until_on=day))
    if says is not None:
        rows.append(Dated(says, day, end))
    if says is not None and end < current.until_on:
        rows.append(replace(current, from_on=end))
