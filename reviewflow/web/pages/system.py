"""System: jobs, outbox, lake, letters, versions and clock; and the public health page."""

from __future__ import annotations

import importlib.metadata

from flask import Response, abort, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.reasons import Reason
from reviewflow.services import retry as retrying
from reviewflow.store import system_page
from reviewflow.store.system_page import OPENING
from reviewflow.web.filters import sentence
from reviewflow.web.gate import PUBLIC, granted
from reviewflow.web.health import redis_answers
from reviewflow.web.language import gettext as _
from reviewflow.web.language import marked
from reviewflow.web.post import act
from reviewflow.web.request import moment, reader, viewer
from reviewflow.web.rooms import Room
from reviewflow.web.tables import Column

room = Room("system")
ADMINISTRATORS = granted(*OPENING)
_KINDS = {
    "advance": marked("Let a record go on"),
    "copy_to_lake": marked("Copy events to the lake"),
    "freeze_measures": marked("Freeze figures"),
    "launch": marked("Launch reviews"),
    "letter": marked("Print a letter"),
    "live_values": marked("Compute live figures"),
    "message": marked("Send a message"),
    "preview_measures": marked("Preview figures"),
    "propose_awards": marked("Propose awards"),
    "suggest_targets": marked("Suggest targets"),
}


@room.page("/system", ADMINISTRATORS)
def show() -> ResponseReturnValue:
    """What stands still, and why; then everything else."""
    now = moment()
    found = system_page.page(reader(), viewer(), now.wall) or abort(404)
    return render_template(
        "web/system/show.html",
        found=found,
        behind=found.behind(now.wall),
        redis=redis_answers(),
        software=importlib.metadata.version("reviewflow"),
        kinds={kind: _(word) for kind, word in _KINDS.items()},
        why=_why,
        columns=[
            Column("kind", _("Definition"), main=True),
            Column("name", _("Name")),
            Column("digest", _("Digest")),
            Column("accepted", _("Accepted"), num=True),
            Column("cycles", _("Cycles"), num=True),
        ],
        business=now.business,
    )


def _why(reason: Reason) -> str:
    """A reason in words; one that a newer release stored, as its key."""
    try:
        return sentence(reason)
    except KeyError:
        return reason.key


@room.action("/system/jobs/<int:outbox_id>/retry", ADMINISTRATORS)
def retry(outbox_id: int) -> ResponseReturnValue:
    """Give a parked job all its tries again."""
    return act(retrying.retry, outbox_id, then=url_for("system.show"), said=_("It is tried again."))


@room.page("/healthz", PUBLIC)
def healthz() -> Response:
    """``ok`` or ``degraded``, for monitors: work is done in time and Redis answers. 503 without a database."""
    try:
        well = system_page.well(reader(), moment().wall)
    except Exception:  # noqa: BLE001  # whatever the database says, it is nobody's business out there
        answer = jsonify(status="degraded")
        answer.status_code = 503
        return answer
    return jsonify(status="ok" if well and redis_answers() else "degraded")
