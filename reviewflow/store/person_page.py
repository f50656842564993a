"""One person: where they belong and belonged, under whom, with which roles and reviews, and who sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.core.viewer import Viewer
from reviewflow.store import relations, staff
from reviewflow.store.accounts import Account, LoginSession
from reviewflow.store.cycles import Cycle
from reviewflow.store.model import FOREVER
from reviewflow.store.people import (
    GRANTING_ROLES,
    Membership,
    Person,
    ReportingLine,
    RoleGrant,
    Unit,
    UnitAbove,
)
from reviewflow.store.people_page import PEOPLE_ROLES
from reviewflow.store.scopes import scope
from reviewflow.store.subjects import Subject

MOST_REPORTS = 50
MOST_REVIEWS = 20


@dataclass(frozen=True)
class Belonging:
    """A unit and position from a day until a day (exclusive; None: open)."""

    unit: str
    position: str | None
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class Line:
    """A manager from a day until a day. `kind`: solid, dotted, or effective, which is derived."""

    kind: str
    manager_id: int
    manager: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class GrantLine:
    """A granted role with its dates, and by whom it was granted. `yours`: the viewer may end it."""

    id: int
    role: str
    unit: str
    from_on: date
    until_on: date | None
    granted_by: str
    open: bool
    yours: bool


@dataclass(frozen=True)
class AccountLine:
    """The sign-in. `seen_at` is when it was last used."""

    login: str
    active: bool
    has_password: bool
    seen_at: datetime | None


@dataclass(frozen=True)
class ReviewLine:
    """A review that the viewer may open."""

    id: int
    cycle: str
    part: str


@dataclass(frozen=True)
class PersonPage:
    """Everything about one person that whoever looks after people sees."""

    id: int
    external_id: str
    name: str
    email: str | None
    language: str
    zone: str
    hired_on: date | None
    left_on: date | None
    belongings: tuple[Belonging, ...]
    lines: tuple[Line, ...]
    reports: tuple[tuple[int, str], ...]
    grants: tuple[GrantLine, ...]
    account: AccountLine | None
    reviews: tuple[ReviewLine, ...]

    def now(self, today: date) -> Belonging | None:
        """Unit and position on a day."""
        return next(
            (one for one in self.belongings if one.from_on <= today and (one.until_on or FOREVER) > today),
            None,
        )

    def manager(self, today: date) -> Line | None:
        """The effective manager on a day."""
        return next(
            (
                one
                for one in self.lines
                if one.kind == "effective" and one.from_on <= today and (one.until_on or FOREVER) > today
            ),
            None,
        )

    def hr_stands_in(self, today: date) -> bool:
        """Whether there is no line to a manager on a day, so that HR acts as one."""
        return not any(
            one.kind == "solid" and one.from_on <= today and (one.until_on or FOREVER) > today
            for one in self.lines
        )


def person(session: Session, viewer: Viewer, person_id: int) -> PersonPage | None:
    """A person of the viewer's units; None for anybody else. Eight queries."""
    mine = scope(session, viewer, PEOPLE_ROLES)
    there = exists().where(
        Membership.person_id == Person.id, Membership.until_on > viewer.today, *mine.over(Membership.unit_id)
    )
    row = session.scalars(select(Person).where(Person.id == person_id, there)).one_or_none()
    if row is None:
        return None
    return PersonPage(
        id=row.id,
        external_id=row.external_id,
        name=row.name,
        email=row.email,
        language=row.language,
        zone=row.zone,
        hired_on=row.hired_on,
        left_on=row.left_on,
        belongings=_belongings(session, person_id),
        lines=_lines(session, person_id),
        reports=_reports(session, person_id, viewer.today),
        grants=_grants(session, viewer, person_id),
        account=_account(session, person_id),
        reviews=_reviews(session, viewer, person_id),
    )


def _open(until: date) -> date | None:
    return None if until == FOREVER else until


def _belongings(session: Session, person_id: int) -> tuple[Belonging, ...]:
    rows = session.execute(
        select(Unit.name, Membership.position, Membership.from_on, Membership.until_on)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.from_on.desc())
    )
    return tuple(Belonging(unit, position, begins, _open(ends)) for unit, position, begins, ends in rows)


