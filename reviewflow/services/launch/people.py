"""Who takes part in a launch, and whether somebody may launch for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.store.people import Membership, Person, UnitAbove
from reviewflow.store.scopes import scope


@dataclass(frozen=True)
class Member:
    """A person with unit and position on the day that was asked about."""

    person_id: int
    external_id: str
    name: str
    email: str | None
    language: str
    zone: str
    hired_on: date | None
    left_on: date | None
    unit_id: int
    position: str | None


def population(
    session: Session, rule: PeopleRule, *only: ColumnElement[bool], lock: bool = False
) -> list[Member]:
    """The people of the rule, by id, narrowed by `only`. One query.

    With `lock` no other launch decides about them at the same time: nobody gets into two cycles at once.
    """
    query = matching(
        rule,
        Person.id,
        Person.external_id,
        Person.name,
        Person.email,
        Person.language,
        Person.zone,
        Person.hired_on,
        Person.left_on,
        Membership.unit_id,
        Membership.position,
    )
    query = query.where(*only).order_by(Person.id)
    return [Member(*row) for row in session.execute(_locked(query) if lock else query)]


def ids(session: Session, rule: PeopleRule) -> list[int]:
    """Ids of the people of the rule, in order. One query."""
    return list(session.scalars(matching(rule, Person.id).order_by(Person.id)))


def how_many(session: Session, rule: PeopleRule, most: int) -> int:
    """How many people the rule means, counted no further than `most`. One query."""
    some = matching(rule, Person.id).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _locked(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.with_for_update(of=Person, key_share=True)


def matching(rule: PeopleRule, *columns: Any) -> Select[*tuple[Any, ...]]:
    """These columns of `Person` and `Membership` for everybody whom the rule means."""
    chosen: Select[*tuple[Any, ...]] = (
        select(*columns)
        .select_from(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.from_on <= rule.day, Membership.until_on > rule.day)
        .where(or_(Person.left_on.is_(None), Person.left_on >= rule.day))
    )
    if rule.units:
        below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(rule.units))
        chosen = chosen.where(Membership.unit_id.in_(below))
    if rule.positions:
        chosen = chosen.where(Membership.position.in_(rule.positions))
    if rule.hired_before is not None:
        chosen = chosen.where(or_(Person.hired_on.is_(None), Person.hired_on <= rule.hired_before))
    return chosen


def against_viewer(
    session: Session, viewer: Viewer, rule: PeopleRule, *only: ColumnElement[bool]
) -> list[Reason]:
    """Why the viewer may not launch for the people of the rule, narrowed by `only`: HR may, each for their units.

    At most two queries.
    """
    if not viewer.has("hr"):
        return [Reason("launch.hr_only")]
    mine = scope(session, viewer, ["hr"])
    if mine.whole:
        return []
    below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(mine.tops))
    strangers = matching(rule, func.count()).where(Membership.unit_id.not_in(below), *only)
    count = session.scalar(strangers)
    return [Reason("launch.outside_your_units", {"count": count})] if count else []
