"""Who is in the team today, and where their reviews of one cycle stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations
from reviewflow.store.cycles import Cycle
from reviewflow.store.people import Person, ReportingLine
from reviewflow.store.review_page import Lines, lines_of
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

MOST = 100
"""People that one board shows. HR can be the manager of everybody whom an import left without one."""


@dataclass(frozen=True)
class RunningCycle:
    """A cycle in which reviews of the team are open, and how many."""

    id: int
    key: str
    period: Period
    currency: str
    open: int


@dataclass(frozen=True)
class Member:
    """A person of the team. Without a review in the cycle, the last five are None."""

    person_id: int
    name: str
    review_id: int | None
    stage: str | None
    part: str | None
    due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Team:
    """The people of today in order of their names, with goals and figures by review. `more`: not all."""

    members: tuple[Member, ...]
    lines: Mapping[int, Lines]
    more: bool


def cycles(session: Session, viewer: Viewer) -> list[RunningCycle]:
    """Cycles with open reviews of the viewer's people, the newest period first. One query."""
    query = (
        select(Cycle.id, Cycle.key, Cycle.starts_on, Cycle.ends_on, Cycle.currency, func.count())
        .join(Subject, Subject.cycle_id == Cycle.id)
        .where(Subject.kind == "review", Subject.closed_at.is_(None), Subject.person_id.in_(reports(viewer)))
        .group_by(Cycle.id)
        .order_by(Cycle.ends_on.desc(), Cycle.id.desc())
    )
    return [
        RunningCycle(key, name, Period(begins, ends), currency, count)
        for key, name, begins, ends, currency, count in session.execute(query)
    ]


def team(session: Session, viewer: Viewer, cycle_id: int | None) -> Team:
    """The viewer's people with their reviews of a cycle, withdrawn ones left out. Three queries."""
    review = and_(Subject.person_id == Person.id, Subject.kind == "review", Subject.cycle_id == cycle_id)
    query = (
        select(
            Person.id, Person.name, Subject.id, Subject.stage, Subject.part, Subject.due_at, Subject.closed_at
        )
        .outerjoin(Subject, and_(review, Subject.id.not_in(_withdrawn(cycle_id))))
        .where(Person.id.in_(reports(viewer)))
        .order_by(Person.name, Person.id)
        .limit(MOST + 1)
    )
    found = [Member(*row) for row in session.execute(query)]
    shown = tuple(_masked(session, viewer, found[:MOST]))
    ids = [member.review_id for member in shown if member.review_id is not None]
    return Team(shown, lines_of(session, viewer, ids) if ids else {}, len(found) > MOST)


def reports(viewer: Viewer) -> Select[int]:
    """Ids of the people whose effective manager the viewer is today."""
    line = ReportingLine
    return select(line.person_id).where(
        line.manager_id == viewer.person_id,
        line.kind == "effective",
        line.from_on <= viewer.today,
        line.until_on > viewer.today,
    )


def _withdrawn(cycle_id: int | None) -> Select[int]:
    return select(Review.id).where(Review.cycle_id == cycle_id, Review.voided_at.is_not(None))


def _masked(session: Session, viewer: Viewer, members: list[Member]) -> list[Member]:
    """Where a review stands is for those who see its standing."""
    ids = [member.review_id for member in members if member.review_id is not None]
    held = relations.held_on(session, viewer, ids) if ids else {}
    hidden = {key for key, roles in held.items() if not policy.sees("standing", roles, frozenset())}
    return [
        Member(one.person_id, one.name, None, None, None, None, None) if one.review_id in hidden else one
        for one in members
    ]
