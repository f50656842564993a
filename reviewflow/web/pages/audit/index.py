"""Rows of the audit with filters, page by page, and as a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from reviewflow.store import audit_page, pinned
from reviewflow.store.audit_page import Entry, Wanted
from reviewflow.web.downloads import download, table
from reviewflow.web.language import gettext as _
from reviewflow.web.pages.audit import words
from reviewflow.web.pages.audit.room import AUDITORS, room
from reviewflow.web.request import reader, viewer, zone
from reviewflow.web.tables import PAGE, Column, offset, paging


@room.page("/audit", AUDITORS)
def index() -> ResponseReturnValue:
    """Who did or read what about whom, newest first."""
    read = audit_page.entries(reader(), viewer(), _wanted(), limit=PAGE + 1, offset=offset())
    rows = read[:PAGE]
    workflows = pinned.workflows(reader(), {row.definition_id for row in rows if row.definition_id})
    return render_template(
        "web/audit/index.html",
        rows=[_shown(row, workflows) for row in rows],
        sealing=audit_page.sealing(reader(), viewer()),
        groups={key: _(word) for key, word in words.GROUPS.items()},
        asked={name: request.args.get(name, "") for name in ("person", "what", "from", "until")},
        columns=_columns(),
        paging=paging(len(read)),
        zone_name=zone(),
    )


@room.page("/audit.csv", AUDITORS)
def export() -> ResponseReturnValue:
    """The same rows as a file, at most as many as `audit_page.MOST_EXPORTED`."""
    found = audit_page.entries(reader(), viewer(), _wanted(), limit=audit_page.MOST_EXPORTED)
    header = ("id", "at", "actor_id", "actor", "action", "about_id", "about", "subject_id", "detail", "seal")
    return download(table(header, (_cells(row) for row in found)), "audit.csv")


def _columns() -> list[Column]:
    return [
        Column("at", _("When")),
        Column("actor", _("Who"), main=True),
        Column("what", _("Did or read what")),
        Column("about", _("About whom")),
        Column("detail", _("Details")),
        Column("seal", _("Seal"), num=True),
    ]


def _wanted() -> Wanted:
    """From the address; dates are days in the reader's zone, both included."""
    last = _day("until")
    return Wanted(
        person=request.args.get("person", "").strip()[:100],
        group=request.args.get("what", ""),
        since=_midnight(_day("from")),
        until=_midnight(last + timedelta(days=1)) if last and last < date.max else None,
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone())) if day else None


def _shown(entry: Entry, workflows: Any) -> dict[str, Any]:
    return {
        "entry": entry,
        "what": words.what(entry, workflows),
        "url": words.where(entry),
        "detail": words.details(entry, workflows),
    }


def _cells(entry: Entry) -> tuple[str, ...]:
    values = (
        entry.id, entry.at.isoformat(), entry.actor_id, entry.actor, entry.action, entry.about_id, entry.about,
        entry.subject_id, words.held(entry), entry.seal_no,
    )  # fmt: skip
    return tuple("" if value is None else str(value) for value in values)
