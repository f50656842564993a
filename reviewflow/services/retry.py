"""Take promised work up again that was given up after several failures."""

from __future__ import annotations

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.store import audit, parked

ROLES = ("hr", "system_admin")


def retry(session: Session, moment: Moment, viewer: Viewer, outbox_id: int) -> None:
    """The row gets all its tries again, beginning now. Raises `Refused`; two queries."""
    if not viewer.has(*ROLES):
        raise Refused([Reason("retry.not_yours")])
    if not parked.retry(session, outbox_id, moment.wall):
        raise Refused([Reason("retry.not_parked")])
    audit.record(session, moment, viewer.person_id, "job.retried", detail={"outbox": outbox_id})
