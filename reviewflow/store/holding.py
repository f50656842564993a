"""Why a subject does not go on by itself, kept with it where HR looks."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.store.subjects import Subject


def hold_up(session: Session, moment: Moment, rows: Sequence[tuple[int, str, Sequence[Reason]]]) -> None:
    """Keep why moves wait: (subject id, move key, reasons) each. The next move made wipes it out."""
    table: Table = Subject.metadata.tables["subject"]
    statement = (
        update(table)
        .where(table.c.id == bindparam("the_id"))
        .values(held_up=bindparam("why"), tried_at=bindparam("at"))
    )
    if rows:
        session.connection().execute(
            statement,
            [
                {
                    "the_id": subject_id,
                    "why": json.dumps({"move": move, "reasons": [[r.key, dict(r.params)] for r in reasons]}),
                    "at": moment.business,
                }
                for subject_id, move, reasons in rows
            ],
        )
