"""The audit as an auditor reads it: who did or read what about whom, newest first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core.viewer import Viewer
from reviewflow.store import audit_chain
from reviewflow.store.audit import Audit, AuditSealed
from reviewflow.store.people import Membership, Person
from reviewflow.store.scopes import scope
from reviewflow.store.subjects import Subject

AUDITING = ("auditor",)
MOST_EXPORTED = 50_000
MOST_UNSEALED = 1_000
_MOST_PEOPLE = 50
_RESULTS = ("rating.", "award.")
"""Of these an auditor does not read what they say about the auditor's own result."""
_AMOUNT = ("amount_minor", "currency")

GROUPS: Mapping[str, tuple[str, ...]] = {
    "read": ("read.%",),
    "moves": ("move.%",),
    "answers": ("answer.%", "rating.%"),
    "letters": ("letter.%",),
    "pay": ("award.%", "move.export", "read.pay"),
    "signing_in": ("signed_%", "password_%", "account_%", "settings_%"),
    "roles": ("role.%",),
    "data": (
        "import.%",
        "people.%",
        "person.%",
        "source.%",
        "definition.%",
        "export.%",
        "read.export",
        "job.%",
    ),
    "cycles": ("cycle.%", "review.%"),
}
"""Actions by what an auditor looks for, as patterns of SQL."""


@dataclass(frozen=True)
class Wanted:
    """What to look for; empty is everything. `person`: part of a name, or a number. Instants are UTC, `until` is
    exclusive.
    """

    person: str = ""
    group: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One row of the audit. `definition_id` is the workflow of its subject, `cycle_id` its cycle; `seal_no` is None
    until it is sealed.
    """

    id: int
    at: datetime
    actor_id: int | None
    actor: str | None
    action: str
    about_id: int | None
    about: str | None
    subject_id: int | None
    kind: str | None
    definition_id: int | None
    cycle_id: int | None
    detail: Mapping[str, Any]
    seal_no: int | None


@dataclass(frozen=True)
class Sealing:
    """How far the chain has come: the newest seal, and how many rows came after it, `MOST_UNSEALED` at most."""

    no: int
    head: str
    at: datetime
    unsealed: int


def entries(session: Session, viewer: Viewer, wanted: Wanted, *, limit: int, offset: int = 0) -> list[Entry]:
    """Rows that match, newest first; nothing for who is no auditor. At most three queries."""
    if not viewer.has(*AUDITING):
        return []
    people = _people(session, wanted.person) if wanted.person else None
    query = _rows().where(*_within(session, viewer), *_matching(wanted, people))
    found = session.execute(query.order_by(Audit.id.desc()).limit(limit).offset(offset))
    return [_entry(viewer, row) for row in found]


def _rows() -> Select[*tuple[Any, ...]]:
    actor, about = aliased(Person), aliased(Person)
    return (
        select(Audit, actor.name.label("actor"), about.name.label("about"))
        .add_columns(Subject.kind, Subject.definition_id, Subject.cycle_id, AuditSealed.seal_no)
        .outerjoin(actor, actor.id == Audit.actor_id)
        .outerjoin(about, about.id == Audit.about_person_id)
        .outerjoin(Subject, Subject.id == Audit.subject_id)
        .outerjoin(AuditSealed, AuditSealed.audit_id == Audit.id)
    )


def _people(session: Session, text: str) -> Sequence[int]:
    """People with this number, or with this in their name."""
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    named = Person.name.ilike(pattern, escape="\\")
    query = select(Person.id).where(or_(Person.external_id == text, named)).order_by(Person.id)
    return session.scalars(query.limit(_MOST_PEOPLE)).all()


def _within(session: Session, viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """What concerns people who were ever in the auditor's units; everything for whoever audits the whole."""
    mine = scope(session, viewer, AUDITING)
    if mine.whole:
        return ()
    people = select(Membership.person_id).where(*mine.over(Membership.unit_id))
    return (
        or_(
            Audit.about_person_id.in_(people),
            and_(Audit.about_person_id.is_(None), Audit.actor_id.in_(people)),
        ),
    )


def _matching(wanted: Wanted, people: Sequence[int] | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if people is not None:
        found.append(or_(Audit.actor_id.in_(people), Audit.about_person_id.in_(people)))
    if wanted.group in GROUPS:
        found.append(or_(*(Audit.action.like(pattern) for pattern in GROUPS[wanted.group])))
    if wanted.since is not None:
        found.append(Audit.at >= wanted.since)
    if wanted.until is not None:
        found.append(Audit.at < wanted.until)
    return found


def _entry(viewer: Viewer, row: Any) -> Entry:
    audit = row.Audit
    own = audit.about_person_id == viewer.person_id
    held = {} if own and audit.action.startswith(_RESULTS) else json.loads(audit.detail)
    if own and isinstance(held, dict):
        held = {key: value for key, value in held.items() if key not in _AMOUNT}
    return Entry(
        id=audit.id,
        at=audit.at,
        actor_id=audit.actor_id,
        actor=row.actor,
        action=audit.action,
        about_id=audit.about_person_id,
        about=row.about,
        subject_id=audit.subject_id,
        kind=row.kind,
        definition_id=row.definition_id,
        cycle_id=row.cycle_id,
        detail=held,
        seal_no=row.seal_no,
    )


def sealing(session: Session, viewer: Viewer) -> Sealing | None:
    """The state of the chain without walking it; None before the first seal. For auditors; two queries."""
    newest = audit_chain.newest(session) if viewer.has(*AUDITING) else None
    if newest is None:
        return None
    last = select(func.max(AuditSealed.audit_id)).scalar_subquery()
    after = select(Audit.id).where(Audit.id > last).limit(MOST_UNSEALED).subquery()
    unsealed = session.scalar(select(func.count()).select_from(after)) or 0
    return Sealing(newest.no, newest.head, newest.at, unsealed)
