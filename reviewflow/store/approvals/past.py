"""What happened to one award so far: who prepared it, who signed, and whose deadline was moved by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import literal, null, select, union_all
from sqlalchemy.orm import Session

from reviewflow.store.audit import Audit
from reviewflow.store.changes import EXTENDED
from reviewflow.store.pay import AwardPart
from reviewflow.store.people import Person
from reviewflow.store.subjects import MoveLog


@dataclass(frozen=True)
class Signature:
    """One step of an award that was taken. `name` is None for the clock."""

    move: str
    to_stage: str
    name: str | None
    role: str
    at: datetime
    note: str | None
    round: int


@dataclass(frozen=True)
class Extension:
    """The deadline of a stage moved by hand, from one last day to another; `at` is business time."""

    stage: str
    name: str | None
    at: datetime
    before: date
    after: date
    reason: str


@dataclass(frozen=True)
class Past:
    """Oldest first. `preparers` may not sign, because the proposal rests on what they did."""

    preparers: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    extensions: tuple[Extension, ...] = ()


def past(session: Session, award_id: int) -> Past:
    """Everything of `Past`, for whoever may see signatures. One query."""
    found: dict[str, list[Any]] = {"prepared": [], "signed": [], "extended": []}
    for row in session.execute(_query(award_id)):
        found[row.what].append(row)
    return Past(
        tuple(dict.fromkeys(row.name for row in found["prepared"])),
        tuple(
            Signature(row.move, row.to_stage, row.name, row.role, row.at, row.note, row.round)
            for row in found["signed"]
        ),
        tuple(_extension(row) for row in found["extended"]),
    )


def _query(award_id: int) -> Any:
    moves = (
        select(
            literal("signed").label("what"), Person.name, MoveLog.move, MoveLog.to_stage, MoveLog.role,
            MoveLog.at, MoveLog.note, MoveLog.round, MoveLog.version.label("place"),
        )
        .outerjoin(Person, Person.id == MoveLog.actor_id)
        .where(MoveLog.subject_id == award_id)
    )  # fmt: skip
    nothing = (null(), null(), null())
    prepared = (
        select(literal("prepared"), Person.name, *nothing, null(), null(), AwardPart.round, Person.id)
        .join(Person, Person.id == AwardPart.person_id)
        .where(AwardPart.award_id == award_id, AwardPart.part == "preparer")
    )
    extended = (
        select(literal("extended"), Person.name, *nothing, Audit.at, Audit.detail, literal(0), Audit.id)
        .outerjoin(Person, Person.id == Audit.actor_id)
        .where(Audit.subject_id == award_id, Audit.action == EXTENDED)
    )
    every = union_all(moves, prepared, extended).subquery()
    return select(every).order_by(every.c.round, every.c.place)


def _extension(row: Any) -> Extension:
    said = json.loads(row.note)
    before, after = (date.fromisoformat(said[key]) for key in ("from", "to"))
    return Extension(
        said["stage"], row.name, datetime.fromisoformat(said["at"]), before, after, said["reason"]
    )
