"""The `[[read]]` tables of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reviewflow.connectors.dates import DateFormat, read_format
from reviewflow.connectors.fields import FIELDS, KEYED, KINDS
from reviewflow.connectors.mapping.definition import (
    IMPORT_DAY,
    LAST_ROW,
    Column,
    Condition,
    Coverage,
    Ends,
    Notation,
    Read,
)
from reviewflow.connectors.mapping.table import OpenTable
from reviewflow.connectors.periods import is_length

DECIMALS: Final = (".", ",")
THOUSANDS: Final = (",", ".", " ", "'", "’")
CREATED: Final = ("manager", "unit")


def notation(table: OpenTable, default: Notation | None = None) -> Notation:
    """How dates and numbers are written, for the whole source or for one read."""
    default = default or Notation()
    decimal = table.choice("decimal", DECIMALS) if table.has("decimal") else default.decimal
    thousands = table.choice("thousands", THOUSANDS) if table.has("thousands") else default.thousands
    if table.has("thousands") and thousands == decimal:
        table.fault("thousands", "mapping.same_sign", value=str(thousands))
    return Notation(_formats(table) or default.dates, decimal, thousands)


def _formats(table: OpenTable) -> tuple[DateFormat, ...]:
    formats = []
    for written in table.names("dates"):
        try:
            formats.append(read_format(written))
        except ValueError:
            table.fault("dates", "mapping.bad_date_format", value=written)
    return tuple(formats)


def coverage(table: OpenTable, default: Coverage | None = None) -> Coverage:
    """``coverage = { from = 2024-01-01, until = "last_row" | "import_day" | 2024-12-31 }``."""
    default = default or Coverage()
    inside = table.inside("coverage")
    if inside is None:
        return default
    starts_on = inside.day("from") if inside.has("from") else default.starts_on
    until = inside.value("until")
    if isinstance(until, str):
        until = inside.choice("until", (LAST_ROW, IMPORT_DAY))
    elif inside.has("until"):
        until = inside.day("until")
        if starts_on is not None and until < starts_on:
            inside.fault("until", "mapping.until_before_from")
    inside.finish()
    return Coverage(starts_on, until or default.until)


def read(table: OpenTable, written: Notation, complete_for: Coverage) -> Read:
    """One `[[read]]` table; what it does not say about notation and coverage is the whole source's."""
    kind = table.choice("kind", KINDS)
    columns = _columns(table, kind)
    made = Read(
        file=table.text("file"),
        kind=kind,
        key=_key(table, kind),
        columns=columns,
        values=_values(table),
        where=_where(table),
        notation=notation(table, written),
        ends=_ends(table, kind, columns),
        creates=_creates(table, kind),
        complete=table.flag("complete"),
        coverage=coverage(table, complete_for),
    )
    if made.complete and kind in ("pay_base", "target"):
        table.fault("complete", "mapping.never_complete", kind=kind)
    table.finish()
    return made


def _key(table: OpenTable, kind: str) -> tuple[str, ...]:
    if kind not in KEYED:
        return ()
    key = table.value("key")
    if isinstance(key, str):
        return (table.text("key"),)
    names = table.names("key")
    if not names:
        table.fault("key" if table.has("key") else None, "mapping.no_key", kind=kind)
    return names


def _columns(table: OpenTable, kind: str) -> Mapping[str, Column]:
    inside = table.inside("columns")
    if inside is None:
        if not table.has("columns"):
            table.fault(None, "file.missing_key", key="columns")
        return {}
    fields = FIELDS[kind]
    columns = {name: _column(inside, name) for name in inside.keys if name in fields}
    for name in inside.keys:
        if name not in fields:
            inside.ignore(name)
            inside.fault(name, "mapping.unknown_field", field=name, kind=kind, known=", ".join(fields))
    for name, field in fields.items():
        if field.required and name not in columns:
            inside.fault(None, "mapping.field_missing", field=name, kind=kind)
    if kind == "pay_base" and ("amount" in columns) == ("rate" in columns):
        inside.fault(None, "mapping.amount_or_rate")
    return columns


def _column(columns: OpenTable, field: str) -> Column:
    """``"Column"``, ``{ column = "..." }``, ``{ join = [...], with = " " }`` or ``{ const = "..." }``."""
    if isinstance(columns.value(field), str):
        return Column((columns.text(field),))
    table = columns.inside(field)
    if table is None:
        return Column(())
    ways = [way for way in ("column", "join", "const") if table.has(way)]
    if len(ways) != 1:
        table.fault(None, "mapping.one_way", field=field)
    made = Column(
        names=(table.text("column"),) if "column" in ways else table.names("join"),
        const=_const(table) if "const" in ways else None,
        between=str(table.value("with") or ""),
        percent=table.flag("percent"),
    )
    if not table.has("with"):
        made = Column(made.names, made.const, " ", made.percent)
    table.ignore("with")
    table.finish()
    return made


def _const(table: OpenTable) -> str:
    """A text, number or date that is the same in every row."""
    value = table.value("const")
    table.ignore("const")
    if not isinstance(value, bool | dict | list) and str(value).strip():
        return str(value)
    table.fault("const", "mapping.bad_const")
    return ""


def _values(table: OpenTable) -> Mapping[str, Mapping[str, str]]:
    """``values = { Column = { "written" = "meant" } }``."""
    inside = table.inside("values")
    if inside is None:
        return {}
    renames: dict[str, Mapping[str, str]] = {}
    for column in inside.keys:
        of_column = inside.inside(column)
        if of_column is not None:
            renames[column] = {written: of_column.text(written) for written in of_column.keys}
    return renames


def _where(table: OpenTable) -> Mapping[str, Condition]:
    """``where = { Column = "value" | ["a", "b"] | { not = ["c"] } }``."""
    inside = table.inside("where")
    if inside is None:
        return {}
    return {column: _condition(inside, column) for column in inside.keys}


def _condition(where: OpenTable, column: str) -> Condition:
    value: Any = where.value(column)
    if isinstance(value, dict):
        negated = where.inside(column)
        assert negated is not None
        values = negated.names("not")
        if not values:
            negated.fault(None, "mapping.empty_where", column=column)
        negated.finish()
        return Condition(frozenset(values), negated=True)
    if isinstance(value, str):
        where.ignore(column)
        return Condition(frozenset({value}))
    values = where.names(column)
    if not values:
        where.fault(column, "mapping.empty_where", column=column)
    return Condition(frozenset(values))


def _ends(table: OpenTable, kind: str, columns: Mapping[str, Column]) -> Ends | None:
    """``ends = { next = "file" | "person", last = DATE }`` or ``{ length = "P3M" }``; targets only."""
    if kind != "target":
        return None
    inside = table.inside("ends")
    if (inside is None) == ("ends" not in columns):
        table.fault("ends" if inside else None, "mapping.ends_once")
    if inside is None:
        return None
    length = inside.text("length") if inside.has("length") else None
    if length is not None and not is_length(length):
        inside.fault("length", "mapping.bad_length", value=length)
    until_next = inside.choice("next", ("file", "person")) if inside.has("next") else None
    if (length is None) == (until_next is None):
        inside.fault(None, "mapping.next_or_length")
    last = inside.day("last") if until_next is not None else None
    inside.finish()
    return Ends(until_next, last, length)


def _creates(table: OpenTable, kind: str) -> frozenset[str]:
    names = frozenset(table.names("creates"))
    if names and kind != "people":
        table.fault("creates", "mapping.creates_people_only")
    for name in sorted(names - set(CREATED)):
        table.fault("creates", "file.not_one_of", key="creates", value=name, options=", ".join(CREATED))
    return names
