"""Accepted definitions: files on disk are proposals, the rows here are what subjects run on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import and_, exists, insert, or_, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core.moment import Moment
from reviewflow.core.workflow import duties, load
from reviewflow.store.cycles import CyclePin, Definition, Duty
from reviewflow.store.snapshot import is_read_only, remembered
from reviewflow.store.subjects import Subject


def digest_of(text: str) -> str:
    """The SHA-256 of a definition's text, the same as `Workflow.digest`."""
    return hashlib.sha256(text.encode()).hexdigest()


def accept(session: Session, moment: Moment, kind: str, name: str, text: str) -> Definition:
    """Accept a text as the newest of its kind and name. A text accepted before keeps its row.

    A workflow is checked here (raises `Faulty`) and its duties are written with it; the other kinds are
    checked by whoever reads them out of the file.
    """
    workflow = load(text) if kind == "workflow" else None
    digest = digest_of(text)
    latest = newest(session, kind, name)
    if latest is not None and latest.digest == digest:
        return latest
    known = session.scalar(
        select(Definition).where(
            Definition.kind == kind, Definition.name == name, Definition.digest == digest
        )
    )
    if known is not None:
        known.accepted_at = moment.wall
        return known
    made = Definition(kind=kind, name=name, digest=digest, text=text, accepted_at=moment.wall)
    session.add(made)
    session.flush()
    if workflow is not None:
        rows = [
            {
                "definition_id": made.id,
                "stage": duty.stage,
                "item": duty.item,
                "what": duty.what,
                "role": duty.role,
                "allow": duty.allow,
            }
            for duty in duties(workflow)
        ]
        session.execute(insert(Duty), rows)
    return made


def newest(session: Session, kind: str, name: str) -> Definition | None:
    """The text that the next launch would pin. One query; a read-only session asks for all of them once."""
    if is_read_only(session):
        return all_newest(session).get((kind, name))
    return session.scalars(
        select(Definition)
        .where(Definition.kind == kind, Definition.name == name)
        .order_by(Definition.accepted_at.desc(), Definition.id.desc())
        .limit(1)
    ).first()


def all_newest(session: Session) -> Mapping[tuple[str, str], Definition]:
    """The newest accepted text of every kind and name, in their order. One query, once in a snapshot."""
    known = remembered(session, "newest definitions")
    if not known:
        later = aliased(Definition)
        newer = exists().where(
            later.kind == Definition.kind,
            later.name == Definition.name,
            or_(
                later.accepted_at > Definition.accepted_at,
                and_(later.accepted_at == Definition.accepted_at, later.id > Definition.id),
            ),
        )
        rows = session.scalars(select(Definition).where(~newer).order_by(Definition.kind, Definition.name))
        known |= {(row.kind, row.name): row for row in rows}
    return known


def pinned(session: Session, cycle_id: int) -> Mapping[tuple[str, str], Definition]:
    """What a launch fixed, by (kind, name). One query."""
    rows = session.execute(
        select(CyclePin.kind, CyclePin.name, Definition)
        .join(Definition, Definition.id == CyclePin.definition_id)
        .where(CyclePin.cycle_id == cycle_id)
    )
    return {(kind, name): definition for kind, name, definition in rows}


def in_use(session: Session) -> list[Definition]:
    """What open subjects run on and what is pinned beside it: a start must be able to load all of it."""
    moving = exists().where(Subject.definition_id == Definition.id, Subject.closed_at.is_(None))
    beside = exists().where(
        CyclePin.definition_id == Definition.id,
        Subject.cycle_id == CyclePin.cycle_id,
        Subject.closed_at.is_(None),
    )
    return list(session.scalars(select(Definition).where(moving | beside).order_by(Definition.id)))
