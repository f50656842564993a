"""TOML with line numbers: the data by `tomllib`, and the line of every key and list item.

`tomllib` gives no positions, so a small scanner walks the same text. It relies on one rule of layout
that it also checks: one key per line, at the begin of the line (inline tables and lists excepted).
Repeated keys are taken out before `tomllib` sees them, so that they are reported with all other faults.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any, TypeVar

from reviewflow.core.reasons import Fault, Faulty

Path = tuple[str | int, ...]
T = TypeVar("T")

SHORT = 64 * 1024
"""Characters of the longest text that is kept once it is read; whole processes have 10,000."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
_VALUE = re.compile(rf"{_STRING}|[^\s,\]}}#\[{{][^,\]}}#\n]*", re.DOTALL)
_KEY = re.compile(rf"{_STRING}|[A-Za-z0-9_-]+", re.DOTALL)
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Source:
    """A TOML text, its data (fractions as `Decimal`), its faults of layout, and its lines (from 1)."""

    data: Mapping[str, Any]
    faults: tuple[Fault, ...]
    lines: Mapping[Path, int]

    def line(self, *path: str | int) -> int:
        """The line of a key or list item, or of the nearest thing around it that is written.

        ``line("stage", 3, "due")`` is the header of the fourth stage if that stage has no `due`.
        """
        for length in range(len(path), 0, -1):
            found = self.lines.get(path[:length])
            if found is not None:
                return found
        return 1


def decoded(content: bytes) -> str:
    """The text of a file; a byte order mark is passed over. Raises `Faulty` with the line that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Faulty([Fault(line, "workflow.not_utf8")]) from error


def kept_if_short(reader: Callable[[str], T]) -> Callable[[str], T]:
    """A reader that reads a text once, and what comes of it is shared, so that nobody may change it.

    A long text is read anew each time: what comes of it is many times as large.
    """
    kept = lru_cache(maxsize=64)(reader)

    @wraps(reader)
    def read_or_kept(text: str) -> T:
        return kept(text) if len(text) <= SHORT else reader(text)

    return read_or_kept


@kept_if_short
def parse(text: str) -> Source:
    """Read a text; repeated and indented keys are in `faults`. Raises `Faulty` for a syntax error, alone."""
    scanner = _Scanner(text)
    with suppress(_Lost):  # a syntax error: `tomllib` says what is wrong, and where
        scanner.document()
    return Source(_load(scanner.cleaned()), tuple(scanner.faults), scanner.lines)


def read(text: str) -> Source:
    """Like `parse`, for readers with no further checks: raises `Faulty` for faults of layout too."""
    source = parse(text)
    if source.faults:
        raise Faulty(source.faults)
    return source


def _load(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Faulty([_syntax_fault(str(error), text)]) from error


def _syntax_fault(message: str, text: str) -> Fault:
    at = _AT.search(message)
    problem = _AT.sub("", message)
    if at is None or at[1] is None:
        return Fault(text.count("\n", 0, len(text.rstrip())) + 1, "toml.unfinished", {"problem": problem})
    return Fault(int(at[1]), "toml.syntax", {"column": int(at[2]), "problem": problem})


class _Lost(Exception):
    """The text is not TOML from here on."""


class _Scanner:
    """Walks statements and values of a TOML text and notes on which line each begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._counts: dict[Path, int] = {}
        self._tables: set[Path] = set()
        self._dropped: list[tuple[int, int]] = []
        self._table: Path = ()
        self._dropping = False

    def document(self) -> None:
        """Walk the whole text."""
        while self._skip_blank() < len(self.text):
            begin = self.at
            repeated = self._header() if self.text[begin] == "[" else self._pair()
            if repeated or self._dropping:
                self._dropped.append((begin, self.at))

    def cleaned(self) -> str:
        """The text without the repeated statements, each line in its place."""
        text = self.text
        for begin, end in self._dropped:
            text = text[:begin] + re.sub(r"[^\n]", " ", text[begin:end]) + text[end:]
        return text

    def _header(self) -> bool:
        begin, width = self.at, 2 if self.text.startswith("[[", self.at) else 1
        self.at += width
        keys = self._keys()
        if not self.text.startswith("]" * width, self.at):
            raise _Lost
        self.at += width
        self._check_indent(begin, keys)
        self._table = self._list_item(keys) if width == 2 else self._plain_table(keys)
        self._dropping = self._table in self._tables
        if self._dropping:
            self._repeated(self._table, begin)
        self._tables.add(self._table)
        self.lines.setdefault(self._table, self._line(begin))
        return self._dropping

    def _list_item(self, keys: list[str]) -> Path:
        name: Path = (*self._plain_table(keys[:-1]), keys[-1])
        number = self._counts.get(name, 0)
        self._counts[name] = number + 1
        self.lines.setdefault(name, self._line(self.at))
        return (*name, number)

    def _plain_table(self, keys: list[str]) -> Path:
        """The path of a table: a name that stands for a list means its newest item."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self) -> bool:
        begin = self.at
        keys = self._keys()
        self._check_indent(begin, keys)
        path = (*self._table, *keys)
        repeated = path in self.lines and not self._dropping
        if repeated:
            self._repeated(path, begin)
        self._equals()
        self._value(path, begin)
        return repeated

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._peek() == ".":
            self.at += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip_space()
        match = _KEY.match(self.text, self.at)
        if match is None:
            raise _Lost
        self.at = match.end()
        self._skip_space()
        return _unquoted(match[0])

    def _equals(self) -> None:
        if self._peek() != "=":
            raise _Lost
        self.at += 1
        self._skip_space()

    def _value(self, path: Path, begin: int) -> None:
        self.lines.setdefault(path, self._line(begin))
        opening = self._peek()
        if opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            match = _VALUE.match(self.text, self.at)
            if match is None:
                raise _Lost
            self.at = match.end()

    def _list(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self._skip_blank() < len(self.text) and self._peek() != "]":
            self._value((*path, number), self.at)
            number += 1
            self._comma()
        self._close("]")

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._skip_blank() < len(self.text) and self._peek() != "}":
            begin = self.at
            keys = self._keys()
            self._equals()
            self._value((*path, *keys), begin)
            self._comma()
        self._close("}")

    def _comma(self) -> None:
        self._skip_blank()
        if self._peek() == ",":
            self.at += 1
        elif self._peek() not in ("]", "}"):
            raise _Lost

    def _close(self, bracket: str) -> None:
        if self._peek() != bracket:
            raise _Lost
        self.at += 1

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip_blank(self) -> int:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _skip_space(self) -> None:
        while self._peek() in (" ", "\t"):
            self.at += 1

    def _line(self, at: int) -> int:
        return bisect_right(self._newlines, at - 1) + 1

    def _check_indent(self, begin: int, keys: list[str]) -> None:
        if begin and self.text[begin - 1] != "\n":
            self.faults.append(Fault(self._line(begin), "toml.indented", {"key": ".".join(keys)}))

    def _repeated(self, path: Path, begin: int) -> None:
        params: dict[str, str | int] = {"key": str(path[-1]), "first": self.lines[path]}
        self.faults.append(Fault(self._line(begin), "toml.repeated", params))


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except tomllib.TOMLDecodeError as error:
        raise _Lost from error
