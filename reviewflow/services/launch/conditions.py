"""What stands against a person of a launch or should be known before: each check one condition on a row.

The database tests the same conditions before the launch, over everybody at once, and in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, union_all
from sqlalchemy.orm import aliased

from reviewflow.core.values import Period
from reviewflow.services.launch.overlapping import Overlapping, Process
from reviewflow.services.launch.people import matching
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.store.accounts import Account
from reviewflow.store.facts import Target
from reviewflow.store.people import Membership, PayBase, Person, ReportingLine, RoleGrant, Unit, UnitAbove
from reviewflow.store.reviews import Review
from reviewflow.store.staff import holds

IN_CYCLE, PAID_ELSEWHERE, BY_HAND = BLOCKING = (
    "launch.already_in_cycle",
    "launch.paid_elsewhere",
    "launch.left_out_by_hand",
)
"""Only these leave a person out, the first that holds. Everything else is said before and starts anyway."""

NO_TARGET, NO_PAY_BASE = "launch.no_target", "launch.no_pay_base"

PEOPLE_CHECKS = (
    *BLOCKING,
    "launch.no_manager",
    "launch.joined_late",
    "launch.leaves_early",
    NO_TARGET,
    NO_PAY_BASE,
    "launch.no_email",
    "launch.no_account",
    "launch.nobody_for_role",
)

Conditions = dict[str, ColumnElement[bool]]


def blocking(rule: PeopleRule, others: Overlapping) -> Conditions:
    """Conditions on `Person`; a reason that nobody can have is left away."""
    found: Conditions = {}
    if others.same:
        found[IN_CYCLE] = _reviewed_in(others.same)
    if others.paying:
        found[PAID_ELSEWHERE] = _reviewed_in(others.paying)
    if rule.left_out:
        found[BY_HAND] = Person.external_id.in_(sorted(rule.left_out))
    return found


def worth_knowing(rule: PeopleRule, process: Process, today: date, roles: Sequence[str]) -> Conditions:
    """Conditions on `Person` and `Membership`. `roles` are the granted roles that the process needs."""
    period = process.period
    return {
        "launch.no_manager": _no_manager(rule.day),
        "launch.joined_late": Person.hired_on > period.starts_on,
        "launch.leaves_early": Person.left_on < period.ends_on,
        NO_TARGET: _no_target(rule, period),
        "launch.no_email": or_(Person.email.is_(None), Person.email == ""),
        "launch.no_account": _no_account(),
        **({"launch.nobody_for_role": _nobody_for(roles, today)} if roles else {}),
    }


def without_base(process: Process) -> Conditions:
    """By the pay bases of the process: the person has none on any day of the period."""
    period = process.period
    return {
        base: ~select(PayBase.person_id)
        .where(PayBase.person_id == Person.id, PayBase.component == base)
        .where(PayBase.from_on <= period.ends_on, PayBase.until_on > period.starts_on)
        .correlate(Person)
        .exists()
        for base in sorted(process.pays.bases)
    }


def _reviewed_in(cycles: frozenset[int]) -> ColumnElement[bool]:
    """The person has a living review in one of these cycles."""
    living = (Review.cycle_id.in_(sorted(cycles)), Review.voided_at.is_(None))
    return select(Review.id).where(Review.person_id == Person.id, *living).correlate(Person).exists()


def _no_manager(day: date) -> ColumnElement[bool]:
    line = ReportingLine
    theirs = select(line.manager_id).where(line.person_id == Person.id, line.kind == "effective")
    return ~theirs.where(line.from_on <= day, line.until_on > day).correlate(Person).exists()


def _no_target(rule: PeopleRule, period: Period) -> ColumnElement[bool]:
    """While nobody of the rule has one, they are proposed later; the first condition is looked up once for all."""
    here = (Target.starts_on == period.starts_on, Target.ends_on == period.ends_on)
    given = matching(rule, Target.indicator).join(Target, Target.person_id == Person.id).where(*here)
    theirs = select(Target.indicator).where(Target.person_id == Person.id, *here).correlate(Person)
    return and_(given.correlate(None).exists(), ~theirs.exists())


def _no_account() -> ColumnElement[bool]:
    theirs = select(Account.id).where(
        Account.person_id == Person.id, Account.active, Account.password.is_not(None)
    )
    return ~theirs.correlate(Person).exists()


def _nobody_for(roles: Sequence[str], today: date) -> ColumnElement[bool]:
    """Some granted role is held by nobody but the person themselves: a move would wait for ever.

    Units where nobody holds a role are looked up once. Whoever holds one is looked at alone.
    """
    grants = select(RoleGrant.person_id).where(RoleGrant.role.in_(roles), holds(today))
    bare = union_all(*(select(Unit.id).where(Unit.id.not_in(_covered(role, today))) for role in roles))
    alone = or_(*(~_held_by_another(role, today) for role in roles))
    return or_(Membership.unit_id.in_(select(bare.subquery().c.id)), and_(Person.id.in_(grants), alone))


def _covered(role: str, today: date) -> ColumnElement[int]:
    """Ids of the units for which somebody holds the role."""
    return (
        select(UnitAbove.unit_id)
        .join(RoleGrant, RoleGrant.unit_id == UnitAbove.above_id)
        .where(RoleGrant.role == role, holds(today))
        .scalar_subquery()
    )


def _held_by_another(role: str, today: date) -> ColumnElement[bool]:
    above = aliased(UnitAbove)
    return (
        select(RoleGrant.id)
        .join(above, above.above_id == RoleGrant.unit_id)
        .where(above.unit_id == Membership.unit_id, RoleGrant.person_id != Person.id)
        .where(RoleGrant.role == role, holds(today))
        .correlate(Person, Membership)
        .exists()
    )
