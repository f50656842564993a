"""The last step of an import: everything of an upload is taken in, in one transaction, and the upload goes."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from reviewflow import intake
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Faulty, Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.intake import Intake, Prepared
from reviewflow.services import staging
from reviewflow.store.types import Session
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.data.room import IMPORTERS, room
from reviewflow.web.pages.data.upload import page, the_upload
from reviewflow.web.post import act


@room.action("/data/import/<token>/land", IMPORTERS)
def land(token: str) -> ResponseReturnValue:
    """Import. What a guard stops needs a reason; without one the page says so and keeps everything."""
    found = the_upload(token)
    try:
        prepared = intake.prepare(found.mapping, found.files)
    except Faulty:
        return page(found), 422
    except Refused as refused:
        return page(found, refused=refused.reasons), 422
    confirmed = (request.form.get("confirmed") or "").strip() or None
    if request.form.get("alarmed") and confirmed is None:
        return page(found, refused=[Reason("staging.reason_missing")]), 422
    try:
        return act(_take_in, token, prepared, confirmed, then=_after, said=_said)
    except Refused as refused:
        return page(the_upload(token), refused=refused.reasons), 409


def _take_in(
    session: Session, now: Moment, who: Viewer, token: str, prepared: Prepared, confirmed: str | None
) -> Intake:
    """The mapping, people and events, and the end of the upload: one commit."""
    staging.check_base(session, now, who, token)
    done = intake.land(session, now, who, prepared, confirmed=confirmed)
    staging.drop(session, now, who, token)
    return done


def _numbers(done: Intake) -> list[int]:
    return [file.batch_no for file in done.files if file.batch_no is not None]


def _after(done: Intake) -> str:
    """To the report of the import; where nothing was new, to the sources."""
    numbers = _numbers(done)
    return url_for("data.batch", batch_no=numbers[-1]) if numbers else url_for("data.index")


def _said(done: Intake) -> str:
    rows = sum(file.new + file.changed for file in done.files)
    if not _numbers(done):
        return _("Nothing in it was new: nothing was changed.")
    return ngettext("%(num)s row was taken in.", "%(num)s rows were taken in.", rows)
