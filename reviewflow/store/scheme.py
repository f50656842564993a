"""The scheme as HR reads it: accepted definitions, who pinned which version, and what sources deliver.

Nothing here is about a person. Whoever looks after cycles may see it; to everybody else it is empty.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.store import scopes
from reviewflow.store.cycles import Cycle, CyclePin, Definition
from reviewflow.store.facts.rows import Source
from reviewflow.store.scopes import CYCLE_ROLES


@dataclass(frozen=True)
class PinnedBy:
    """A cycle that was launched with a definition."""

    cycle_id: int
    cycle: str


@dataclass(frozen=True)
class Version:
    """One accepted text, without the text. `accepted_at` is when it last became the newest of its name."""

    id: int
    kind: str
    name: str
    digest: str
    accepted_at: datetime
    pinned_by: tuple[PinnedBy, ...]


@dataclass(frozen=True)
class Delivery:
    """A source with the event kinds it delivers, the fields of each, and when it was last imported."""

    source: str
    kinds: Mapping[str, frozenset[str]]
    last_ok_at: datetime | None


def may_look(viewer: Viewer) -> bool:
    """Whether the scheme is there for the viewer."""
    return viewer.has(*CYCLE_ROLES)


def may_accept(session: Session, viewer: Viewer) -> bool:
    """Files hold for every unit, so only HR of the whole company accepts them. At most one query."""
    return scopes.scope(session, viewer, ("hr",)).whole


def versions(session: Session, viewer: Viewer) -> dict[tuple[str, str], list[Version]]:
    """All accepted versions by (kind, name), the newest first. Two queries."""
    if not may_look(viewer):
        return {}
    pins: defaultdict[int, list[PinnedBy]] = defaultdict(list)
    launched = (
        select(CyclePin.definition_id, Cycle.id, Cycle.key)
        .join(Cycle, Cycle.id == CyclePin.cycle_id)
        .order_by(Cycle.starts_on, Cycle.id)
    )
    for definition_id, cycle_id, key in session.execute(launched):
        pins[definition_id].append(PinnedBy(cycle_id, key))
    found: defaultdict[tuple[str, str], list[Version]] = defaultdict(list)
    query = select(
        Definition.id, Definition.kind, Definition.name, Definition.digest, Definition.accepted_at
    ).order_by(Definition.kind, Definition.name, Definition.accepted_at.desc(), Definition.id.desc())
    for row in session.execute(query):
        found[row.kind, row.name].append(Version(*row, tuple(pins[row.id])))
    return dict(found)


def texts(session: Session, viewer: Viewer, *definition_ids: int) -> dict[int, str]:
    """The texts of accepted versions by id. One query."""
    if not may_look(viewer):
        return {}
    query = select(Definition.id, Definition.text).where(Definition.id.in_(definition_ids))
    return {key: text for key, text in session.execute(query)}


def deliveries(session: Session, viewer: Viewer) -> list[Delivery]:
    """All sources that deliver events, by name. One query."""
    if not may_look(viewer):
        return []
    query = select(Source.name, Source.delivers, Source.last_ok_at).order_by(Source.name)
    read = [(name, json.loads(delivers), at) for name, delivers, at in session.execute(query)]
    return [
        Delivery(name, {kind: frozenset(fields) for kind, fields in delivers.items()}, at)
        for name, delivers, at in read
        if delivers
    ]
