"""Somebody who came after the launch: taken into the cycle as the launch would have done, or left out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.launch.checking import check
from reviewflow.services.launch.conditions import BLOCKING, PEOPLE_CHECKS
from reviewflow.services.launch.making import Making, launch_members, process_of
from reviewflow.services.launch.people import Member, against_viewer, population
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.services.launch.preflight import granted_roles
from reviewflow.store import audit, pinned
from reviewflow.store.cycles import Cycle, LaunchItem
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review

DISMISSED = "launch.dismissed"


@dataclass(frozen=True)
class Added:
    """A review that was made, and what should be known of its person; none of it kept them out."""

    review_id: int
    person: str
    warnings: tuple[Reason, ...]


def add(session: Session, moment: Moment, viewer: Viewer, cycle_id: int, person_id: int) -> Added:
    """Make the review of one person who is there today and fits the cycle's rules. Raises `Refused`."""
    making = Making.of(session, moment, cycle_id, viewer.person_id)
    making = replace(making, rule=_today(making.rule, making.cycle, viewer.today))
    member = _member(making, viewer, person_id)
    entry = session.get(LaunchItem, (cycle_id, person_id))
    if entry is not None and entry.state == "created":
        raise Refused([Reason("launch.in_it_already", {"cycle": making.cycle.key})])
    found = _findings(making, viewer, person_id)
    blocking = [reason for reason in found if reason.key in BLOCKING]
    if blocking:
        raise Refused(blocking)
    if entry is None or entry.reason == DISMISSED:
        session.execute(update(Cycle).where(Cycle.id == cycle_id).values(expected=Cycle.expected + 1))
    if entry is not None:
        session.expunge(entry)
        session.execute(delete(LaunchItem).where(*_entry(cycle_id, person_id)))
    launch_members(making, [member])
    made = session.execute(
        select(LaunchItem.state, LaunchItem.reason).where(*_entry(cycle_id, person_id))
    ).one()
    if made.state != "created":
        raise Refused([Reason(made.reason or "launch.error")])
    _record(making, viewer, "cycle.person_added", person_id)
    its = select(Review.id).where(Review.cycle_id == cycle_id, Review.person_id == person_id)
    return Added(session.scalars(its).one(), member.name, tuple(found))


def dismiss(session: Session, moment: Moment, viewer: Viewer, cycle_id: int, person_id: int) -> str:
    """Leave one person out of the cycle, so that nobody is asked again; returns the name. Raises `Refused`.

    Who did it and when stays in the report of the launch and in the audit.
    """
    making = Making.of(session, moment, cycle_id, viewer.person_id)
    making = replace(making, rule=_today(making.rule, making.cycle, viewer.today))
    member = _member(making, viewer, person_id)
    if session.get(LaunchItem, (cycle_id, person_id)) is not None:
        raise Refused([Reason("launch.listed_already", {"cycle": making.cycle.key})])
    by = session.scalar(select(Person.name).where(Person.id == viewer.person_id))
    row = {"cycle_id": cycle_id, "person_id": person_id, "state": "skipped", "reason": DISMISSED}
    session.execute(insert(LaunchItem), [row | {"detail": f"{by}, {viewer.today.isoformat()}"}])
    _record(making, viewer, "cycle.person_left_out", person_id)
    return member.name


def _today(rule: PeopleRule, cycle: Cycle, today: date) -> PeopleRule:
    """The cycle's rule on the last day that counts: today, as far as it lies in the period."""
    return replace(rule, day=max(rule.day, min(today, cycle.ends_on)))


def _member(making: Making, viewer: Viewer, person_id: int) -> Member:
    """The person if they fit the rule and the viewer is their HR. Raises `Refused`."""
    session, rule, this = making.session, making.rule, Person.id == person_id
    members = population(session, rule, this, lock=True)
    reasons = against_viewer(session, viewer, rule, this)
    if not members and not reasons:
        reasons.append(Reason("launch.not_in_population"))
    if reasons:
        raise Refused(reasons)
    return members[0]


def _findings(making: Making, viewer: Viewer, person_id: int) -> list[Reason]:
    """What the check before a launch says of this person."""
    session, pins = making.session, making.pins
    processes = [pins.workflow, *pinned.workflows(session, pins.awards.values()).values()]
    checked = check(
        session,
        making.rule,
        process_of(making),
        viewer.today,
        granted_roles(processes),
        only=[Person.id == person_id],
        besides=making.cycle.id,
    )
    return [checked.reason(key) for key in PEOPLE_CHECKS if checked.count(key)]


def _entry(cycle_id: int, person_id: int) -> tuple[ColumnElement[bool], ...]:
    return LaunchItem.cycle_id == cycle_id, LaunchItem.person_id == person_id


def _record(making: Making, viewer: Viewer, action: str, person_id: int) -> None:
    detail = {"cycle": making.cycle.key}
    audit.record(
        making.session, making.moment, viewer.person_id, action, about_person_id=person_id, detail=detail
    )
