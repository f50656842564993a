"""One table of a workflow file, read key by key: values come out typed, faults go into one list.

A reader never stops at a fault. What is missing or wrong comes out empty, and a misspelt word of a closed
vocabulary comes out as the word it resembles, so that one slip does not bring a row of faults after it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from reviewflow.core.reasons import Fault
from reviewflow.core.toml_source import Source
from reviewflow.core.workflow.vocabulary import LANGUAGES, Title

_ALIKE = 0.75
"""How alike two words must be (`difflib` ratio) for one to count as the other misspelt."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Table:
    """A TOML table at `path`. `close` reports the keys that nobody asked for."""

    def __init__(
        self, source: Source, faults: list[Fault], path: tuple[str | int, ...], data: Mapping[str, Any]
    ) -> None:
        self.source, self.faults, self.path, self.data = source, faults, path, data
        self._asked: list[str] = []

    def line(self, *path: str | int) -> int:
        """The line of something in this table."""
        return self.source.line(*self.path, *path)

    def fault(self, fault: str, *path: str | int, **params: str | int) -> None:
        """Report `workflow.<fault>` at a place in this table."""
        self.faults.append(Fault(self.line(*path), f"workflow.{fault}", params))

    def value(self, key: str, kind: type, expected: str, *, required: bool) -> Any:
        """The value of a key if it is of this type, else None."""
        self._asked.append(key)
        value = self.data.get(key)
        if value is None:
            if required:
                self.fault("key_missing", key=key)
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(f"not_{expected}", key, key=key)
            return None
        return value

    def text(self, key: str, *, required: bool = True) -> str:
        """A text, stripped; empty where it is missing."""
        value = self.value(key, str, "text", required=required)
        if isinstance(value, str) and not value.strip():
            self.fault("empty", key, key=key)
        return (value or "").strip()

    def name(self, key: str) -> str:
        """A key of our own: small letters, digits and underscores, at most 40."""
        value = self.text(key)
        if value and not _NAME.fullmatch(value):
            self.fault("bad_name", key, word=value)
        return value

    def whole(self, key: str, most: int, *, required: bool = True) -> int:
        """A whole number from 0 to `most`; 0 where it is missing."""
        value = self.value(key, int, "whole", required=required)
        if value is not None and not 0 <= value <= most:
            self.fault("out_of_range", key, key=key, most=most)
        return value or 0

    def flag(self, key: str) -> bool:
        """true or false; false where it is missing."""
        return bool(self.value(key, bool, "flag", required=False))

    def word(self, key: str, what: str, known: Collection[str], *, required: bool = True) -> str:
        """A word of a closed vocabulary; empty where it is missing or like none."""
        value = self.text(key, required=required)
        return self.known(what, known, value, (key,)) if value else ""

    def words(
        self, key: str, what: str, known: Collection[str], *, required: bool = False
    ) -> tuple[str, ...]:
        """A list of words of a closed vocabulary, each once."""
        values: list[Any] = self.value(key, list, "words", required=required) or []
        found: dict[str, None] = {}
        for place, value in enumerate(values):
            if not isinstance(value, str):
                self.fault("not_words", key, place, key=key)
                continue
            word = self.known(what, known, value, (key, place))
            if word in found:
                self.fault("word_twice", key, place, key=key, word=word)
            found.update({word: None} if word else {})
        return tuple(found)

    def known(self, what: str, known: Collection[str], word: str, path: tuple[str | int, ...]) -> str:
        """The word if the vocabulary has it; else a fault, and the word that it resembles, or nothing."""
        if word in known:
            return word
        near = difflib.get_close_matches(word, known, n=1, cutoff=_ALIKE)
        listed = ", ".join(near or sorted(known)) or "–"
        self.fault(f"unknown_{what}", *path, word=word, known=listed)
        return near[0] if near else ""

    def title(self, key: str, *, required: bool = True) -> Title:
        """A text in every language of the product."""
        table = self.table(key, required=required)
        if table is None:
            return {}
        title = {language: table.text(language, required=False) for language in LANGUAGES}
        for language, text in title.items():
            if not text and language not in table.data:
                self.fault("translation_missing", key, key=key, language=language)
        table.close()
        return title

    def table(self, key: str, *, required: bool = False) -> Table | None:
        """A table inside this one."""
        value = self.value(key, dict, "table", required=required)
        return None if value is None else Table(self.source, self.faults, (*self.path, key), value)

    def tables(self, key: str, *, required: bool = False) -> list[Table]:
        """A list of tables inside this one; entries that are none are reported and come out empty."""
        values: list[Any] = self.value(key, list, "tables", required=required) or []
        for place, value in enumerate(values):
            if not isinstance(value, dict):
                self.fault("not_tables", key, place, key=key)
        paths = [(*self.path, key, place) for place in range(len(values))]
        tables = (value if isinstance(value, dict) else {} for value in values)
        return [
            Table(self.source, self.faults, path, table) for path, table in zip(paths, tables, strict=True)
        ]

    def close(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self.data:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1, cutoff=_ALIKE)
                self.fault("unknown_key", key, word=key, known=", ".join(near or self._asked))
