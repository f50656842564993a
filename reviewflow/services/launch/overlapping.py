"""Cycles in the same time: of the same process, or of one that pays the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.services.launch.paying import Pays, pays
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle, Definition


@dataclass(frozen=True)
class Process:
    """What a cycle runs: the name of its workflow, over which period, and what it pays."""

    workflow: str
    period: Period
    pays: Pays


@dataclass(frozen=True)
class Overlapping:
    """Ids of cycles: of the `same` workflow, and of others that are `paying` one of the same components."""

    same: frozenset[int]
    paying: frozenset[int]


def overlapping(session: Session, process: Process, besides: int | None = None) -> Overlapping:
    """Cycles that overlap, but for the cycle `besides`. At most two queries."""
    period, mine = process.period, process.pays.components
    query = (
        select(Cycle.id, Definition.name)
        .join(Definition, Definition.id == Cycle.workflow_id)
        .where(Cycle.starts_on <= period.ends_on, Cycle.ends_on >= period.starts_on)
    )
    names = {key: name for key, name in session.execute(query) if key != besides}
    others = [key for key, name in names.items() if name != process.workflow] if mine else []
    pins = pinned.of_cycles(session, others)
    return Overlapping(
        same=frozenset(key for key, name in names.items() if name == process.workflow),
        paying=frozenset(key for key in others if pays(pins[key].workflow, pins[key].plan).components & mine),
    )
