"""Launching a cycle: check, pin, promise; then one review per person, created, skipped or failed, with reasons."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.launch.adding import DISMISSED, Added, add, dismiss
from reviewflow.services.launch.making import CHUNK, launch_people, launch_range
from reviewflow.services.launch.noting import FIT, fit_for_numbers
from reviewflow.services.launch.people import against_viewer, how_many, ids
from reviewflow.services.launch.plan import LaunchPlan, PeopleRule
from reviewflow.services.launch.preflight import Finding, Preflight, pins, preflight
from reviewflow.store import audit, outbox
from reviewflow.store.cycles import Cycle, CyclePin, Definition, LaunchItem
from reviewflow.store.people import Person

LONGEST_KEY = 20  # it stands in the number of every letter

__all__ = [
    "DISMISSED",
    "FIT",
    "Added",
    "Finding",
    "LaunchPlan",
    "PeopleRule",
    "Preflight",
    "add",
    "dismiss",
    "fit_for_numbers",
    "how_many",
    "launch",
    "launch_people",
    "launch_range",
    "preflight",
    "retry_failed",
]


def launch(session: Session, moment: Moment, viewer: Viewer, chosen: LaunchPlan) -> int:
    """Write the cycle, pin its definitions and promise the chunks; returns the cycle's id.

    Raises `Refused`: not HR for all of these people, key missing, too long or taken, nobody matches, a
    definition is not accepted.
    """
    found = pins(session, chosen)
    rule = PeopleRule.of(chosen, viewer.today)
    people = ids(session, rule)
    _refuse(session, viewer, chosen, rule, people)
    cycle = _written(session, moment, viewer, chosen, rule, found, len(people))
    spans = [(people[at], people[min(at + CHUNK, len(people)) - 1]) for at in range(0, len(people), CHUNK)]
    promises = [
        (f"launch:{cycle.id}:{first}", {"cycle": cycle.id, "first": first, "last": last})
        for first, last in spans
    ]
    outbox.promise_all(session, "launch", promises, moment.wall)
    detail = {"cycle": cycle.key, "people": len(people)}
    audit.record(session, moment, viewer.person_id, "cycle.launched", detail=detail)
    return cycle.id


def _refuse(
    session: Session, viewer: Viewer, chosen: LaunchPlan, rule: PeopleRule, people: Sequence[int]
) -> None:
    key = chosen.key.strip()
    reasons = against_viewer(session, viewer, rule)
    if not key:
        reasons.append(Reason("launch.key_missing"))
    if len(key) > LONGEST_KEY:
        reasons.append(Reason("launch.key_too_long", {"length": len(key), "most": LONGEST_KEY}))
    if key and not fit_for_numbers(key):
        reasons.append(Reason("launch.key_signs"))
    if session.scalar(select(Cycle.id).where(Cycle.key == key)):
        reasons.append(_taken(key))
    if not people:
        reasons.append(Reason("launch.nobody"))
    if reasons:
        raise Refused(reasons)


def _taken(key: str) -> Reason:
    return Reason("launch.key_taken", {"key": key})


def _written(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    chosen: LaunchPlan,
    rule: PeopleRule,
    found: Sequence[Definition],
    expected: int,
) -> Cycle:
    cycle = Cycle(
        key=chosen.key.strip(),
        workflow_id=found[0].id,
        starts_on=chosen.period.starts_on,
        ends_on=chosen.period.ends_on,
        currency=chosen.currency,
        calibration=chosen.calibration,
        population=rule.as_json(),
        launched_by=viewer.person_id,
        launched_at=moment.business,
        expected=expected,
    )
    try:
        with session.begin_nested():
            session.add(cycle)
    except IntegrityError:  # taken between the look and the write
        raise Refused([_taken(cycle.key)]) from None
    rows = [{"cycle_id": cycle.id, "kind": d.kind, "name": d.name, "definition_id": d.id} for d in found]
    session.execute(insert(CyclePin), rows)
    return cycle


def retry_failed(session: Session, moment: Moment, viewer: Viewer, cycle_id: int) -> int:
    """Take up again who failed or was skipped; returns how many. Who still cannot be launched stays listed.

    Who was left out after the launch by hand stays out.
    """
    cycle = session.get_one(Cycle, cycle_id)
    rule = PeopleRule.from_json(cycle.population)
    undone = (
        LaunchItem.cycle_id == cycle_id, LaunchItem.state != "created", LaunchItem.reason != DISMISSED
    )  # fmt: skip
    wanted = list(session.scalars(select(LaunchItem.person_id).where(*undone)))
    these = Person.id.in_(select(LaunchItem.person_id).where(*undone))
    reasons = against_viewer(session, viewer, rule, these)
    if reasons:
        raise Refused(reasons)
    session.execute(delete(LaunchItem).where(*undone))
    launch_people(session, moment, cycle_id, wanted, viewer.person_id)
    detail = {"cycle": cycle.key, "people": len(wanted)}
    audit.record(session, moment, viewer.person_id, "cycle.retried", detail=detail)
    return len(wanted)
