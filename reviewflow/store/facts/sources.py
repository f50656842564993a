"""Sources: the systems that deliver rows, with the newest mapping of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reviewflow.store.facts.rows import Source


def by_name(session: Session, name: str) -> Source | None:
    """A source by its name. One query."""
    return session.scalars(select(Source).where(Source.name == name)).one_or_none()


def save(
    session: Session, name: str, mapping: str, delivers: Mapping[str, frozenset[str]], zone: str
) -> tuple[Source, bool]:
    """Write a source or its changed mapping; returns it and whether it changed. At most two queries."""
    said = json.dumps({kind: sorted(fields) for kind, fields in sorted(delivers.items())})
    source = by_name(session, name)
    if source is None:
        source = Source(name=name, mapping=mapping, delivers=said, zone=zone)
        session.add(source)
        session.flush()
        return source, True
    changed = source.mapping != mapping
    source.mapping, source.delivers, source.zone = mapping, said, zone
    session.flush()
    return source, changed


def heard(session: Session, source_id: int, at: datetime) -> None:
    """Note that a source was imported without fault of its own, in business time. One query."""
    session.execute(update(Source).where(Source.id == source_id).values(last_ok_at=at))


def names(session: Session) -> list[str]:
    """Names of all sources, in order. One query."""
    return list(session.scalars(select(Source.name).order_by(Source.name)))
