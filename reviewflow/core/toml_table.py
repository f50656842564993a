"""Reading a TOML file of the house: each reader notes a fault with its line and goes on.

A loader opens the document, takes what it needs from it and from the tables inside, calls `finish` on each,
and raises all faults together with `close`. What a reader returns after a fault is a harmless stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.toml_source import Path, Source, parse

Words = Mapping[str, str]
"""One text in every language of the product: ``{"en": ..., "zh": ...}``."""

LANGUAGES = ("en", "zh")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Table:
    """One table of a document. Keys that nobody read are faults when `finish` is called."""

    def __init__(self, source: Source, path: Path, data: Mapping[str, Any], faults: list[Fault]) -> None:
        self._source = source
        self._path = path
        self._data = data
        self._read: set[str] = set()
        self.faults = faults

    def fault(self, at: str | None, reason: str, **params: str | int) -> None:
        """Note a fault at the line of the key `at`, or of the table when it is None."""
        path = self._path if at is None else (*self._path, at)
        self.faults.append(Fault(self._source.line(*path), reason, params))

    def has(self, key: str) -> bool:
        return key in self._data

    def text(self, key: str) -> str:
        """A text that is not blank."""
        value = self._take(key, str, "text")
        if value is not None and not value.strip():
            self.fault(key, "file.blank", key=key)
        return value or ""

    def name(self, key: str) -> str:
        """A short name for code: small letters, digits and underscores, at most 40 characters."""
        value = self.text(key)
        if value and not _NAME.fullmatch(value):
            self.fault(key, "file.bad_name", key=key, value=value)
        return value

    def choice(self, key: str, options: Collection[str], default: str | None = None) -> str:
        """One of `options`."""
        if default is not None and not self.has(key):
            return default
        value = self._take(key, str, "text")
        if value is not None and value not in options:
            self.fault(key, "file.not_one_of", key=key, value=value, options=", ".join(options))
        return value if value in options else min(options)

    def number(
        self, key: str, least: int = 0, most: int = 10**9, places: int = 6, default: int | None = None
    ) -> Fraction:
        """An exact number in ``least..most`` with at most `places` decimals."""
        if default is not None and not self.has(key):
            return Fraction(default)
        value = self._take(key, (int, Decimal), "number")
        if value is None or (isinstance(value, Decimal) and not value.is_finite()):
            return Fraction(least)
        number = Fraction(value)
        if not least <= number <= most:
            self.fault(key, "file.out_of_range", key=key, value=str(value), least=least, most=most)
        if (number * 10**places).denominator != 1:
            self.fault(key, "file.too_many_decimals", key=key, value=str(value), places=places)
        return number

    def whole(self, key: str, least: int = 0, most: int = 10**9) -> int:
        """A whole number in ``least..most``."""
        value = self._take(key, int, "whole")
        if value is not None and not least <= value <= most:
            self.fault(key, "file.out_of_range", key=key, value=str(value), least=least, most=most)
        return least if value is None else int(value)

    def words(self, key: str) -> Words:
        """A text in every language: ``{ en = "Sales", zh = "销售额" }``."""
        table = self.table(key)
        if table is None:
            return dict.fromkeys(LANGUAGES, "")
        words = {language: table.text(language) for language in LANGUAGES}
        table.finish()
        return words

    def dates(self, key: str) -> tuple[date, ...]:
        """A list of dates; empty when it is not there."""
        values = self._list(key)
        for value in values:
            if type(value) is not date:
                self.fault(key, "file.not_dates", key=key)
        return tuple(value for value in values if type(value) is date)

    def day(self, key: str) -> date:
        value = self._take(key, date, "date")
        return value if type(value) is date else date.min

    def names(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is not there."""
        values = self._list(key)
        if not all(isinstance(value, str) for value in values):
            self.fault(key, "file.not_texts", key=key)
        return tuple(value for value in values if isinstance(value, str))

    def numbers(self, key: str) -> tuple[Fraction, ...]:
        """A list of exact numbers; empty when it is not there."""
        values = self._list(key)
        numbers = [value for value in values if isinstance(value, int | Decimal) and value is not True]
        if len(numbers) < len(values):
            self.fault(key, "file.not_numbers", key=key)
        return tuple(Fraction(value) for value in numbers)

    def table(self, key: str) -> Table | None:
        """A table that must be there; None after a fault."""
        value = self._take(key, dict, "table")
        return None if value is None else self._inside((key,), value)

    def tables(self, key: str) -> list[Table]:
        """A list of tables; empty when it is not there."""
        values = self._list(key)
        if not all(isinstance(value, dict) for value in values):
            self.fault(key, "file.not_tables", key=key)
        return [self._inside((key, n), value) for n, value in enumerate(values) if isinstance(value, dict)]

    def finish(self) -> None:
        """Report keys that nobody asked for."""
        for key in self._data:
            if key not in self._read:
                self.fault(key, "file.unknown_key", key=key)

    def close(self) -> None:
        """Finish the document: raise `Faulty` with everything that was noted."""
        self.finish()
        if self.faults:
            raise Faulty(self.faults)

    def _inside(self, path: Path, data: Mapping[str, Any]) -> Table:
        return Table(self._source, (*self._path, *path), data, self.faults)

    def _list(self, key: str) -> list[Any]:
        if not self.has(key):
            return []
        value = self._take(key, list, "list")
        return [] if value is None else list(value)

    def _take(self, key: str, kind: type | tuple[type, ...], wanted: str) -> Any:
        self._read.add(key)
        if key not in self._data:
            self.fault(None, "file.missing_key", key=key)
            return None
        value = self._data[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            self.fault(key, f"file.not_{wanted}", key=key)
            return None
        return value


def open_document(text: str, kind: str) -> Table:
    """Open a file of one kind (``format = 1``, ``kind = "plan"``). A syntax error is raised alone."""
    source = parse(text)
    document = Table(source, (), source.data, list(source.faults))
    if document.whole("format") != 1 and document.has("format"):
        document.fault("format", "file.unknown_format")
    document.choice("kind", (kind,))
    return document


def unrepeated(tables: Collection[tuple[Table, str]], key: str = "key") -> None:
    """Note a fault for every table whose name stood in an earlier one."""
    seen: set[str] = set()
    for table, name in tables:
        if name and name in seen:
            table.fault(key, "file.repeated_name", name=name)
        seen.add(name)
