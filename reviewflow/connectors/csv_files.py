"""Tables of text: comma, semicolon, tab or bar between the cells, quotes where needed.

A broken line costs itself and no other: a quote that never closes does not swallow the rest of a file.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Final

from reviewflow.connectors.cells import clean
from reviewflow.connectors.encodings import Decoded, decode
from reviewflow.core.reasons import Reason, Refused

SEPARATORS: Final = (",", ";", "\t", "|")
MOST_BYTES: Final = 200_000_000
MOST_ROWS: Final = 2_000_000
MOST_CELLS: Final = 500
LOOKED_AT: Final = 5
"""Lines below a header of a single name that say whether it is a title."""
LONGEST_CELL: Final = 20_000
LONGEST_LIST: Final = 400
"""Characters of the columns that a reason names."""
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_NO_TABLES: Final = (
    b"%pdf-",
    b"\x89png",
    b"\xff\xd8\xff",
    b"<html",
    b"<!doctype",
    b"<table",
    b"<?xml",
    b"[{",
    b'{"',
)
"""How files begin that carry the ending of a table and are none, in small letters."""
LONGEST_RECORD_LINES: Final = 50
"""More lines than this belong to one record only because a quote was not closed."""


@dataclass(frozen=True)
class Record:
    """One line of the table, as it stands in the file. `problem` says why it cannot be read, if it cannot."""

    line: int
    cells: Sequence[str]
    problem: str | None = None


@dataclass(frozen=True)
class Table:
    """A decoded file whose header is known. `header` has the names as people see them."""

    encoding: str
    separator: str
    header: tuple[str, ...]
    header_line: int
    decoded: Decoded

    def records(self) -> Iterator[Record]:
        """All records below the header that are not blank. Can be walked again."""
        return _records(self.decoded, self.header_line, self.separator, len(self.header))

    @property
    def begins_with_title(self) -> bool:
        """Whether the header reads like a title: hardly any names, or fewer than there are cells below it."""
        names = sum(bool(name) for name in self.header)
        if len(self.header) > 1:
            return names * 3 <= len(self.header)
        below = (record.problem for record, _number in zip(self.records(), range(LOOKED_AT), strict=False))
        return any(problem == "row.other_width" for problem in below)

    def places(self, names: Collection[str]) -> dict[str, int]:
        """Where these columns stand. Raises `Refused` naming all that are missing or there twice."""
        found = {name: _places(self.header, name) for name in sorted(names)}
        missing = [name for name, places in found.items() if not places]
        reasons = [Reason("import.column_twice", {"column": key}) for key, at in found.items() if len(at) > 1]
        if missing:
            reasons.insert(0, self._missing(missing))
        if reasons:
            raise Refused(reasons)
        return {name: places[0] for name, places in found.items()}

    def _missing(self, names: Sequence[str]) -> Reason:
        """One reason for all of them, so that the columns that are there are told once."""
        there = shorten(", ".join(name for name in self.header if name), LONGEST_LIST, placeholder=" …")
        if len(names) == 1:
            return Reason("import.column_missing", {"column": names[0], "there": there})
        return Reason("import.columns_missing", {"columns": ", ".join(names), "there": there})


def open_table(
    data: bytes, needed: Collection[str], encoding: str | None = None, separator: str | None = None
) -> Table:
    """Decode a file and find its header. Without a `separator`, the one that shows most `needed` columns.

    Raises `Refused`: too large, empty, no text, or in an encoding that cannot be told.
    """
    _refuse_others(data)
    if len(data) > MOST_BYTES:
        raise Refused([Reason("import.too_large", {"most": MOST_BYTES // 1_000_000})])
    decoded = decode(data, encoding)
    if len(decoded.lines) > MOST_ROWS:
        raise Refused([Reason("import.too_many_rows", {"rows": len(decoded.lines), "most": MOST_ROWS})])
    line, said = _header_line(decoded.lines)
    found = separator or said or _separator(decoded.lines[line - 1], needed)
    first = _record(decoded, line - 1, found, None)
    if first is None or first.problem or len(first.cells) > MOST_CELLS:
        raise Refused([Reason("import.bad_header", {"line": line})])
    header = tuple(clean(cell) for cell in first.cells)
    lines_of_header = sum(cell.count("\n") for cell in first.cells)
    return Table(decoded.encoding, found, header, line + lines_of_header, decoded)


def _refuse_others(data: bytes) -> None:
    if data.startswith(_WORKBOOKS):
        raise Refused([Reason("import.workbook")])
    if data[:100].removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_NO_TABLES):
        raise Refused([Reason("import.no_table")])


def _header_line(lines: Sequence[str]) -> tuple[int, str | None]:
    """The first line with anything in it, and the separator if a line ``sep=;`` before it names one."""
    said = None
    for number, line in enumerate(lines, 1):
        if line.lower().startswith("sep=") and len(line) == 5 and said is None:
            said = line[4]
        elif clean(line):
            return number, said
    raise Refused([Reason("import.empty")])


def _separator(header: str, needed: Collection[str]) -> str:
    """The sign that shows most needed columns, then most columns."""

    def shown(sign: str) -> tuple[int, int]:
        cells = _parsed(header, sign)[0] or []
        names = [clean(cell) for cell in cells]
        return sum(bool(_places(names, name)) for name in needed), len(cells)

    return max(SEPARATORS, key=shown)


def _places(header: Sequence[str], name: str) -> list[int]:
    """Columns of this name; if there are none, those that differ in capitals only."""
    wanted = clean(name)
    exact = [at for at, column in enumerate(header) if column == wanted]
    return exact or [at for at, column in enumerate(header) if column.casefold() == wanted.casefold()]


def _records(decoded: Decoded, after: int, separator: str, width: int | None) -> Iterator[Record]:
    lines, at = decoded.lines, after
    while at < len(lines):
        record = _record(decoded, at, separator, width)
        at += 1
        if record is None:
            continue
        if record.problem is None:
            at += sum(cell.count("\n") for cell in record.cells)
        yield record


def _record(decoded: Decoded, at: int, separator: str, width: int | None) -> Record | None:
    """The record that begins on this line; None for a blank one."""
    number, line = at + 1, decoded.lines[at]
    if number in decoded.broken:
        return Record(number, [decoded.broken[number]], "row.not_encoded")
    if "\0" in line:
        return Record(number, [line.replace("\0", "␀")], "row.control_sign")
    cells = line.split(separator) if '"' not in line else _quoted(decoded.lines, at, separator)
    if cells is None:
        return Record(number, [line], "row.quote_not_closed")
    if not any(cell and not cell.isspace() for cell in cells):
        return None
    if width is not None and len(cells) != width:
        cells = _fitted(cells, width)
        if len(cells) != width:
            return Record(number, cells, "row.other_width")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return Record(number, [cell[:LONGEST_CELL] for cell in cells], "row.cell_too_long")
    return Record(number, cells)


def _fitted(cells: list[str], width: int) -> list[str]:
    """Without blank cells that stand beyond the header: some programs end each line with a separator."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _quoted(lines: Sequence[str], at: int, separator: str) -> list[str] | None:
    """The cells of a record with quotes, over as many lines as they span; None if a quote is not closed."""
    text = lines[at]
    for following in lines[at + 1 : at + LONGEST_RECORD_LINES + 1]:
        cells, unfinished = _parsed(text, separator)
        if not unfinished:
            return cells
        text += "\n" + following
    return _parsed(text, separator)[0]


def _parsed(text: str, separator: str) -> tuple[list[str] | None, bool]:
    """The cells, or None and whether the text ends inside a quote."""
    try:
        return next(csv.reader([text], delimiter=separator, strict=True), []), False
    except csv.Error as error:
        return None, "end of data" in str(error)
