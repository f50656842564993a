"""The time to answer a letter: whoever gets it late has as long as everybody else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reviewflow.core.due import Anchors, due_at
from reviewflow.core.moment import Moment
from reviewflow.core.workflow import Due
from reviewflow.store import audit, pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.letters import Letter
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import Subject

LETTER = "feedback_letter"


@dataclass(frozen=True)
class Waiting:
    """A review that waits for the answer to a letter, until a deadline."""

    letter_id: int
    subject_id: int
    person_id: int
    cycle_id: int
    zone: str
    due: Due
    until: datetime

    def answer_by(self, session: Session, moment: Moment) -> datetime:
        """The stage's days from now on, and never earlier than what was said before."""
        cycle = session.get_one(Cycle, self.cycle_id)
        anchors = Anchors(moment.business, cycle.starts_on, cycle.ends_on)
        calendar = pinned.of_cycle(session, self.cycle_id).calendar
        return max(self.until, due_at(self.due, anchors, self.zone, calendar))

    def naming(self, values: Mapping[str, Any], by: datetime) -> dict[str, Any]:
        """Merge fields that name this deadline, in the person's zone."""
        return {**values, "ack_by": by.astimezone(ZoneInfo(self.zone)).isoformat(timespec="seconds")}


def waiting_for(session: Session, letter_id: int, *, lock: bool = False) -> Waiting | None:
    """The review that waits for this letter; None if it waits for none, for another, or without a deadline."""
    query = (
        select(Subject, Person.zone)
        .join(Letter, Letter.review_id == Subject.id)
        .join(Review, Review.id == Subject.id)
        .join(Person, Person.id == Subject.person_id)
        .where(Letter.id == letter_id, Letter.revision == Review.revision, Review.released_at.is_not(None))
        .execution_options(populate_existing=True)
    )
    row = session.execute(query.with_for_update(of=Subject, key_share=True) if lock else query).one_or_none()
    if row is None:
        return None
    subject, zone = row
    workflow = pinned.workflows(session, {subject.definition_id})[subject.definition_id]
    stage = workflow.stages[subject.stage]
    if stage.due is None or subject.due_at is None or LETTER not in stage.send:
        return None
    return Waiting(
        letter_id, subject.id, subject.person_id, subject.cycle_id, zone, stage.due, subject.due_at
    )


def put_off(session: Session, moment: Moment, waiting: Waiting, by: datetime) -> None:
    """Move the deadline to what the letter names, and let the letter's inputs say so, too."""
    if by <= waiting.until:
        return
    session.execute(
        update(Subject).where(Subject.id == waiting.subject_id).values(due_at=by, held_up=None, tried_at=None)
    )
    inputs = session.scalars(select(Letter.inputs).where(Letter.id == waiting.letter_id)).one()
    named = waiting.naming(json.loads(inputs), by)
    session.execute(
        update(Letter)
        .where(Letter.id == waiting.letter_id)
        .values(inputs=json.dumps(named, ensure_ascii=False, sort_keys=True))
    )
    detail = {
        "letter": waiting.letter_id,
        "from": waiting.until.isoformat(timespec="seconds"),
        "to": by.isoformat(timespec="seconds"),
    }
    audit.record(
        session, moment, None, "deadline.moved", about_person_id=waiting.person_id,
        subject_id=waiting.subject_id, detail=detail,
    )  # fmt: skip
