"""What of a cycle needs a person of HR: in one statement, a few rows of each sort."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Text,
    cast,
    exists,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import Viewer
from reviewflow.store.cycles import LaunchItem
from reviewflow.store.dashboard.head import Head
from reviewflow.store.facts.rows import Source
from reviewflow.store.letters import Letter
from reviewflow.store.model import UtcDateTime
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Membership, Person, UnitAbove
from reviewflow.store.reviews import Review
from reviewflow.store.scopes import CYCLE_ROLES, Scope, scope
from reviewflow.store.subjects import MoveLog, Subject

SHOWN = 10
_LOOKED_AT = 50
_COLUMNS: Mapping[str, Any] = {
    "id": Integer, "other_id": Integer, "name": Text, "word": Text, "text": Text, "at": UtcDateTime,
}  # fmt: skip


@dataclass(frozen=True)
class FailedLetter:
    id: int
    review_id: int
    person: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class HeldUp:
    """A record whose automatic move was refused when it was due."""

    id: int
    person: str
    stage: str
    definition_id: int
    move: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Joined:
    """Somebody who came after the launch and whom its rules would have taken in."""

    person_id: int
    name: str
    position: str | None
    since: date


@dataclass(frozen=True)
class Disagreement:
    """A letter that was answered with a disagreement, and what the employee wrote."""

    review_id: int
    person: str
    text: str
    at: datetime


@dataclass(frozen=True)
class ParkedJob:
    """Promised work of this cycle that failed too often."""

    id: int
    kind: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class SourceAge:
    """A source, what it delivers, and when it was heard of last."""

    name: str
    delivers: tuple[str, ...]
    last_ok_at: datetime | None


@dataclass(frozen=True)
class Troubles:
    """At most `SHOWN` of each, the newest first; the sources are all of them."""

    letters: tuple[FailedLetter, ...]
    disagreements: tuple[Disagreement, ...]
    held_up: tuple[HeldUp, ...]
    joined: tuple[Joined, ...]
    parked: tuple[ParkedJob, ...]
    sources: tuple[SourceAge, ...]
    more_letters: bool
    more_disagreements: bool
    more_held_up: bool
    more_joined: bool


def troubles(session: Session, viewer: Viewer, cycle: Head) -> Troubles:
    """What needs HR, within the viewer's units. One query, after that of the scope."""
    mine = scope(session, viewer, CYCLE_ROLES)
    branches = [
        _failed_letters(cycle, mine), _held_up(cycle, mine), _joined(cycle, mine, viewer), _parked(cycle),
        _sources(), _disagreements(cycle, mine),
    ]  # fmt: skip
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in session.execute(union_all(*(select(branch.subquery()) for branch in branches))):
        found[row.sort].append(row)
    letters, held, joined = found["letter"], found["held"], found["joined"]
    against = sorted(found["against"], key=lambda row: row.at, reverse=True)
    return Troubles(
        letters=tuple(
            FailedLetter(row.id, row.other_id, row.name, _reasons(row.text)) for row in letters[:SHOWN]
        ),
        disagreements=tuple(
            Disagreement(row.id, row.name, row.text or "", row.at) for row in against[:SHOWN]
        ),
        held_up=tuple(_held(row) for row in held[:SHOWN]),
        joined=tuple(_newcomer(row) for row in joined[:SHOWN]),
        parked=tuple(_job(row) for row in found["parked"] if _is_of(row, cycle))[:SHOWN],
        sources=tuple(SourceAge(row.name, tuple(json.loads(row.text)), row.at) for row in found["source"]),
        more_letters=len(letters) > SHOWN,
        more_disagreements=len(against) > SHOWN,
        more_held_up=len(held) > SHOWN,
        more_joined=len(joined) > SHOWN,
    )


def _row(sort: str, **values: Any) -> list[Any]:
    """The columns of every branch: sort, id, other_id, name, word, text, at."""
    columns = [
        cast(null(), type_).label(name) if name not in values else values[name].label(name)
        for name, type_ in _COLUMNS.items()
    ]
    return [literal(sort).label("sort"), *columns]


def _failed_letters(cycle: Head, mine: Scope) -> Select[*tuple[Any, ...]]:
    columns = _row("letter", id=Letter.id, other_id=Letter.review_id, name=Person.name, text=Letter.problem)
    # Not as a condition on the join: the few open letters come first, not the many reviews of the cycle.
    its_cycle = select(Review.cycle_id).where(Review.id == Letter.review_id).scalar_subquery()
    return (
        select(*columns)
        .select_from(Letter)
        .join(Subject, Subject.id == Letter.review_id)
        .join(Person, Person.id == Subject.person_id)
        .where(Letter.state != literal_column("'printed'"), Letter.state == "failed")
        .where(its_cycle == cycle.id, *mine.over(Subject.unit_id))
        .order_by(Letter.id.desc())
        .limit(SHOWN + 1)
    )


