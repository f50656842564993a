"""What in the folders is not accepted yet: the differences, the faults by file and line, and the button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services import accept as service
from reviewflow.services.accept import FilesFaulty
from reviewflow.store import scheme
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import listed
from reviewflow.web.moves import Button
from reviewflow.web.pages.scheme import folder
from reviewflow.web.pages.scheme.compare import DiffLine, compare, readable
from reviewflow.web.pages.scheme.room import HR, LOOKERS, room
from reviewflow.web.post import act
from reviewflow.web.request import reader, viewer

if TYPE_CHECKING:
    from reviewflow.store.types import Session

ACCEPT = "accept"


@room.page("/scheme/files", LOOKERS)
def files() -> ResponseReturnValue:
    """Every file that is new or changed, with its differences and its faults."""
    accepted = scheme.versions(reader(), viewer())
    found = folder.folder(reader(), accepted)
    newest = [file.accepted.id for file in found.files if file.accepted]
    texts = scheme.texts(reader(), viewer(), *newest) if newest else {}
    differences = {
        file.anchor: _differences(file.proposal, texts[file.accepted.id] if file.accepted else "")
        for file in found.files
    }
    return render_template(
        "web/scheme/files.html",
        found=found,
        headline=headline(found),
        differences=differences,
        button=button(found),
    )


def _differences(new: service.Proposal, accepted: str) -> list[DiffLine]:
    """Against what is accepted; a new file is new in every line."""
    return compare(readable(new.kind, accepted), readable(new.kind, new.text))


@room.action("/scheme/accept", HR)
def accept() -> ResponseReturnValue:
    """Accept all files of the folders as they were seen, or none."""
    if not scheme.may_accept(reader(), viewer()):
        abort(403)
    found = folder.read()
    if isinstance(found, Reason):
        raise Refused([found])
    if folder.Folder(found, (), None).seen != request.form.get("seen"):
        raise Refused([Reason("scheme.files_changed")])
    return act(_accept, found, then=url_for("scheme.index"), said=_said)


def _accept(session: Session, now: Moment, who: Viewer, proposals: tuple[service.Proposal, ...]) -> list[str]:
    try:
        return service.accept(session, now, who.person_id, proposals)
    except FilesFaulty as faulty:
        raise Refused([Reason("scheme.files_faulty", {"files": len(faulty.faults)})]) from faulty


def _said(names: list[str]) -> str:
    if not names:
        return _("These files were accepted already.")
    return ngettext(
        "Accepted: %(names)s. The next launch pins it.",
        "Accepted: %(names)s. The next launch pins them.",
        len(names),
        names=listed(names),
    )


def headline(found: folder.Folder) -> str:
    """Whether the folders hold what is accepted."""
    if found.problem is not None:
        return _("The folder of the scheme cannot be read")
    if found.faulty:
        return ngettext(
            "%(num)s file has faults, so nothing new can be accepted",
            "%(num)s files have faults, so nothing new can be accepted",
            len(found.faulty),
        )
    if found.files:
        return ngettext(
            "%(num)s file is not accepted yet", "%(num)s files are not accepted yet", len(found.files)
        )
    return _("The scheme in force is what stands in the folder")


def button(found: folder.Folder) -> Button | None:
    """Accept, or greyed why not; None where there is nothing to accept."""
    if not found.files or not viewer().has("hr"):
        return None
    reasons: list[Reason] = []
    if found.faulty:
        reasons.append(Reason("scheme.files_faulty", {"files": len(found.faulty)}))
    if not scheme.may_accept(reader(), viewer()):
        reasons.append(Reason("scheme.whole_company"))
    options: dict[str, Any] = {"primary": True, "icon": "check"}
    return Button(
        key=ACCEPT,
        title=ngettext("Accept %(num)s file", "Accept %(num)s files", len(found.files)),
        reasons=tuple(reasons),
        confirm=(
            _("The next launch pins these texts."),
            _("Cycles that are running keep the texts they began with."),
            _("All of them are accepted together; it is noted who did it."),
        ),
        **options,
    )
