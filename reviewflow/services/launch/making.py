"""Making the rows of a launch: in chunks of 500, and a chunk that fails is halved down to the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import Table, insert, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from reviewflow.core.due import Anchors, due_at
from reviewflow.core.moment import Moment
from reviewflow.core.values import Period
from reviewflow.core.workflow import Stage
from reviewflow.services.launch.checking import blocked
from reviewflow.services.launch.overlapping import Process
from reviewflow.services.launch.paying import pays
from reviewflow.services.launch.people import Member, population
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.store import again, audit, messages, outbox, pinned
from reviewflow.store.audit import Audit
from reviewflow.store.chunks import chunks
from reviewflow.store.cycles import Cycle, LaunchItem
from reviewflow.store.facts import Target
from reviewflow.store.facts.batches import last_batch
from reviewflow.store.people import Person
from reviewflow.store.pinned import Pinned
from reviewflow.store.reviews import Goal, Review
from reviewflow.store.subjects import ClosedTask, MoveLog, Subject

CHUNK = 500


@dataclass(frozen=True)
class Making:
    """One cycle whose reviews are being made."""

    session: Session
    moment: Moment
    cycle: Cycle
    pins: Pinned
    rule: PeopleRule
    by: int | None
    """Who asked for these reviews: whoever launched the cycle, or took up again who was left."""

    @classmethod
    def of(cls, session: Session, moment: Moment, cycle_id: int, by: int | None = None) -> Making:
        cycle = session.get_one(Cycle, cycle_id)
        pins, rule = pinned.of_cycle(session, cycle_id), PeopleRule.from_json(cycle.population)
        return cls(session, moment, cycle, pins, rule, by or cycle.launched_by)

    @property
    def stage(self) -> Stage:
        return self.pins.workflow.stages[self.pins.workflow.start]

    @property
    def period(self) -> Period:
        return Period(self.cycle.starts_on, self.cycle.ends_on)


def launch_range(session: Session, moment: Moment, cycle_id: int, first: int, last: int) -> None:
    """One promised chunk: people of the cycle's population with ids from `first` to `last`."""
    making = Making.of(session, moment, cycle_id)
    launch_members(making, population(session, making.rule, Person.id.between(first, last), lock=True))


def launch_people(
    session: Session, moment: Moment, cycle_id: int, person_ids: Sequence[int], by: int | None = None
) -> None:
    """Create the reviews of these people, or say why not. Who has an entry already is passed over.

    `by` asked for it; without it whoever launched the cycle did.
    """
    making = Making.of(session, moment, cycle_id, by)
    for some in chunks(sorted(set(person_ids)), CHUNK):
        members = population(session, making.rule, Person.id.in_(some), lock=True)
        gone = set(some) - {member.person_id for member in members} - _entered(making, some)
        _skip(making, dict.fromkeys(sorted(gone), "launch.not_in_population"))
        launch_members(making, members)


def process_of(making: Making) -> Process:
    """What the cycle runs and pays, as its pins say."""
    pins = making.pins
    return Process(pins.workflow.name, making.period, pays(pins.workflow, pins.plan))


def launch_members(making: Making, members: Sequence[Member]) -> None:
    """Create the reviews of people of the cycle's population. Who has an entry already is passed over."""
    done = _entered(making, [member.person_id for member in members])
    wanted = [member for member in members if member.person_id not in done]
    if not wanted:
        return
    ids = [member.person_id for member in wanted]
    against = blocked(making.session, making.rule, process_of(making), ids, making.cycle.id)
    _skip(making, against)
    _make(making, [member for member in wanted if member.person_id not in against])


def _entered(making: Making, person_ids: Sequence[int]) -> set[int]:
    """Who stands in the report of the launch already."""
    mine = (LaunchItem.cycle_id == making.cycle.id, LaunchItem.person_id.in_(person_ids))
    return set(making.session.scalars(select(LaunchItem.person_id).where(*mine)))


def _skip(making: Making, reasons: dict[int, str]) -> None:
    rows = [
        {"cycle_id": making.cycle.id, "person_id": person_id, "state": "skipped", "reason": reason}
        for person_id, reason in reasons.items()
    ]
    if rows:
        making.session.execute(insert(LaunchItem), rows)


def _make(making: Making, members: Sequence[Member]) -> None:
    """All together, or in halves where that fails, so that one bad row costs one person.

    What is wrong with the database itself (a lock, a lost connection) is no person's fault: it is raised, and
    the chunk tried again.
    """
    if not members:
        return
    try:
        with making.session.begin_nested():
            _write(making, members)
    except (IntegrityError, DataError, ZoneInfoNotFoundError) as error:
        if len(members) == 1:
            _failed(making, members[0], error)
            return
        middle = len(members) // 2
        _make(making, members[:middle])
        _make(making, members[middle:])


def _failed(making: Making, member: Member, error: Exception) -> None:
    row = {"cycle_id": making.cycle.id, "person_id": member.person_id, "state": "failed"}
    detail = str(getattr(error, "orig", None) or error)[:400]
    making.session.execute(insert(LaunchItem), [row | {"reason": "launch.error", "detail": detail}])


