"""From the text of a mapping to its values, with all faults together."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from reviewflow.connectors.mapping.definition import Read, SourceMapping
from reviewflow.connectors.mapping.reads import coverage, notation, read
from reviewflow.connectors.mapping.table import OpenTable
from reviewflow.core.indicators import EVENT_KINDS
from reviewflow.core.toml_table import LANGUAGES

SEPARATORS: Final = (",", ";", "\t", "|")

BLANKS: Final = frozenset(
    {"", "-", "–", "—", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan", "(blank)", "(空白)"}
)
"""What spreadsheets and databases write where there is nothing."""

_CURRENCY = re.compile(r"[A-Z]{3}")


def load(text: str) -> SourceMapping:
    """Read a mapping (``format = 1``, ``kind = "mapping"``). Raises `Faulty` with all faults."""
    document = OpenTable.open(text)
    if document.whole("format") != 1 and document.has("format"):
        document.fault("format", "file.unknown_format")
    document.choice("kind", ("mapping",))
    written, complete_for = notation(document), coverage(document)
    reads = tuple(read(table, written, complete_for) for table in document.list("read"))
    if not reads:
        document.fault(None, "mapping.no_read")
    made = SourceMapping(
        name=document.name("name"),
        zone=_zone(document),
        currency=_currency(document),
        language=document.choice("language", LANGUAGES, default="en"),
        company=document.text("company") if document.has("company") else None,
        encoding=_encoding(document),
        separator=document.choice("separator", SEPARATORS) if document.has("separator") else None,
        blanks=frozenset({"", *document.names("blanks")}) if document.has("blanks") else BLANKS,
        delivers=_delivers(document, reads),
        reads=reads,
    )
    document.close()
    return made


def _zone(document: OpenTable) -> str:
    zone = document.text("zone")
    try:
        ZoneInfo(zone or "UTC")
    except (LookupError, ValueError, OSError):
        document.fault("zone", "mapping.unknown_zone", value=zone)
    return zone


def _currency(document: OpenTable) -> str:
    currency = document.text("currency")
    if currency and not _CURRENCY.fullmatch(currency):
        document.fault("currency", "mapping.bad_currency", value=currency)
    return currency


def _encoding(document: OpenTable) -> str | None:
    if not document.has("encoding"):
        return None
    encoding = document.text("encoding")
    try:
        text_codec = codecs.lookup(encoding or "utf-8")._is_text_encoding
    except LookupError:
        text_codec = False
    if not text_codec:
        document.fault("encoding", "mapping.unknown_encoding", value=encoding)
    return encoding


def _delivers(document: OpenTable, reads: Sequence[Read]) -> tuple[str, ...]:
    """The kinds that are said, or all event kinds that are read."""
    kinds = tuple(dict.fromkeys(one.kind for one in reads if one.is_event))
    if not document.has("delivers"):
        return kinds
    said = document.names("delivers")
    for kind in said:
        if kind not in EVENT_KINDS:
            document.fault("delivers", "mapping.unknown_event", kind=kind, known=", ".join(EVENT_KINDS))
        elif kind not in kinds:
            document.fault("delivers", "mapping.delivers_unread", kind=kind)
    return said
