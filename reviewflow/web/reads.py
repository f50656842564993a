"""The log of confidential reads: a page says what it shows, and one small transaction notes it afterwards."""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, g

from reviewflow.services import read_log
from reviewflow.services.read_log import Read
from reviewflow.store import db
from reviewflow.web import database
from reviewflow.web.request import moment, viewer


def log_read(what: str, about_person_id: int | None, subject_id: int | None = None, /, **detail: Any) -> None:
    """Note that this page shows pay, a letter, a review of somebody else, or an export.

    Nothing is noted of a page that fails. It is written before the page leaves: what cannot be noted is not
    shown.
    """
    if "reads" not in g:
        g.reads = []
        after_this_request(_write)
    g.reads.append(Read(what, about_person_id, subject_id, detail))


def _write(response: Response) -> Response:
    """With the page's own clock and viewer: its snapshot stays open, which hinders no write."""
    if response.status_code < 400:
        with db.write(database.engine()) as session:
            read_log.note(session, moment(), viewer(), g.reads)
    return response
