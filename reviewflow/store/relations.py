"""Which roles a viewer holds on a subject.

A relation is one function from a person and a day to the subjects on which it holds. It is read in two ways:
whole (every subject, for lists and the inbox) or with ``.where(subject.id == one)`` (may I, for one record),
so that a list and a single page cannot disagree. What every request asks is built once a process.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.core.viewer import Viewer
from reviewflow.store.chunks import chunks
from reviewflow.store.pay import AwardPart
from reviewflow.store.people import ReportingLine, UnitAbove
from reviewflow.store.snapshot import remembered
from reviewflow.store.subjects import Subject

Me = int | BindParameter[int]
Today = date | BindParameter[date]
SubjectIds = Select[int]
Relation = Callable[[Me, Today, type[Subject]], SubjectIds]

ME: BindParameter[int] = bindparam("me", type_=Integer)
TODAY: BindParameter[date] = bindparam("today", type_=Date)

# Aliases of their own, so that no query around them takes these rows for its own.
_line, _part, _above = aliased(ReportingLine), aliased(AwardPart), aliased(UnitAbove)

EXISTENCE = {"review": "standing", "award": "award"}
"""The group of fields (`policy.VISIBLE`) that whoever sees anything of a record sees, by kind of subject."""


def reviewee(me: Me, today: Today, subject: type[Subject]) -> SubjectIds:
    """Reviews of the person."""
    return select(subject.id).where(subject.person_id == me, subject.kind == "review")


def beneficiary(me: Me, today: Today, subject: type[Subject]) -> SubjectIds:
    """Awards of the person."""
    return select(subject.id).where(subject.person_id == me, subject.kind == "award")


def manager(me: Me, today: Today, subject: type[Subject]) -> SubjectIds:
    """Subjects of people whose effective manager the person is on that day."""
    return (
        select(subject.id)
        .join(_line, _line.person_id == subject.person_id)
        .where(_line.manager_id == me, _line.kind == "effective")
        .where(_line.from_on <= today, _line.until_on > today)
    )


def preparer(me: Me, today: Today, subject: type[Subject]) -> SubjectIds:
    """Awards that the person prepared, in whatever round."""
    return (
        select(subject.id)
        .join(_part, _part.award_id == subject.id)
        .where(_part.person_id == me, _part.part == "preparer")
    )


def earlier_approver(me: Me, today: Today, subject: type[Subject]) -> SubjectIds:
    """Awards that the person approved in their present round."""
    return (
        select(subject.id)
        .join(_part, _part.award_id == subject.id)
        .where(_part.person_id == me, _part.part == "earlier_approver", _part.round == subject.round)
    )


RELATIONS: Mapping[str, Relation] = {
    "reviewee": reviewee,
    "beneficiary": beneficiary,
    "manager": manager,
    "preparer": preparer,
    "earlier_approver": earlier_approver,
}


def related(me: Me, today: Today, *where: ColumnElement[bool]) -> CompoundSelect[str, int]:
    """All relations of a person as rows (role, id): few, whatever the number of subjects."""
    return union(
        *(
            relation(me, today, Subject)
            .where(*where)
            .with_only_columns(literal(role).label("role"), Subject.id.label("id"))
            for role, relation in RELATIONS.items()
        )
    )


def in_units(tops: Iterable[int] | BindParameter[Any], subject: type[Subject]) -> ColumnElement[bool]:
    """The subject's unit is one of `tops` or below one."""
    return subject.unit_id.in_(select(_above.unit_id).where(_above.above_id.in_(tops)))


def held_on(session: Session, viewer: Viewer, subject_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The roles that the viewer holds on each of the subjects, relations and grants. One query per 10,000.

    Every id asked for is a key; the clock holds ``clock`` on all of them. A read-only session asks once for
    each subject.
    """
    ids = list(subject_ids)
    if viewer.person_id is None:
        return dict.fromkeys(ids, frozenset({"clock"}))
    known = remembered(session, ("held", viewer.person_id, viewer.grants, viewer.today))
    for some in chunks([subject_id for subject_id in ids if subject_id not in known]):
        known |= _held(session, viewer, some)
    return {subject_id: known[subject_id] for subject_id in ids}


def _held(session: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    by_unit: dict[int, set[str]] = {}
    for grant in viewer.grants:
        by_unit.setdefault(grant.unit_id, set()).add(grant.role)
    held: dict[int, set[str]] = {subject_id: set() for subject_id in ids}
    values = {"me": viewer.person_id, "today": viewer.today, "ids": ids, "units": list(by_unit)}
    for role, subject_id, unit_id in session.execute(_held_on(), values):
        held[subject_id] |= by_unit[unit_id] if role is None else {role}
    return {subject_id: frozenset(roles) for subject_id, roles in held.items()}


@cache
def _held_on() -> CompoundSelect[*tuple[Any, ...]]:
    """Rows (role, id, None) by relation, and (None, id, unit with a grant at or above the subject's)."""
    wanted = Subject.id.in_(bindparam("ids", expanding=True))
    mine = related(ME, TODAY, wanted).subquery()
    by_grant = (
        select(null(), Subject.id, UnitAbove.above_id)
        .join(UnitAbove, UnitAbove.unit_id == Subject.unit_id)
        .where(wanted, UnitAbove.above_id.in_(bindparam("units", expanding=True)))
    )
    return union(select(mine.c.role, mine.c.id, null()), by_grant)


def exists_for(kind: str, held: frozenset[str]) -> bool:
    """Whether there is a record of this kind for somebody with these roles on it: `visible` for one record.

    The clock sees everything.
    """
    return "clock" in held or any(role in VISIBLE[EXISTENCE[kind]] for role in held)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on `Subject`: the record exists for the viewer. What of it is shown, `policy.seen` says.

    That is where the viewer has a relation to it, or a role at or above its unit that sees where it stands.
    """
    if viewer.person_id is None:
        return false()
    ids = related(viewer.person_id, viewer.today).subquery()
    by_grant = [
        and_(Subject.kind == kind, in_units(tops, Subject))
        for kind, group in EXISTENCE.items()
        if (tops := _tops(viewer, VISIBLE[group]))
    ]
    return or_(Subject.id.in_(select(ids.c.id)), *by_grant)


def visible_subjects(viewer: Viewer) -> SubjectIds:
    """The ids of the subjects that exist for the viewer."""
    return select(Subject.id).where(visible(viewer))


def _tops(viewer: Viewer, roles: Container[str]) -> list[int]:
    return sorted({grant.unit_id for grant in viewer.grants if grant.role in roles})
