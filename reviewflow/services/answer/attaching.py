"""Evidence: a file handed in with a task. Kept as it came, shown only for download, never run or rendered."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.answer.task import asked
from reviewflow.store import audit
from reviewflow.store.subjects import Attachment

MOST_BYTES = 5_000_000
MOST_FILES = 20
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": "application/zip",
}
"""What may be handed in, by its first bytes: PDF, PNG, JPEG, and office files, which are zip archives."""


def attach(
    session: Session, moment: Moment, viewer: Viewer, subject_id: int, task_key: str, name: str, body: bytes
) -> int:
    """Store one file for a task that is asked of the viewer now; returns its id. Raises `Refused`."""
    found = asked(session, viewer, subject_id, task_key)
    kind = next((kind for begin, kind in SIGNATURES.items() if body.startswith(begin)), None)
    if len(body) > MOST_BYTES:
        raise Refused([Reason("attachment.too_large", {"bytes": len(body), "most": MOST_BYTES})])
    if kind is None:
        raise Refused([Reason("attachment.kind", {"name": plain_name(name)})])
    mine = (Attachment.subject_id == subject_id, Attachment.task == task_key)
    if (session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_FILES:
        raise Refused([Reason("attachment.too_many", {"most": MOST_FILES})])
    made = session.scalars(
        insert(Attachment)
        .values(
            subject_id=subject_id,
            task=task_key,
            by_id=viewer.person_id,
            name=plain_name(name),
            content_type=kind,
            sha256=hashlib.sha256(body).hexdigest(),
            body=body,
            at=moment.business,
        )
        .returning(Attachment.id)
    ).one()
    audit.record(
        session,
        moment,
        viewer.person_id,
        "attachment.added",
        about_person_id=found.subject.person_id,
        subject_id=subject_id,
        detail={"attachment": made, "task": task_key},
    )
    return made


def plain_name(name: str) -> str:
    """The last part of a path, printable, at most 200 characters: ``C:\\mail\\slip.pdf`` is ``slip.pdf``."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable()).strip()[-200:] or "file"
