"""One definition: what it says, its text, its versions with their differences, and who pinned which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from reviewflow.store import scheme
from reviewflow.store.scheme import Version
from reviewflow.web.pages.scheme import calendars, catalogue, folder, plans, processes, reading
from reviewflow.web.pages.scheme.compare import compare, readable
from reviewflow.web.pages.scheme.index import KINDS, title_of
from reviewflow.web.pages.scheme.room import LOOKERS, room
from reviewflow.web.request import reader, viewer

CATALOGUE = ("indicators", "indicators")


@room.page("/scheme/<kind>/<name>", LOOKERS)
def show(kind: str, name: str) -> ResponseReturnValue:
    """The newest version, or with ``?version=`` an older one; ``?against=`` shows the differences to it."""
    accepted = scheme.versions(reader(), viewer())
    versions = accepted.get((kind, name)) or abort(404)
    shown = _wanted(versions, "version") or versions[0]
    against = _wanted(versions, "against")
    file = folder.folder(reader(), accepted).file(kind, name)
    catalogues = [one.id for one in accepted.get(CATALOGUE, [])[:1]]
    texts = scheme.texts(
        reader(), viewer(), shown.id, versions[0].id, *catalogues, *([against.id] if against else [])
    )
    text = texts[shown.id]
    return render_template(
        f"web/scheme/{kind}.html",
        kind_title=KINDS[kind][0],
        title=title_of(shown, text),
        shown=shown,
        newest=versions[0],
        versions=versions,
        against=against,
        differences=compare(readable(kind, texts[against.id]), readable(kind, text)) if against else [],
        text=text,
        file=file,
        **_CONTEXTS[kind](text, [texts[key] for key in catalogues]),
    )


def _wanted(versions: Sequence[Version], word: str) -> Version | None:
    """The version that the address names; 404 for one of another definition."""
    asked = request.args.get(word)
    if asked is None:
        return None
    return next((one for one in versions if str(one.id) == asked), None) or abort(404)


def _rubric(text: str, catalogues: Sequence[str]) -> Mapping[str, Any]:
    return {"rubric": reading.criteria(text)}


def _template(text: str, catalogues: Sequence[str]) -> Mapping[str, Any]:
    return {}


_CONTEXTS: Mapping[str, Callable[[str, Sequence[str]], Mapping[str, Any]]] = {
    "workflow": processes.context,
    "indicators": catalogue.context,
    "plan": plans.context,
    "rubric": _rubric,
    "calendar": calendars.context,
    "template": _template,
}
