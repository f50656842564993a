"""Who looked at what is confidential: pay, letters, another person's review, exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit
from reviewflow.store.audit import Audit


@dataclass(frozen=True)
class Read:
    """One look. `what` is ``review``, ``letter``, ``pay``, ``evidence`` or ``export``; `detail` says of what."""

    what: str
    about_person_id: int | None = None
    subject_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(session: Session, moment: Moment, viewer: Viewer, reads: Iterable[Read]) -> None:
    """Write them into the audit as ``read.<what>``. One query."""
    rows = [
        audit.row(
            moment.wall, viewer.person_id, f"read.{one.what}", one.about_person_id, one.subject_id, one.detail
        )
        for one in reads
    ]
    if rows:
        session.execute(insert(Audit), rows)
