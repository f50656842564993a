"""Units as a tree that opens step by step, and the people of the one that is open."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.services import people_import
from reviewflow.store import people_page
from reviewflow.store.people_page import Place
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.people.room import HR, LOOKERS, room
from reviewflow.web.request import reader, viewer
from reviewflow.web.tables import PAGE, Column, offset, paging

HERE, GONE = "here", "gone"


@room.page("/people", LOOKERS)
def index() -> ResponseReturnValue:
    """People of a unit with all below it; those who left on their own tab."""
    place = people_page.place(reader(), viewer(), request.args.get("unit", type=int))
    if place is None:
        abort(404)
    words, gone = request.args.get("q", "").strip()[:100], request.args.get("show") == GONE
    read = people_page.people(
        reader(), viewer(), place.unit.id, words=words, gone=gone, limit=PAGE + 1, offset=offset()
    )
    return render_template(
        "web/people/index.html",
        place=place,
        people=read[:PAGE],
        words=words,
        gone=gone,
        headline=_headline(place, words, gone, len(read)),
        columns=_columns(gone),
        paging=paging(len(read), place.unit.people if not words and not gone else None),
        may_import=not people_import.against_import(reader(), viewer()),
    )


def _headline(place: Place, words: str, gone: bool, shown: int) -> str:
    if words:
        return _("People like “%(words)s” in %(unit)s", words=words, unit=place.unit.name)
    if gone and shown:
        return _("Who left %(unit)s", unit=place.unit.name)
    if gone:
        return _("Nobody has left %(unit)s", unit=place.unit.name)
    return ngettext(
        "%(num)s person in %(unit)s", "%(num)s people in %(unit)s", place.unit.people, unit=place.unit.name
    )


def _columns(gone: bool) -> list[Column]:
    columns = [
        Column("name", _("Person"), main=True),
        Column("id", _("Id")),
        Column("position", _("Position")),
        Column("unit", _("Unit")),
        Column("manager", _("Manager")),
    ]
    last = Column("left", _("Last day")) if gone else Column("hired", _("Hire date"))
    return [*columns, last, Column("account", _("Account"))]


@room.page("/people/import", HR)
def start() -> ResponseReturnValue:
    """An import of people begins like every other, with the source that brings them."""
    return redirect(url_for("data.start", about="people"), 303)
