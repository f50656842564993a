"""When each kind of event was last heard of."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.store.facts.rows import Source


def last_heard(session: Session) -> dict[str, datetime]:
    """Newest successful import by event kind, over all sources that deliver it. One query."""
    heard: dict[str, datetime] = {}
    for delivers, at in session.execute(select(Source.delivers, Source.last_ok_at)):
        for kind in json.loads(delivers):
            if at is not None and (kind not in heard or heard[kind] < at):
                heard[kind] = at
    return heard