def _write(making: Making, members: Sequence[Member]) -> None:
    """Nine statements for any number of people."""
    ids = _subjects(making, members)
    _insert(making, Review, _reviews(making, ids))
    _insert(making, Goal, _goals(making, ids))
    _insert(making, LaunchItem, _entries(making, ids))
    _insert(making, MoveLog, [_log(making, subject_id) for subject_id in ids.values()])
    _insert(making, Audit, [_audit(making, *pair) for pair in ids.items()])
    conditional = [task.key for task in making.pins.workflow.tasks_in(making.stage.key) if task.when]
    closed = [{"subject_id": key, "task": task} for key in ids.values() for task in conditional]
    _insert(making, ClosedTask, closed)
    _promises(making, ids)


def _insert(making: Making, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Straight to the table: these rows are complete, and the mapping of 10,000 of them costs as much again."""
    table: Table = model.__table__
    if rows:
        making.session.connection().execute(table.insert(), rows)


def _subjects(making: Making, members: Sequence[Member]) -> dict[int, int]:
    """Ids of the new subjects by person."""
    stage, cycle, at = making.stage, making.cycle, making.moment.business
    due = _deadlines(making, {member.zone for member in members})
    common = {
        "kind": "review",
        "definition_id": making.pins.workflow_id,
        "stage": stage.key,
        "part": stage.part,
        "version": 1,
        "round": 1,
        "cycle_id": cycle.id,
        "entered_at": at,
    }
    rows = [
        {**common, "person_id": m.person_id, "unit_id": m.unit_id, "due_at": due.get(m.zone)} for m in members
    ]
    table: Table = Subject.metadata.tables["subject"]
    made = making.session.connection().execute(table.insert().returning(table.c.person_id, table.c.id), rows)
    return {person: key for person, key in sorted(made, key=lambda row: row.id)}


def _deadlines(making: Making, zones: set[str]) -> dict[str, datetime]:
    due, cycle = making.stage.due, making.cycle
    anchors = Anchors(making.moment.business, cycle.starts_on, cycle.ends_on)
    return {zone: due_at(due, anchors, zone, making.pins.calendar) for zone in zones} if due else {}


def _reviews(making: Making, ids: dict[int, int]) -> list[dict[str, Any]]:
    """With the marks of the stage where they begin."""
    marks: dict[str, Any] = {f"{mark}_at": making.moment.business for mark in making.stage.marks}
    if "frozen" in making.stage.marks:
        marks["frozen_batch"] = last_batch(making.session)
    common = {"kind": "review", "cycle_id": making.cycle.id, "revision": 1, "collection": 1, **marks}
    return [{**common, "id": key, "person_id": person} for person, key in ids.items()]


def _goals(making: Making, ids: dict[int, int]) -> list[dict[str, Any]]:
    """One row per person and indicator of the plan: its usual weight, and the target where one was given."""
    query = select(Target.person_id, Target.indicator, Target.target_e4).where(
        Target.starts_on == making.cycle.starts_on,
        Target.ends_on == making.cycle.ends_on,
        Target.person_id.in_(ids),
    )
    given = {(person, indicator): target for person, indicator, target in making.session.execute(query)}
    lines = [(line.indicator, line.weight_e4) for line in making.pins.plan.lines.values()]
    rows = []
    for person, review_id in ids.items():
        for indicator, weight in lines:
            target = given.get((person, indicator))
            rows.append(
                {
                    "review_id": review_id,
                    "indicator": indicator,
                    "weight_e4": weight,
                    "target_e4": target,
                    "suggested_e4": target,
                }
            )
    return rows


def _entries(making: Making, ids: dict[int, int]) -> list[dict[str, Any]]:
    return [{"cycle_id": making.cycle.id, "person_id": person, "state": "created"} for person in ids]


def _log(making: Making, subject_id: int) -> dict[str, Any]:
    return {
        "subject_id": subject_id,
        "version": 1,
        "round": 1,
        "move": "launch",
        "to_stage": making.stage.key,
        "actor_id": making.by,
        "role": "hr",
        "at": making.moment.business,
    }


def _audit(making: Making, person_id: int, subject_id: int) -> dict[str, Any]:
    detail = {"cycle": making.cycle.key}
    return audit.row(making.moment.wall, making.by, "review.launched", person_id, subject_id, detail)


def _promises(making: Making, ids: dict[int, int]) -> None:
    """Suggest targets from the last period, and whatever the first stage promises."""
    session, moment, stage, keys = making.session, making.moment, making.stage, sorted(ids.values())
    span = {"cycle": making.cycle.id, "first": keys[0], "last": keys[-1]}
    for job in ("suggest_targets", *stage.jobs):
        outbox.promise(session, job, f"{job}:launch:{keys[0]}", span, moment.wall)
    for send in stage.send:
        to = [(f"{send}:{key}:1", person, key) for person, key in ids.items()]
        messages.post(session, moment, send, to)
    if again.may_go_on(making.pins.workflow, stage.key):
        again.look_again(session, moment, [(key, "v1") for key in keys])
