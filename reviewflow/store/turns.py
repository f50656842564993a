"""Whose turn it is: every open duty with every person who may do it now, as one selectable.

The same rule as the inbox, read from the other side: not "what waits for me" but "for whom does this wait".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, bindparam, exists, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from reviewflow.store.chunks import chunks
from reviewflow.store.cycles import Duty
from reviewflow.store.pay import AwardPart
from reviewflow.store.people import Person, ReportingLine, RoleGrant, UnitAbove
from reviewflow.store.relations import TODAY, Today
from reviewflow.store.subjects import Answer, ClosedTask, Subject

OWN_ROLES = ("reviewee", "beneficiary")


def open_duties(*where: ColumnElement[bool]) -> Subquery:
    """Duties asked of somebody and not yet done, one row per role that may; `where` narrows the subjects."""
    answered = exists().where(
        Answer.subject_id == Subject.id,
        Answer.task == Duty.item,
        Answer.round == Subject.round,
        Answer.submitted_at.is_not(None),
    )
    closed = exists().where(ClosedTask.subject_id == Subject.id, ClosedTask.task == Duty.item)
    settled = and_(Duty.what == "task", or_(answered, closed))
    return (
        select(
            Subject.id.label("subject_id"),
            Subject.cycle_id,
            Subject.person_id,
            Subject.unit_id,
            Subject.round,
            Subject.definition_id,
            Subject.stage,
            Subject.part,
            Subject.due_at,
            Duty.item,
            Duty.what,
            Duty.role,
        )
        .join(Duty, and_(Duty.definition_id == Subject.definition_id, Duty.stage == Subject.stage))
        .where(Duty.allow, Duty.what != "may", Subject.closed_at.is_(None), ~settled, *where)
        .subquery("open_duty")
    )


def turns(today: Today, *where: ColumnElement[bool]) -> Subquery:
    """Columns of `open_duties` and `holder_id`: one row per duty and person who may do it today.

    Who has left can do nothing any more, whatever still names them.
    """
    duty = open_duties(*where)
    holders = union_all(
        select(duty, duty.c.person_id.label("holder_id")).where(duty.c.role.in_(OWN_ROLES)),
        _managers(duty, today),
        _granted(duty, today),
        select(duty, AwardPart.person_id.label("holder_id"))
        .join(AwardPart, AwardPart.award_id == duty.c.subject_id)
        .where(duty.c.role == AwardPart.part, _counts(duty)),
    ).subquery("holders")
    left = exists().where(Person.id == holders.c.holder_id, Person.left_on < today)
    return select(holders).where(~left, ~_barred(holders, today)).distinct().subquery("turn")


def nobody_can(session: Session, subject_ids: Sequence[int], today: date) -> dict[int, list[str]]:
    """Duties that no person may do, by subject: the items. One query per 500 subjects."""
    found: dict[int, list[str]] = {}
    for subject_id, items in whether_somebody_can(session, subject_ids, today).items():
        stuck = [item for item, somebody in items.items() if not somebody]
        if stuck:
            found[subject_id] = stuck
    return found


def whether_somebody_can(
    session: Session, subject_ids: Sequence[int], today: date
) -> dict[int, dict[str, bool]]:
    """Duties asked of somebody and not done, by subject: for each item, whether a person may do it today.

    One query per 500 subjects.
    """
    found: dict[int, dict[str, bool]] = {}
    for ids in chunks(subject_ids, 500):
        for subject_id, item, somebody in session.execute(_somebody(), {"ids": ids, "today": today}):
            found.setdefault(subject_id, {})[item] = bool(somebody)
    return found


@cache
def _somebody() -> Select[*tuple[Any, ...]]:
    """Built once: it is long, and making it costs more than running it."""
    chosen = Subject.id.in_(bindparam("ids", expanding=True))
    duty, turn = open_duties(chosen), turns(TODAY, chosen)
    asked = select(duty.c.subject_id, duty.c.item).distinct().subquery("asked")
    somebody = exists().where(turn.c.subject_id == asked.c.subject_id, turn.c.item == asked.c.item)
    return select(asked.c.subject_id, asked.c.item, somebody)


def _managers(duty: Subquery, today: Today) -> Select[tuple[object, ...]]:
    line = ReportingLine
    now = and_(line.kind == "effective", line.from_on <= today, today < line.until_on)
    return (
        select(duty, line.manager_id.label("holder_id"))
        .join(line, line.person_id == duty.c.person_id)
        .where(duty.c.role == "manager", now)
    )


def _granted(duty: Subquery, today: Today) -> Select[tuple[object, ...]]:
    return (
        select(duty, RoleGrant.person_id.label("holder_id"))
        .join(UnitAbove, UnitAbove.unit_id == duty.c.unit_id)
        .join(RoleGrant, and_(RoleGrant.unit_id == UnitAbove.above_id, RoleGrant.role == duty.c.role))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(_granted_now(today))
    )


def _granted_now(today: Today) -> ColumnElement[bool]:
    """The grant counts today: its dates say so, and its person has not left."""
    there = or_(Person.left_on.is_(None), Person.left_on >= today)
    return and_(RoleGrant.from_on <= today, today < RoleGrant.until_on, there)


def _counts(subject: Subquery) -> ColumnElement[bool]:
    """Who prepared counts in every round, who approved in the present one."""
    return or_(AwardPart.part == "preparer", AwardPart.round == subject.c.round)


def _barred(holders: Subquery, today: Today) -> ColumnElement[bool]:
    """Whether the holder also holds a role that the duty's `not_by` names."""
    bar = aliased(Duty)
    line = aliased(ReportingLine)
    own = and_(bar.role.in_(OWN_ROLES), holders.c.person_id == holders.c.holder_id)
    took_part = (
        select(AwardPart.award_id)
        .where(AwardPart.award_id == holders.c.subject_id, AwardPart.person_id == holders.c.holder_id)
        .where(AwardPart.part == bar.role, _counts(holders))
    )
    leads = (
        select(line.person_id)
        .where(bar.role == "manager", line.person_id == holders.c.person_id)
        .where(line.manager_id == holders.c.holder_id, line.kind == "effective")
        .where(line.from_on <= today, today < line.until_on)
    )
    granted = (
        select(RoleGrant.id)
        .join(UnitAbove, UnitAbove.above_id == RoleGrant.unit_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.person_id == holders.c.holder_id, RoleGrant.role == bar.role)
        .where(UnitAbove.unit_id == holders.c.unit_id, _granted_now(today))
    )
    # Named one by one: two levels down, SQLAlchemy takes the rows around for rows of its own.
    theirs = [found.correlate(holders, bar).exists() for found in (took_part, leads, granted)]
    return exists().where(
        bar.definition_id == holders.c.definition_id,
        bar.stage == holders.c.stage,
        bar.item == holders.c.item,
        bar.allow.is_(False),
        or_(own, *theirs),
    )
