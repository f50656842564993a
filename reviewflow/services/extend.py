"""A deadline moved by hand: to the end of another day in the person's zone, with a reason, kept in the history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reviewflow.core.conflict import Conflict
from reviewflow.core.due import last_day, start_of_day
from reviewflow.core.moment import Moment
from reviewflow.core.policy.visibility import OWN
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.store import audit, changes, pinned, relations
from reviewflow.store.people import Person
from reviewflow.store.subjects import Subject

LONGEST_REASON = 2000
MOST_DAYS = 366
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Extended:
    """The last day before and now, in the person's zone; `due_at` is the midnight after it."""

    before: date
    now: date
    due_at: datetime


def extend(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    subject_id: int,
    day: date,
    reason: str,
    *,
    seen_version: int,
    seen_due: datetime | None,
) -> Extended:
    """Let a review or an award be in time until the end of `day`. The version of the record stays.

    HR of the person's unit may, never about themselves. Raises `Refused`, or `Conflict` if the record or its
    deadline is another than the person saw.
    """
    query = select(Subject, Person.zone).join(Person, Person.id == Subject.person_id)
    # What this session read before it had the lock may be older than the lock.
    locked = query.with_for_update(of=Subject, key_share=True).execution_options(populate_existing=True)
    row = session.execute(locked.where(Subject.id == subject_id)).one_or_none()
    held = relations.held_on(session, viewer, [subject_id]).get(subject_id, frozenset())
    if row is None or not relations.exists_for(row.Subject.kind, held):
        raise Refused([Reason("subject.unknown")])
    subject, zone = row.Subject, ZoneInfo(row.zone)
    reasons = _against(subject, held, day, moment.business.astimezone(zone).date(), reason)
    if reasons:
        raise Refused(reasons)
    if subject.version != seen_version or subject.due_at != seen_due:
        raise _changed(session, subject)
    return _write(session, moment, viewer, subject, zone, day, reason.replace("\x00", "").strip())


def _against(subject: Subject, held: frozenset[str], day: date, today: date, reason: str) -> list[Reason]:
    reasons = []
    if "hr" not in held:
        reasons.append(Reason("deadline.hr_only"))
    if held & OWN:
        reasons.append(Reason("deadline.own"))
    if subject.closed_at is not None or subject.due_at is None:
        reasons.append(Reason("deadline.none"))
    if day < today:
        reasons.append(Reason("deadline.past", {"today": today.isoformat()}))
    if day > today + MOST_DAYS * _DAY:
        reasons.append(Reason("deadline.too_far", {"most": MOST_DAYS}))
    if not reason.strip():
        reasons.append(Reason("deadline.reason_required"))
    if len(reason) > LONGEST_REASON:
        reasons.append(Reason("deadline.reason_too_long", {"most": LONGEST_REASON, "length": len(reason)}))
    return reasons


def _changed(session: Session, subject: Subject) -> Conflict:
    """By whoever wrote last: a deadline moved meanwhile counts as a change, too."""
    change = changes.last_changes(session, [subject.id])[subject.id]
    moved = changes.last_extended(session, subject.id)
    by, at = max([*([moved] if moved else []), (change.by, change.at)], key=lambda pair: pair[1])
    return Conflict(subject.version, by, at)


def _write(
    session: Session, moment: Moment, viewer: Viewer, subject: Subject, zone: ZoneInfo, day: date, reason: str
) -> Extended:
    assert subject.due_at is not None
    before = last_day(subject.due_at, zone.key)
    due_at = start_of_day(day + _DAY, zone)
    process = pinned.workflows(session, {subject.definition_id})[subject.definition_id]
    values: dict[str, object] = {"due_at": due_at}
    if _no_longer(process, subject.held_up):
        values |= {"held_up": None, "tried_at": None}
    session.execute(update(Subject).where(Subject.id == subject.id).values(**values))
    detail = {"from": before.isoformat(), "to": day.isoformat(), "reason": reason}
    audit.record(
        session,
        moment,
        viewer.person_id,
        changes.EXTENDED,
        about_person_id=subject.person_id,
        subject_id=subject.id,
        detail=detail | {"stage": subject.stage, "at": moment.business.isoformat()},
    )
    return Extended(before, day, due_at)


def _no_longer(process: Workflow, held_up: str | None) -> bool:
    """What was refused is a move of the deadline, which lies ahead again."""
    if held_up is None:
        return False
    move = process.moves.get(json.loads(held_up).get("move", ""))
    return move is not None and move.at == "due"
