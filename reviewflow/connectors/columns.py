"""The fields of one read, each ready to be taken from a record of one file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from reviewflow.connectors.cells import BadCell, NumberReader, clean, decimal_sign
from reviewflow.connectors.csv_files import Table
from reviewflow.connectors.dates import DateReader, no_end, order_of
from reviewflow.connectors.fields import FIELDS, Field
from reviewflow.connectors.mapping import Column, Read, SourceMapping
from reviewflow.connectors.rows import Value

Cells = Sequence[str]

_CURRENCY = re.compile(r"[A-Z]{3}")
_PLACES = {"number": 4, "money": 4, "rate": 6}
_LANGUAGES = (("zh", ("zh", "chinese", "中文", "汉语", "简体")), ("en", ("en", "english", "英")))


@dataclass(frozen=True)
class FieldReader:
    """One field: where its text stands and what the text means."""

    field: Field
    column: Column
    text: Callable[[Cells], str]
    meaning: Callable[[str], Value]

    @property
    def shown(self) -> str:
        """How the field's column is called where people see it."""
        return " + ".join(self.column.names) or str(self.column.const)

    def value(self, cells: Cells) -> Value:
        """None for a blank. Raises `BadCell`."""
        text = self.text(cells)
        value = self.meaning(text) if text else None
        if value is None and self.field.filled:
            raise BadCell("row.blank" if not text else "row.date_open")
        if isinstance(value, str) and len(value) > self.field.longest:
            raise BadCell("row.too_long", longest=self.field.longest)
        return value


def readers(
    mapping: SourceMapping, read: Read, table: Table, places: Mapping[str, int]
) -> dict[str, FieldReader]:
    """By field name. `places`: where the columns stand in the file."""
    found = {}
    for name, column in read.columns.items():
        field, text = FIELDS[read.kind][name], _text(mapping, read, column, places)
        found[name] = FieldReader(field, column, text, _meaning(mapping, read, table, field, column, text))
    return found


def _text(
    mapping: SourceMapping, read: Read, column: Column, places: Mapping[str, int]
) -> Callable[[Cells], str]:
    """The cleaned text of a field: renamed as `values` says, blanks empty, several columns put together."""
    if column.const is not None:
        const = column.const
        return lambda cells: const
    parts = [_part(places[name], read.values.get(name, {}), mapping.blanks) for name in column.names]
    if len(parts) == 1:
        return parts[0]
    return lambda cells: column.between.join(text for text in (part(cells) for part in parts) if text)


def _part(at: int, renames: Mapping[str, str], blanks: frozenset[str]) -> Callable[[Cells], str]:
    def part(cells: Cells) -> str:
        text = clean(cells[at])
        text = renames.get(text, text)
        return "" if text in blanks else text

    return part


def _meaning(
    mapping: SourceMapping,
    read: Read,
    table: Table,
    field: Field,
    column: Column,
    text: Callable[[Cells], str],
) -> Callable[[str], Value]:
    notation = read.notation

    def texts() -> Iterator[str]:
        return (text(record.cells) for record in table.records() if record.problem is None)

    if field.form == "date":
        dates = DateReader(ZoneInfo(mapping.zone), notation.dates, cache(lambda: order_of(texts())))
        return lambda written: no_end(dates(written))
    if field.form in _PLACES:
        return NumberReader(
            places=_PLACES[field.form],
            decimal=cache(lambda: notation.decimal or decimal_sign(texts())),
            thousands=notation.thousands,
            percent=column.percent,
            may_percent=field.form == "rate",
            currency=_currency_of(mapping, read),
        )
    return _TEXTS.get(field.form, str)


def _currency_of(mapping: SourceMapping, read: Read) -> str | None:
    """The currency of a read's amounts, unless each line has its own."""
    column = read.columns.get("currency")
    return mapping.currency if column is None else column.const


def _word(text: str) -> str:
    return "_".join(text.casefold().split())


def _currency(text: str) -> str:
    code = text.upper()
    if not _CURRENCY.fullmatch(code):
        raise BadCell("row.bad_currency")
    return code


def _language(text: str) -> str:
    lowered = text.casefold()
    for code, begins in _LANGUAGES:
        if lowered.startswith(begins):
            return code
    raise BadCell("row.bad_language")


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (LookupError, ValueError, OSError) as error:
        raise BadCell("row.bad_zone") from error


_TEXTS: Mapping[str, Callable[[str], Value]] = {
    "word": _word,
    "currency": _currency,
    "language": _language,
    "zone": _zone,
}
