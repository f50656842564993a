"""Launching a cycle: check, pin, promise; then one review per person, created, skipped or failed, with reasons."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.launch.making import launch_people
from reviewflow.services.launch.people import day_of
from reviewflow.services.launch.plan import LaunchPlan, PeopleRule
from reviewflow.services.launch.preflight import Finding, Preflight, pins, preflight
from reviewflow.store import audit, outbox, staff
from reviewflow.store.cycles import Cycle, CyclePin, LaunchItem

CHUNK = 500

__all__ = [
    "Finding",
    "LaunchPlan",
    "PeopleRule",
    "Preflight",
    "launch",
    "launch_people",
    "launch_range",
    "preflight",
    "retry_failed",
]


def launch(session: Session, moment: Moment, viewer: Viewer, chosen: LaunchPlan) -> int:
    """Write the cycle, pin its definitions and promise the chunks; returns the cycle's id.

    Raises `Refused`: not HR, key taken, nobody matches, a definition is not accepted.
    """
    found = pins(session, chosen)
    rule = PeopleRule.of(chosen)
    day = day_of(chosen.period, viewer.today)
    people = sorted(
        member.person_id
        for member in staff.population(session, day, rule.units, rule.positions, rule.hired_before)
    )
    _refuse(session, viewer, chosen, bool(people))
    cycle = Cycle(
        key=chosen.key,
        workflow_id=found[0].id,
        starts_on=chosen.period.starts_on,
        ends_on=chosen.period.ends_on,
        currency=chosen.currency,
        calibration=chosen.calibration,
        population=chosen.people_as_json(),
        launched_by=viewer.person_id,
        launched_at=moment.business,
        expected=len(people),
    )
    session.add(cycle)
    session.flush()
    session.execute(
        insert(CyclePin),
        [{"cycle_id": cycle.id, "kind": d.kind, "name": d.name, "definition_id": d.id} for d in found],
    )
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        span = {"cycle": cycle.id, "first": chunk[0], "last": chunk[-1]}
        outbox.promise(session, "launch", f"launch:{cycle.id}:{chunk[0]}", span, moment.wall)
    audit.record(
        session, moment, viewer.person_id, "cycle.launched", detail={"cycle": chosen.key, "people": len(people)}
    )
    return cycle.id


def _refuse(session: Session, viewer: Viewer, chosen: LaunchPlan, anybody: bool) -> None:
    reasons = []
    if not viewer.has("hr"):
        reasons.append(Reason("launch.hr_only"))
    if not chosen.key.strip():
        reasons.append(Reason("launch.key_missing"))
    if session.scalar(select(Cycle.id).where(Cycle.key == chosen.key)):
        reasons.append(Reason("launch.key_taken", {"key": chosen.key}))
    if not anybody:
        reasons.append(Reason("launch.nobody"))
    if reasons:
        raise Refused(reasons)


def launch_range(session: Session, moment: Moment, cycle_id: int, first: int, last: int) -> None:
    """One promised chunk: people of the cycle's population with ids from `first` to `last`."""
    cycle = session.get_one(Cycle, cycle_id)
    rule = PeopleRule.from_json(cycle.population)
    launched_on = (cycle.launched_at or moment.business).date()
    day = min(max(cycle.starts_on, launched_on), cycle.ends_on)
    members = staff.population(session, day, rule.units, rule.positions, rule.hired_before)
    launch_people(session, moment, cycle_id, [m.person_id for m in members if first <= m.person_id <= last])


def retry_failed(session: Session, moment: Moment, viewer: Viewer, cycle_id: int) -> int:
    """Take up again who failed or was skipped; returns how many. Who still cannot be launched stays listed."""
    if not viewer.has("hr"):
        raise Refused([Reason("launch.hr_only")])
    people = session.scalars(
        delete(LaunchItem)
        .where(LaunchItem.cycle_id == cycle_id, LaunchItem.state != "created")
        .returning(LaunchItem.person_id)
    ).all()
    launch_people(session, moment, cycle_id, people)
    audit.record(
        session, moment, viewer.person_id, "cycle.retried", detail={"cycle": cycle_id, "people": len(people)}
    )
    return len(people)
