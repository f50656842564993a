"""Which roles a viewer holds on a subject.

A relation is one function from a viewer to the subjects on which it holds. It is read in two ways: whole
(every subject, for lists and the inbox) or with ``.where(subject.id == one)`` (may I, for one record), so
that a list and a single page cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, false, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.core.viewer import Viewer
from reviewflow.store.chunks import chunks
from reviewflow.store.pay import AwardPart
from reviewflow.store.people import ReportingLine, UnitAbove
from reviewflow.store.subjects import Subject

SubjectIds = Select[int]
Relation = Callable[[Viewer, type[Subject]], SubjectIds]

EXISTENCE = {"review": "standing", "award": "award"}
"""The group of fields (`policy.VISIBLE`) that whoever sees anything of a record sees, by kind of subject."""


def reviewee(viewer: Viewer, subject: type[Subject]) -> SubjectIds:
    """Reviews of the viewer."""
    return select(subject.id).where(subject.person_id == viewer.person_id, subject.kind == "review")


def beneficiary(viewer: Viewer, subject: type[Subject]) -> SubjectIds:
    """Awards of the viewer."""
    return select(subject.id).where(subject.person_id == viewer.person_id, subject.kind == "award")


def manager(viewer: Viewer, subject: type[Subject]) -> SubjectIds:
    """Subjects of people whose effective manager the viewer is on the viewer's date."""
    return (
        select(subject.id)
        .join(ReportingLine, ReportingLine.person_id == subject.person_id)
        .where(
            ReportingLine.manager_id == viewer.person_id,
            ReportingLine.kind == "effective",
            ReportingLine.from_on <= viewer.today,
            ReportingLine.until_on > viewer.today,
        )
    )


def preparer(viewer: Viewer, subject: type[Subject]) -> SubjectIds:
    """Awards that the viewer prepared, in whatever round."""
    return _recorded("preparer", viewer, subject)


def earlier_approver(viewer: Viewer, subject: type[Subject]) -> SubjectIds:
    """Awards that the viewer approved in their present round."""
    return _recorded("earlier_approver", viewer, subject).where(AwardPart.round == subject.round)


def _recorded(part: str, viewer: Viewer, subject: type[Subject]) -> SubjectIds:
    return (
        select(subject.id)
        .join(AwardPart, AwardPart.award_id == subject.id)
        .where(AwardPart.person_id == viewer.person_id, AwardPart.part == part)
    )


RELATIONS: Mapping[str, Relation] = {
    "reviewee": reviewee,
    "beneficiary": beneficiary,
    "manager": manager,
    "preparer": preparer,
    "earlier_approver": earlier_approver,
}


def granted(role: str, viewer: Viewer, subject: type[Subject]) -> SubjectIds:
    """Subjects whose unit is at or below a unit for which the viewer has the role."""
    return select(subject.id).where(in_units(viewer.units(role), subject))


def in_units(units: Iterable[int], subject: type[Subject]) -> ColumnElement[bool]:
    """The subject's unit is one of `units` or below one."""
    tops = tuple(units)
    below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(tops))
    return subject.unit_id.in_(below) if tops else false()


def holds(role: str, viewer: Viewer, outer: type[Subject] = Subject) -> ColumnElement[bool]:
    """The viewer holds `role` on the row of `outer`: a condition for a query that selects from it."""
    if role not in RELATIONS:
        return in_units(viewer.units(role), outer)
    inner = aliased(Subject)
    return RELATIONS[role](viewer, inner).where(inner.id == outer.id).exists()


def related(viewer: Viewer) -> CompoundSelect[str, int]:
    """All relations of a viewer as rows (role, subject id): few, whatever the number of subjects."""
    return union(*_named(viewer, {name: relation(viewer, Subject) for name, relation in RELATIONS.items()}))


def held_on(session: Session, viewer: Viewer, subject_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The roles that the viewer holds on each of the subjects, relations and grants. One query per 10,000.

    Every id asked for is a key; the clock holds ``clock`` on all of them.
    """
    ids = list(subject_ids)
    if viewer.person_id is None:
        return dict.fromkeys(ids, frozenset({"clock"}))
    sources = {name: relation(viewer, Subject) for name, relation in RELATIONS.items()}
    sources |= {
        role: granted(role, viewer, Subject) for role in sorted({grant.role for grant in viewer.grants})
    }
    held: dict[int, set[str]] = {subject_id: set() for subject_id in ids}
    for some in chunks(ids):
        named = _named(viewer, {name: found.where(Subject.id.in_(some)) for name, found in sources.items()})
        for role, subject_id in session.execute(union(*named)):
            held[subject_id].add(role)
    return {subject_id: frozenset(roles) for subject_id, roles in held.items()}


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on `Subject`: the record exists for the viewer. What of it is shown, `policy.seen` says.

    That is where the viewer has a relation to it, or a role at or above its unit that sees where it stands.
    """
    if viewer.person_id is None:
        return false()
    ids = related(viewer).subquery()
    by_grant = [
        and_(Subject.kind == kind, in_units(_tops(viewer, VISIBLE[group]), Subject))
        for kind, group in EXISTENCE.items()
    ]
    return or_(Subject.id.in_(select(ids.c.id)), *by_grant)


def visible_subjects(viewer: Viewer) -> SubjectIds:
    """The ids of the subjects that exist for the viewer."""
    return select(Subject.id).where(visible(viewer))


def _tops(viewer: Viewer, roles: Container[str]) -> list[int]:
    return sorted({grant.unit_id for grant in viewer.grants if grant.role in roles})


def _named(viewer: Viewer, sources: Mapping[str, SubjectIds]) -> list[Select[str, int]]:
    return [
        found.with_only_columns(literal(role).label("role"), Subject.id.label("id"))
        for role, found in sources.items()
    ]