def _disagreements(cycle: Head, mine: Scope) -> Select[*tuple[Any, ...]]:
    """Along the index of these alone, the newest first."""
    said = (
        select(MoveLog.note)
        .where(MoveLog.subject_id == Review.id, MoveLog.outcome == "acknowledged_disagree")
        .order_by(MoveLog.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = _row("against", id=Review.id, name=Person.name, text=said, at=Review.acknowledged_at)
    return (
        select(*columns)
        .join(Person, Person.id == Review.person_id)
        .join(Subject, Subject.id == Review.id)
        .where(Review.acknowledgement == literal_column("'acknowledged_disagree'"))
        .where(Review.cycle_id == cycle.id, *mine.over(Subject.unit_id))
        .order_by(Review.acknowledged_at.desc())
        .limit(SHOWN + 1)
    )


def _held_up(cycle: Head, mine: Scope) -> Select[*tuple[Any, ...]]:
    columns = _row(
        "held",
        id=Subject.id,
        other_id=Subject.definition_id,
        name=Person.name,
        word=Subject.stage,
        text=Subject.held_up,
        at=Subject.tried_at,
    )
    return (
        select(*columns)
        .join(Person, Person.id == Subject.person_id)
        .where(Subject.cycle_id == cycle.id, Subject.held_up.is_not(None), *mine.over(Subject.unit_id))
        .order_by(Subject.id)
        .limit(SHOWN + 1)
    )


def _joined(cycle: Head, mine: Scope, viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """People whose membership began after the day of the launch and fits its rules, and who are not in it."""
    since = cast(Membership.from_on, Text)
    columns = _row("joined", id=Person.id, name=Person.name, word=since, text=Membership.position)
    item = exists().where(LaunchItem.cycle_id == cycle.id, LaunchItem.person_id == Person.id)
    until = min(viewer.today, cycle.period.ends_on)
    chosen = (
        select(*columns)
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.from_on > cycle.looked_up_on, Membership.from_on <= until, ~item)
        .where(Membership.until_on > viewer.today, *mine.over(Membership.unit_id))
        .where(or_(Person.left_on.is_(None), Person.left_on >= viewer.today))
    )
    if cycle.units:
        below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(cycle.units))
        chosen = chosen.where(Membership.unit_id.in_(below))
    if cycle.positions:
        chosen = chosen.where(Membership.position.in_(cycle.positions))
    if cycle.hired_before is not None:
        chosen = chosen.where(or_(Person.hired_on.is_(None), Person.hired_on <= cycle.hired_before))
    return chosen.order_by(Membership.from_on.desc(), Person.id).limit(SHOWN + 1)


def _parked(cycle: Head) -> Select[*tuple[Any, ...]]:
    columns = _row("parked", id=Outbox.id, word=Outbox.kind, name=Outbox.payload, text=Outbox.parked_reason)
    parked = select(*columns).where(Outbox.parked_reason.is_not(None))
    return parked.order_by(Outbox.id.desc()).limit(_LOOKED_AT)


def _sources() -> Select[*tuple[Any, ...]]:
    columns = _row("source", id=Source.id, name=Source.name, text=Source.delivers, at=Source.last_ok_at)
    return select(*columns).order_by(Source.name).limit(_LOOKED_AT)


def _is_of(row: Any, cycle: Head) -> bool:
    """Whether a parked job names this cycle. Letters are listed by themselves."""
    return bool(json.loads(row.name).get("cycle") == cycle.id)


def _job(row: Any) -> ParkedJob:
    return ParkedJob(row.id, row.word, _reasons(row.text))


def _held(row: Any) -> HeldUp:
    kept = json.loads(row.text)
    reasons = tuple(Reason(key, params) for key, params in kept["reasons"])
    return HeldUp(row.id, row.name, row.word, row.other_id, kept["move"], reasons)


def _newcomer(row: Any) -> Joined:
    return Joined(row.id, row.name, row.text, date.fromisoformat(row.word))


def _reasons(text: str | None) -> tuple[Reason, ...]:
    """Reasons as they are stored; one that was cut short becomes a general one."""
    try:
        return tuple(Reason(key, params) for key, params in json.loads(text or "[]"))
    except ValueError:
        return (Reason("letter.failed"),)
