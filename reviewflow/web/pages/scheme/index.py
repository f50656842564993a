"""The overview: every accepted definition by kind, and whether the folders hold anything new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from reviewflow.store import pinned, scheme, survey_results
from reviewflow.store.scheme import Version
from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _
from reviewflow.web.pages.scheme import folder
from reviewflow.web.pages.scheme.files import headline
from reviewflow.web.pages.scheme.room import LOOKERS, room
from reviewflow.web.request import language, reader, viewer

KINDS = {
    "workflow": (_("Processes"), "git-branch"),
    "indicators": (_("Indicators"), "chart-bar"),
    "plan": (_("Pay plans"), "coins"),
    "rubric": (_("Rubrics"), "list-details"),
    "calendar": (_("Working calendars"), "calendar"),
    "template": (_("Letter templates"), "file-text"),
}
SIDES = (("workflow", "calendar"), ("indicators", "plan", "rubric", "template"))
LETTERS = {"feedback": _("Feedback letter")}


@dataclass(frozen=True)
class Line:
    """One definition in the overview. `differs`: the folder holds another text of its name."""

    newest: Version
    title: str
    versions: int
    differs: bool
    cycles: tuple[scheme.PinnedBy, ...]


@room.page("/scheme", LOOKERS)
def index() -> ResponseReturnValue:
    """What the next launch would pin."""
    accepted = scheme.versions(reader(), viewer())
    found = folder.folder(reader(), accepted)
    texts = scheme.texts(reader(), viewer(), *(versions[0].id for versions in accepted.values()))
    lines = {key: _line(versions, texts, found) for key, versions in accepted.items()}
    groups = {
        kind: (gettext(word), icon, [line for (one, _name), line in lines.items() if one == kind])
        for kind, (word, icon) in KINDS.items()
    }
    return render_template(
        "web/scheme/index.html",
        headline=headline(found),
        found=found,
        surveys_open=survey_results.open_to(reader(), viewer()),
        sides=[[groups[kind] for kind in side if groups[kind][2]] for side in SIDES] if lines else [],
    )


def _line(versions: list[Version], texts: Mapping[int, str], found: folder.Folder) -> Line:
    newest = versions[0]
    file = found.file(newest.kind, newest.name)
    return Line(
        newest=newest,
        title=title_of(newest, texts[newest.id]),
        versions=len(versions),
        differs=file is not None and bool(file.state),
        cycles=tuple(one for version in versions for one in version.pinned_by),
    )


def title_of(version: Version, text: str) -> str:
    """The title that the file gives itself; letters are named here, any other by its file."""
    if version.kind == "template":
        return gettext(LETTERS.get(version.name, version.name))
    return pinned.title(text).get(language()) or version.name