def _lines(session: Session, person_id: int) -> tuple[Line, ...]:
    line = ReportingLine
    rows = session.execute(
        select(line.kind, line.manager_id, Person.name, line.from_on, line.until_on)
        .join(Person, Person.id == line.manager_id)
        .where(line.person_id == person_id)
        .order_by(line.from_on.desc(), line.kind)
    )
    return tuple(Line(kind, key, name, begins, _open(ends)) for kind, key, name, begins, ends in rows)


def _reports(session: Session, person_id: int, day: date) -> tuple[tuple[int, str], ...]:
    line = ReportingLine
    rows = session.execute(
        select(Person.id, Person.name)
        .join(line, line.person_id == Person.id)
        .where(line.manager_id == person_id, line.kind == "effective")
        .where(line.from_on <= day, line.until_on > day)
        .where(or_(Person.left_on.is_(None), Person.left_on >= day))
        .order_by(Person.name)
        .limit(MOST_REPORTS)
    )
    return tuple((key, name) for key, name in rows)


def _grants(session: Session, viewer: Viewer, person_id: int) -> tuple[GrantLine, ...]:
    grantor = aliased(Person)
    line = (RoleGrant.id, RoleGrant.role, Unit.name, RoleGrant.from_on, RoleGrant.until_on, grantor.name)
    tops = [grant.unit_id for grant in viewer.grants if grant.role in GRANTING_ROLES]
    yours = exists().where(UnitAbove.unit_id == RoleGrant.unit_id, UnitAbove.above_id.in_(tops))
    rows = session.execute(
        select(*line, yours.label("yours"))
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .join(grantor, grantor.id == RoleGrant.granted_by)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.until_on.desc(), RoleGrant.from_on.desc(), RoleGrant.id)
    )
    return tuple(
        GrantLine(key, role, unit, begins, _open(ends), by, ends > viewer.today, yours)
        for key, role, unit, begins, ends, by, yours in rows
    )


def _account(session: Session, person_id: int) -> AccountLine | None:
    seen = select(func.max(LoginSession.seen_at)).where(LoginSession.account_id == Account.id)
    row = session.execute(
        select(Account.login, Account.active, Account.password.is_not(None), seen.scalar_subquery()).where(
            Account.person_id == person_id
        )
    ).one_or_none()
    return AccountLine(*row) if row else None


def _reviews(session: Session, viewer: Viewer, person_id: int) -> tuple[ReviewLine, ...]:
    rows = session.execute(
        select(Subject.id, Cycle.key, Subject.part)
        .join(Cycle, Cycle.id == Subject.cycle_id)
        .where(Subject.person_id == person_id, Subject.kind == "review", relations.visible(viewer))
        .order_by(Cycle.starts_on.desc(), Subject.id.desc())
        .limit(MOST_REVIEWS)
    )
    return tuple(ReviewLine(*row) for row in rows)


def who_sees(session: Session, viewer: Viewer, found: PersonPage) -> Mapping[str, tuple[str, ...]]:
    """Names of those who hold each role of the visibility table on this person's records today. One query."""
    roles = {role for row in VISIBLE.values() for role in row}
    day, now = viewer.today, found.now(viewer.today)
    holder = aliased(Person)
    rows = session.execute(
        select(RoleGrant.role, holder.name)
        .join(holder, holder.id == RoleGrant.person_id)
        .join(UnitAbove, UnitAbove.above_id == RoleGrant.unit_id)
        .join(Membership, Membership.unit_id == UnitAbove.unit_id)
        .where(Membership.person_id == found.id, Membership.from_on <= day, Membership.until_on > day)
        .where(RoleGrant.role.in_(roles), staff.holds(day))
        .distinct()
        .order_by(RoleGrant.role, holder.name)
    )
    names: defaultdict[str, list[str]] = defaultdict(list)
    for role, name in rows:
        names[role].append(name)
    manager = found.manager(day)
    if manager is not None:
        names["manager"].append(manager.manager)
    return {role: tuple(found_names) for role, found_names in names.items()} if now else {}
