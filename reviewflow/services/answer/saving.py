"""Drafts and submissions. A draft compares with the version its author saw; only submitting moves the subject's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core import answers
from reviewflow.core.conflict import Conflict
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.services.answer import effects
from reviewflow.services.answer.printable import against_letter
from reviewflow.services.answer.task import Asked, asked, frame
from reviewflow.store import again, audit
from reviewflow.store.people import Person
from reviewflow.store.subjects import Answer, Subject

LONGEST_BODY = 200_000


@dataclass(frozen=True)
class Hand:
    """The open page that saves (32 hexadecimal digits), and its how manieth save this is, from 1.

    A page that is left sends its last words while an earlier save may still be under way: they may arrive in
    any order, and both name the version before.
    """

    page: str
    step: int


@dataclass(frozen=True)
class Saved:
    """A stored draft: the version that the next save names, and when it was saved (business time)."""

    version: int
    at: datetime


def save(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    subject_id: int,
    task_key: str,
    body: Mapping[str, Any],
    *,
    seen: int,
    hand: Hand | None = None,
) -> Saved:
    """Keep a draft, complete or not. `seen` is the version of the draft on the page, 0 for none.

    What the same page saved meanwhile is no conflict; a save that a later one of its page overtook changes
    nothing. Raises `Refused`, or `Conflict` if another page or person saved meanwhile.
    """
    found = asked(session, viewer, subject_id, task_key)
    old = found.answer
    if old is not None and hand is not None and _by(old, viewer, hand) and hand.step <= (old.step or 0):
        return Saved(old.version, old.saved_at)
    return _store(session, moment, viewer, found, body, seen, hand, submit=False)


def submit(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    subject_id: int,
    task_key: str,
    body: Mapping[str, Any],
    *,
    seen: int,
    hand: Hand | None = None,
) -> int:
    """Submit an answer for good and bring about what its fields mean; returns the subject's new version.

    Raises `Refused` with everything that is incomplete or that no letter can print (each reason names its
    `field`), or `Conflict`.
    """
    found = asked(session, viewer, subject_id, task_key)
    reasons = answers.incomplete(found.form, body, frame(session, viewer, found))
    reasons += against_letter(found, body)
    if reasons:
        raise Refused(reasons)
    _store(session, moment, viewer, found, body, seen, hand, submit=True)
    version = found.subject.version + 1
    session.execute(update(Subject).where(Subject.id == subject_id).values(version=version))
    audit.record(
        session,
        moment,
        viewer.person_id,
        f"answer.{task_key}",
        about_person_id=found.subject.person_id,
        subject_id=subject_id,
        detail={"round": found.subject.round, "version": version},
    )
    effects.bring_about(session, moment, viewer, found, body)
    again.look_again(session, moment, [(subject_id, f"answer:v{version}")])
    return version


def _store(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    found: Asked,
    body: Mapping[str, Any],
    seen: int,
    hand: Hand | None,
    *,
    submit: bool,
) -> Saved:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    if len(text) > LONGEST_BODY:
        raise Refused([Reason("answer.body_too_long", {"most": LONGEST_BODY, "length": len(text)})])
    old = found.answer
    if old is not None and old.version != seen and not (hand and _by(old, viewer, hand)):
        raise _conflict(session, old)
    values: dict[str, Any] = {
        "author_id": viewer.person_id,
        "body": text,
        "saved_at": moment.business,
        "submitted_at": moment.business if submit else None,
        "version": (old.version if old else 0) + 1,
        "page": hand.page if hand else None,
        "step": hand.step if hand else None,
    }
    if old is None:
        key = {
            "subject_id": found.subject.id,
            "task": found.task.key,
            "round": found.subject.round,
            "seat": 1,
        }
        session.execute(insert(Answer).values(**key, **values))
    else:
        session.execute(
            update(Answer)
            .where(
                Answer.subject_id == old.subject_id,
                Answer.task == old.task,
                Answer.round == old.round,
                Answer.seat == old.seat,
            )
            .values(**values)
        )
    return Saved(values["version"], moment.business)


def _by(old: Answer, viewer: Viewer, hand: Hand) -> bool:
    """Whether this page of this viewer saved last."""
    return old.page == hand.page and old.author_id == viewer.person_id


def _conflict(session: Session, old: Answer) -> Conflict:
    by = session.scalar(select(Person.name).where(Person.id == old.author_id))
    return Conflict(old.version, by, old.saved_at)
