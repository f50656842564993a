"""After a commit that may let a record go on: try the clock's moves at once, in a commit of their own.

The same function as the job that the commit promised, so that people do not wait for it; harmless twice.
"""

from __future__ import annotations

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer, the_clock
from reviewflow.services import move
from reviewflow.store.types import Session
from reviewflow.web.post import write


def advance(subject_id: int) -> None:
    """Let one subject go on, if it may."""
    write(_advance, subject_id)


def _advance(session: Session, moment: Moment, viewer: Viewer, subject_id: int) -> None:
    """As the clock, whoever looks on."""
    move.advance(session, moment, the_clock(moment.business.date()), [subject_id])
