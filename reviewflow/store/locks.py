"""Work that only one transaction may do at a time. On SQLite a writer is alone already."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session


class Alone(IntEnum):
    """What may be done by one transaction only. Any numbers that nothing else locks."""

    sealing = 7_201_985_014
    live_values = 7_201_985_015
    effective_lines = 7_201_985_016


def alone(session: Session, work: Alone) -> None:
    """Wait for whoever does this work, and keep others waiting until the commit. One query on PostgreSQL."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(work))))
