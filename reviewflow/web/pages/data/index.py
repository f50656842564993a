"""Is every source alive? Sources with freshness and coverage, ids that nobody knows, and the last imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import render_template
from flask.typing import ResponseReturnValue

from reviewflow.core.viewer import Viewer
from reviewflow.store import data_page
from reviewflow.store.facts import imports, staged
from reviewflow.store.facts.imports import SourceLine, UnknownRef
from reviewflow.store.types import Session
from reviewflow.web.event_titles import kind_title
from reviewflow.web.filters import day
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import listed
from reviewflow.web.navigation import counter
from reviewflow.web.pages.data.room import LOOKERS, may_import, room
from reviewflow.web.request import moment, reader, viewer, zone
from reviewflow.web.tables import Column

SHOWN = 20


@dataclass(frozen=True)
class Row:
    """One source. `refused` lines wait to be mended; `batch_no` is the newest import that refused some."""

    line: SourceLine
    kinds: str
    silent: bool
    heard: str
    covers: tuple[str, ...]
    rows_today: int
    refused: int
    batch_no: int | None


@counter("data")
def silent(session: Session, who: Viewer) -> int:
    """Sources that were not heard of for a week."""
    return data_page.silent_count(session, who)


@room.page("/data", LOOKERS)
def index() -> ResponseReturnValue:
    """Sources, what they lack, and what was imported."""
    lines = imports.source_lines(reader(), viewer())
    unknown = imports.unknown_refs(reader(), viewer())
    rows = _rows(lines)
    return render_template(
        "web/data/index.html",
        rows=rows,
        headline=_headline(rows, unknown),
        unknown=unknown[:SHOWN],
        more_unknown=max(0, len(unknown) - SHOWN),
        imports=imports.import_lines(reader(), viewer(), limit=SHOWN),
        waiting=staged.waiting(reader(), viewer(), moment().wall) if may_import() else [],
        source_columns=_source_columns(),
        import_columns=import_columns(),
        may_import=may_import(),
    )


def _rows(lines: Sequence[SourceLine]) -> list[Row]:
    begin = datetime.combine(moment().wall.astimezone(ZoneInfo(zone())).date(), time.min, ZoneInfo(zone()))
    fresh = data_page.rows_since(reader(), viewer(), begin.astimezone(UTC))
    refused = data_page.refused_last(reader(), viewer())
    return [_row(line, fresh.get(line.id, 0), *refused.get(line.id, (0, None))) for line in lines]


def _row(line: SourceLine, rows_today: int, refused: int, batch_no: int | None) -> Row:
    age = (moment().business - line.last_ok_at) if line.last_ok_at else None
    return Row(
        line=line,
        kinds=_kinds(line.delivers),
        silent=bool(line.delivers) and (age is None or age > data_page.SILENT_AFTER),
        heard=_heard(age.days if age is not None else None),
        covers=tuple(_covers(line.covers)),
        rows_today=rows_today,
        refused=refused,
        batch_no=batch_no,
    )


def _kinds(delivers: Sequence[str]) -> str:
    return listed(kind_title(kind) for kind in delivers) or _("people and units")


def _heard(days: int | None) -> str:
    if days is None:
        return _("never")
    if days < 1:
        return _("today")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


def _covers(covers: Mapping[str, tuple[object, object]]) -> list[str]:
    """Until when each kind is complete."""
    return [
        _("%(kind)s until %(day)s", kind=kind_title(kind), day=day(until))
        for kind, (_begins, until) in covers.items()
        if isinstance(until, date)
    ]


def _headline(rows: Sequence[Row], unknown: Sequence[UnknownRef]) -> str:
    """The answer: what is silent, else who is unknown, else that all is well."""
    if not rows:
        return _("No source delivers data yet")
    silent_ones = sum(row.silent for row in rows)
    strangers = ngettext("%(num)s id that nobody has", "%(num)s ids that nobody has", len(unknown))
    if silent_ones:
        said = ngettext("%(num)s source is silent", "%(num)s sources are silent", silent_ones)
        return _("%(said)s, %(more)s", said=said, more=strangers) if unknown else said
    said = ngettext("The source is alive", "All %(num)s sources are alive", len(rows))
    return _("%(said)s, %(more)s", said=said, more=strangers) if unknown else said


def _source_columns() -> list[Column]:
    return [
        Column("name", _("Source"), main=True),
        Column("kinds", _("Delivers")),
        Column("heard", _("Last heard of")),
        Column("covers", _("Complete for")),
        Column("today", _("Rows today"), num=True),
        Column("refused", _("Refused lines"), num=True),
        Column("action", _("Action"), bare=True),
    ]


def import_columns() -> list[Column]:
    """Columns of a list of imports."""
    return [
        Column("file", _("File"), main=True),
        Column("source", _("Source")),
        Column("when", _("When")),
        Column("by", _("Imported by")),
        Column("new", _("Added"), num=True),
        Column("changed", _("Changed"), num=True),
        Column("same", _("Same"), num=True),
        Column("voided", _("Withdrawn"), num=True),
        Column("bad", _("Refused"), num=True),
    ]
