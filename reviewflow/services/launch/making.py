"""Making the rows of a launch: in chunks of 500, and a chunk that fails is halved down to the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from reviewflow.core.due import Anchors, due_at
from reviewflow.core.moment import Moment
from reviewflow.core.values import Period
from reviewflow.core.workflow import load
from reviewflow.services.launch.people import Checked, check
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.services.launch.preflight import granted_roles
from reviewflow.store import again, audit, outbox, pinned
from reviewflow.store.audit import Audit
from reviewflow.store.cycles import Cycle, CyclePin, Definition, LaunchItem
from reviewflow.store.facts import Target
from reviewflow.store.pinned import Pinned
from reviewflow.store.reviews import Goal, Review
from reviewflow.store.staff import Member
from reviewflow.store.subjects import MoveLog, Subject


def launch_people(
    session: Session, moment: Moment, cycle_id: int, person_ids: Sequence[int]
) -> None:
    """Create the reviews of these people, or say why not. Who has an entry already is passed over."""
    cycle = session.get_one(Cycle, cycle_id)
    period = Period(cycle.starts_on, cycle.ends_on)
    done = set(session.scalars(select(LaunchItem.person_id).where(LaunchItem.cycle_id == cycle_id)))
    wanted = [person for person in person_ids if person not in done]
    if not wanted:
        return
    checked = check(
        session,
        PeopleRule.from_json(cycle.population),
        period,
        _workflow_name(session, cycle),
        moment.business.date(),
        _roles(session, cycle_id),
        besides=cycle_id,
        only=wanted,
    )
    _skip(session, cycle_id, checked)
    ready = [member for member in checked.members if not checked.left_out(member.person_id)]
    _make(session, moment, cycle, pinned.of_cycle(session, cycle_id), ready)


def _workflow_name(session: Session, cycle: Cycle) -> str:
    return session.scalars(select(Definition.name).where(Definition.id == cycle.workflow_id)).one()


def _roles(session: Session, cycle_id: int) -> tuple[str, ...]:
    texts = session.scalars(
        select(Definition.text)
        .join(CyclePin, CyclePin.definition_id == Definition.id)
        .where(CyclePin.cycle_id == cycle_id, Definition.kind == "workflow")
    )
    return granted_roles([load(text) for text in texts])


def _skip(session: Session, cycle_id: int, checked: Checked) -> None:
    rows = [
        {"cycle_id": cycle_id, "person_id": member.person_id, "state": "skipped", "reason": reason}
        for member in checked.members
        if (reason := checked.left_out(member.person_id))
    ]
    if rows:
        session.execute(insert(LaunchItem), rows)


def _make(session: Session, moment: Moment, cycle: Cycle, pins: Pinned, members: Sequence[Member]) -> None:
    """All together, or in halves where that fails, so that one bad row costs one person."""
    if not members:
        return
    try:
        with session.begin_nested():
            _write(session, moment, cycle, pins, members)
    except SQLAlchemyError as error:
        if len(members) == 1:
            _failed(session, cycle, members[0], error)
            return
        middle = len(members) // 2
        _make(session, moment, cycle, pins, members[:middle])
        _make(session, moment, cycle, pins, members[middle:])


def _failed(session: Session, cycle: Cycle, member: Member, error: SQLAlchemyError) -> None:
    row = {"cycle_id": cycle.id, "person_id": member.person_id, "state": "failed", "reason": "launch.error"}
    detail = str(getattr(error, "orig", None) or error)[:400]
    session.execute(insert(LaunchItem), [row | {"detail": detail}])


def _write(session: Session, moment: Moment, cycle: Cycle, pins: Pinned, members: Sequence[Member]) -> None:
    """Eight statements for any number of people."""
    ids = _subjects(session, moment, cycle, pins, members)
    session.execute(
        insert(Review),
        [{"id": ids[m.person_id], "cycle_id": cycle.id, "person_id": m.person_id} for m in members],
    )
    goals = _goals(session, cycle, pins, members, ids)
    if goals:
        session.execute(insert(Goal), goals)
    session.execute(
        insert(LaunchItem),
        [{"cycle_id": cycle.id, "person_id": m.person_id, "state": "created"} for m in members],
    )
    session.execute(insert(MoveLog), [_log(moment, cycle, pins, ids[m.person_id]) for m in members])
    session.execute(insert(Audit), [_audit(moment, cycle, m, ids[m.person_id]) for m in members])
    _promises(session, moment, cycle, pins, sorted(ids.values()))


def _subjects(
    session: Session, moment: Moment, cycle: Cycle, pins: Pinned, members: Sequence[Member]
) -> dict[int, int]:
    """Ids of the new subjects by person."""
    stage = pins.workflow.stages[pins.workflow.start]
    anchors = Anchors(moment.business, cycle.starts_on, cycle.ends_on)
    zones = {member.zone for member in members} if stage.due else set()
    due = {zone: due_at(stage.due, anchors, zone, pins.calendar) for zone in zones if stage.due}
    rows = [
        {
            "kind": "review",
            "definition_id": pins.workflow_id,
            "stage": stage.key,
            "part": stage.part,
            "version": 1,
            "round": 1,
            "person_id": member.person_id,
            "unit_id": member.unit_id,
            "cycle_id": cycle.id,
            "entered_at": moment.business,
            "due_at": due.get(member.zone),
        }
        for member in members
    ]
    made = session.execute(insert(Subject).returning(Subject.person_id, Subject.id), rows)
    return {person: key for person, key in made}


def _goals(
    session: Session, cycle: Cycle, pins: Pinned, members: Sequence[Member], ids: dict[int, int]
) -> list[dict[str, Any]]:
    """One row per person and indicator of the plan: its usual weight, and the target where one was given."""
    given: dict[tuple[int, str], int] = {
        (person, indicator): target
        for person, indicator, target in session.execute(
            select(Target.person_id, Target.indicator, Target.target_e4).where(
                Target.starts_on == cycle.starts_on, Target.ends_on == cycle.ends_on, Target.person_id.in_(ids)
            )
        )
    }
    return [
        {
            "review_id": ids[member.person_id],
            "indicator": line.indicator,
            "weight_e4": line.weight_e4,
            "target_e4": given.get((member.person_id, line.indicator)),
            "suggested_e4": given.get((member.person_id, line.indicator)),
        }
        for member in members
        for line in pins.plan.lines.values()
    ]


def _log(moment: Moment, cycle: Cycle, pins: Pinned, subject_id: int) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "version": 1,
        "round": 1,
        "move": "launch",
        "from_stage": None,
        "to_stage": pins.workflow.start,
        "actor_id": cycle.launched_by,
        "role": "hr",
        "at": moment.business,
    }


def _audit(moment: Moment, cycle: Cycle, member: Member, subject_id: int) -> dict[str, Any]:
    detail = {"cycle": cycle.key}
    return audit.row(moment.wall, cycle.launched_by, "review.launched", member.person_id, subject_id, detail)


def _promises(session: Session, moment: Moment, cycle: Cycle, pins: Pinned, ids: Sequence[int]) -> None:
    """Suggest targets from the last period, and whatever the first stage promises."""
    stage = pins.workflow.stages[pins.workflow.start]
    span = {"cycle": cycle.id, "first": ids[0], "last": ids[-1]}
    for job in ("suggest_targets", *stage.jobs):
        outbox.promise(session, job, f"{job}:launch:{ids[0]}", span, moment.wall)
    if any(move.at for move in pins.workflow.moves_from(stage.key)):
        again.look_again(session, moment, [(subject_id, "v1") for subject_id in ids])
