"""One read over one file: which lines it wants, and what stands in them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from reviewflow.connectors.cells import BadCell, clean
from reviewflow.connectors.columns import Cells, readers
from reviewflow.connectors.csv_files import Record, Table
from reviewflow.connectors.mapping import Read, SourceMapping
from reviewflow.connectors.rows import Reading, Value
from reviewflow.core.reasons import Reason

LONGEST_ID = 120


@dataclass(frozen=True)
class Scene:
    """What the reads of a file share: mapping, table, where columns stand, and the result so far."""

    mapping: SourceMapping
    table: Table
    places: Mapping[str, int]
    reading: Reading


class Walk(ABC):
    """Takes the lines that one read wants. A subclass says what becomes of them."""

    def __init__(self, scene: Scene, read: Read) -> None:
        self.scene, self.read = scene, read
        self.fields = readers(scene.mapping, read, scene.table, scene.places)
        self.wanted: set[int] = set()
        scene.reading.labels |= {(read.kind, name): reader.shown for name, reader in self.fields.items()}
        self._key = [(name, scene.places[name]) for name in read.key]
        self._conditions = [(scene.places[name], condition) for name, condition in read.where.items()]

    def run(self) -> None:
        for record in self.scene.table.records():
            if record.problem is not None:
                self._refuse_broken(record)
            elif self._wants(record.cells):
                self.wanted.add(record.line)
                self.take(record)
        self.finish()

    @abstractmethod
    def take(self, record: Record) -> None:
        """A line that this read wants."""

    @abstractmethod
    def finish(self) -> None:
        """After the last line."""

    def values(self, record: Record) -> dict[str, Value] | None:
        """All fields of a record; None if any of them was refused."""
        values: dict[str, Value] = {}
        for name, reader in self.fields.items():
            try:
                values[name] = reader.value(record.cells)
            except BadCell as bad:
                self.refuse(record, name, Reason(bad.key, bad.params))
        return values if len(values) == len(self.fields) else None

    def identity(self, record: Record) -> str | None:
        """The id of a row: its key columns with ``|`` between. None, and refused, if one is blank."""
        parts = []
        for name, at in self._key:
            text = self.read.values.get(name, {}).get(clean(record.cells[at]), clean(record.cells[at]))
            if text in self.scene.mapping.blanks:
                self._refuse(record, name, text, Reason("row.blank"))
                return None
            parts.append(text.replace("\\", "\\\\").replace("|", "\\|") if len(self._key) > 1 else text)
        identity = "|".join(parts)
        if len(identity) > LONGEST_ID:
            reason = Reason("row.too_long", {"longest": LONGEST_ID})
            self._refuse(record, " + ".join(self.read.key), identity, reason)
            return None
        return identity

    def refuse(self, record: Record, field: str, reason: Reason) -> None:
        """Refuse the line because of this field."""
        reader = self.fields[field]
        self._refuse(record, reader.shown, reader.text(record.cells), reason)

    def _refuse(self, record: Record, column: str, value: str, reason: Reason) -> None:
        self.scene.reading.refuse(record.line, record.cells, column, value, reason)

    def _refuse_broken(self, record: Record) -> None:
        self.wanted.add(record.line)
        params = {"cells": len(record.cells), "columns": len(self.scene.table.header)}
        value = self.scene.table.separator.join(record.cells)
        self._refuse(record, "", value, Reason(record.problem or "", params))

    def _wants(self, cells: Cells) -> bool:
        return all((clean(cells[at]) in asked.values) != asked.negated for at, asked in self._conditions)
