"""Printing letters: the job's three steps, and another try for one that failed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.letters.deadline import put_off, waiting_for
from reviewflow.store import again, audit, messages, outbox, relations
from reviewflow.store.cycles import Definition
from reviewflow.store.letters import Letter
from reviewflow.store.outbox import Outbox
from reviewflow.store.reviews import Review


@dataclass(frozen=True)
class ToPrint:
    """The pinned template's text and the frozen merge fields of one letter.

    `answer_by` is the deadline that the letter names, None where the review waits for no answer to it.
    """

    template: str
    values: Mapping[str, Any]
    answer_by: datetime | None


def to_print(session: Session, moment: Moment, letter_id: int) -> ToPrint:
    """Everything the printer needs. A letter that comes late gives the whole time to answer, from now on."""
    template, inputs = session.execute(
        select(Definition.text, Letter.inputs)
        .join(Definition, Definition.id == Letter.template_id)
        .where(Letter.id == letter_id)
    ).one()
    waiting = waiting_for(session, letter_id)
    values = json.loads(inputs)
    if waiting is None:
        return ToPrint(template, values, None)
    by = waiting.answer_by(session, moment)
    return ToPrint(template, waiting.naming(values, by) if by > waiting.until else values, by)


def printed(
    session: Session, moment: Moment, letter_id: int, pdf: bytes, answer_by: datetime | None = None
) -> None:
    """Store the letter, tell the employee, and let the review go on.

    `answer_by` is the deadline that this print names (without it: the whole time from now); the review's own
    moves there, and the letter's inputs say what was printed.
    """
    waiting = waiting_for(session, letter_id, lock=True)
    made = session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state != "printed")
        .values(
            state="printed",
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            problem=None,
            printed_at=moment.business,
        )
        .returning(Letter.review_id, Letter.revision)
    ).one_or_none()
    if made is None:
        return
    review_id, revision = made
    person_id, current = session.execute(
        select(Review.person_id, (Review.revision == revision) & Review.released_at.is_not(None)).where(
            Review.id == review_id
        )
    ).one()
    if waiting is not None:
        put_off(session, moment, waiting, answer_by or waiting.answer_by(session, moment))
    if current:  # a result that was reopened meanwhile is not announced any more
        messages.post(session, moment, "letter_to_read", [(f"letter:{letter_id}", person_id, review_id)])
    audit.record(
        session, moment, None, "letter.printed", about_person_id=person_id, subject_id=review_id,
        detail={"letter": letter_id},
    )  # fmt: skip
    again.look_again(session, moment, [(review_id, f"letter:{letter_id}")])


def not_printed(session: Session, moment: Moment, letter_id: int, reasons: Sequence[Reason]) -> None:
    """Keep why a letter cannot be printed, for HR to see and to try again."""
    problem = json.dumps([[reason.key, dict(reason.params)] for reason in reasons], ensure_ascii=False)
    session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state != "printed")
        .values(state="failed", problem=problem[:400])
    )


def problem_of(letter: Letter) -> tuple[Reason, ...]:
    """Why a letter failed, for `wording.say`; a stored reason that was cut short becomes a general one."""
    try:
        return tuple(Reason(key, params) for key, params in json.loads(letter.problem or "[]"))
    except ValueError:
        return (Reason("letter.failed"),)


def print_again(session: Session, moment: Moment, viewer: Viewer, letter_id: int) -> None:
    """Promise a failed letter once more. Raises `Refused`: unknown, not HR, not failed."""
    row = session.execute(
        select(Letter.review_id, Letter.state).where(Letter.id == letter_id).with_for_update()
    ).one_or_none()
    held = relations.held_on(session, viewer, [row.review_id])[row.review_id] if row else frozenset()
    if row is None or not relations.exists_for("review", held):
        raise Refused([Reason("letter.unknown")])
    if "hr" not in held:
        raise Refused([Reason("letter.hr_only")])
    if row.state != "failed":
        raise Refused([Reason("letter.not_failed")])
    session.execute(update(Letter).where(Letter.id == letter_id).values(state="due", problem=None))
    tries = session.scalar(
        select(func.count()).select_from(Outbox).where(Outbox.key.like(f"letter:{letter_id}:%"))
    )
    key = f"letter:{letter_id}:{(tries or 0) + 1}"
    outbox.promise(session, "letter", key, {"letter": letter_id}, moment.wall)
    audit.record(
        session, moment, viewer.person_id, "letter.tried_again", subject_id=row.review_id,
        detail={"letter": letter_id},
    )  # fmt: skip
