"""A TOML table whose keys are column names of somebody else, or whose values may take several forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reviewflow.core.reasons import Fault
from reviewflow.core.toml_source import Path, Source, parse
from reviewflow.core.toml_table import Table


class OpenTable(Table):
    """A `Table` that also tells which keys it has, and their values as they are written."""

    def __init__(self, source: Source, path: Path, data: Mapping[str, Any], faults: list[Fault]) -> None:
        super().__init__(source, path, data, faults)
        self.keys = tuple(data)

    @classmethod
    def open(cls, text: str) -> OpenTable:
        """The whole document. Raises `Faulty` for a syntax error alone."""
        source = parse(text)
        return cls(source, (), source.data, list(source.faults))

    def value(self, key: str) -> Any:
        """What is written, whatever it is; None if nothing is. Does not count as read."""
        return self._data.get(key)

    def ignore(self, key: str) -> None:
        """Count the key as read."""
        self._read.add(key)

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; false when it is not there."""
        self.ignore(key)
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "mapping.not_flag", key=key)
        return value is True

    def inside(self, key: str) -> OpenTable | None:
        """A table that may be missing; None too after a fault."""
        found = self.table(key) if self.has(key) else None
        return found if isinstance(found, OpenTable) else None

    def list(self, key: str) -> list[OpenTable]:
        """A list of tables; empty when it is not there."""
        return [table for table in self.tables(key) if isinstance(table, OpenTable)]

    def _inside(self, path: Path, data: Mapping[str, Any]) -> OpenTable:
        return OpenTable(self._source, (*self._path, *path), data, self.faults)
