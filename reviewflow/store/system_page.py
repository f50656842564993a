"""How the installation stands: promised work, the lake, letters, definitions and the clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.store import parked, relations
from reviewflow.store.clock import BusinessClock
from reviewflow.store.cycles import CyclePin, Definition
from reviewflow.store.facts import LandingBatch, last_batch
from reviewflow.store.letters import Letter
from reviewflow.store.parked import Parked, Standing
from reviewflow.store.subjects import Subject

OPENING = ("system_admin", "hr")
WAITING_TOO_LONG = timedelta(minutes=2)
MOST = 50


@dataclass(frozen=True)
class Version:
    """The newest accepted text of one definition, and how many cycles run on it."""

    kind: str
    name: str
    digest: str
    accepted_at: datetime
    cycles: int


@dataclass(frozen=True)
class FailedLetter:
    """A letter that could not be printed, with the reasons. `visible`: the viewer may open it."""

    id: int
    ref: str
    reasons: tuple[Reason, ...]
    visible: bool


@dataclass(frozen=True)
class SystemPage:
    """`in_lake`: the batch up to which all events are in the lake; `frozen_at`: where a stopped clock stands."""

    standing: Standing
    parked: tuple[Parked, ...]
    batch: int
    in_lake: int
    letters: tuple[FailedLetter, ...]
    versions: tuple[Version, ...]
    scratch: bool
    frozen_at: datetime | None

    def behind(self, now: datetime) -> bool:
        """Whether promised work waits for longer than it should."""
        return self.standing.oldest_at is not None and now - self.standing.oldest_at > WAITING_TOO_LONG


def page(session: Session, viewer: Viewer, now: datetime) -> SystemPage | None:
    """Everything at wall time `now`, or None for who may not see it. Eight queries."""
    if not viewer.has(*OPENING):
        return None
    clock = session.execute(select(BusinessClock.id, BusinessClock.frozen_at)).one_or_none()
    newest = last_batch(session)
    return SystemPage(
        standing=parked.standing(session, now),
        parked=tuple(parked.parked(session, MOST)),
        batch=newest,
        in_lake=_in_lake(session, newest),
        letters=_letters(session, viewer),
        versions=_versions(session),
        scratch=clock is not None,
        frozen_at=clock.frozen_at if clock else None,
    )


def well(session: Session, now: datetime) -> bool:
    """Whether nothing was given up and nothing waits for long: for the public health page. Two queries."""
    standing = parked.standing(session, now)
    waits = standing.oldest_at is not None and now - standing.oldest_at > WAITING_TOO_LONG
    return not standing.parked and not waits


def _in_lake(session: Session, newest: int) -> int:
    """Read here and not by the lake, which would bring its engine into the web process."""
    missing = session.scalar(
        select(func.min(LandingBatch.no)).where(
            LandingBatch.in_lake_at.is_(None), LandingBatch.holds == "facts"
        )
    )
    return newest if missing is None else missing - 1


def _letters(session: Session, viewer: Viewer) -> tuple[FailedLetter, ...]:
    query = (
        select(Letter.id, Letter.ref, Letter.problem, Letter.review_id)
        .where(Letter.state == "failed")
        .order_by(Letter.id.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    mine = select(Subject.id).where(
        Subject.id.in_([row.review_id for row in rows]), relations.visible(viewer)
    )
    visible = set(session.scalars(mine)) if rows else set()
    return tuple(FailedLetter(r.id, r.ref, _reasons(r.problem), r.review_id in visible) for r in rows)


def _reasons(text: str | None) -> tuple[Reason, ...]:
    try:
        return tuple(Reason(key, params) for key, params in json.loads(text or "[]"))
    except ValueError:  # cut short when it was stored
        return (Reason("letter.failed"),)


def _versions(session: Session) -> tuple[Version, ...]:
    cycles = (
        select(func.count())
        .where(CyclePin.definition_id == Definition.id)
        .correlate(Definition)
        .scalar_subquery()
    )
    latest = (
        select(Definition.kind, Definition.name, func.max(Definition.accepted_at).label("at"))
        .group_by(Definition.kind, Definition.name)
        .subquery()
    )
    query = (
        select(Definition.kind, Definition.name, Definition.digest, Definition.accepted_at, cycles)
        .join(latest, (latest.c.kind == Definition.kind) & (latest.c.name == Definition.name))
        .where(Definition.accepted_at == latest.c.at)
        .order_by(Definition.kind, Definition.name, Definition.id)
    )
    return tuple(Version(*row) for row in session.execute(query))
