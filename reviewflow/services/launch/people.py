"""Who takes part, and what stands against it or should be known before: the same checks before and at launch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.store import managers, staff
from reviewflow.store.cycles import Cycle, Definition
from reviewflow.store.facts import Target
from reviewflow.store.people import RoleGrant, UnitAbove
from reviewflow.store.reviews import Review
from reviewflow.store.staff import Member

BLOCKING = ("launch.already_in_cycle", "launch.left_out_by_hand")
"""Only these leave a person out. Everything else is said before and starts anyway."""

PEOPLE_CHECKS = (
    "launch.already_in_cycle",
    "launch.left_out_by_hand",
    "launch.no_manager",
    "launch.joined_late",
    "launch.leaves_early",
    "launch.no_target",
    "launch.no_email",
    "launch.nobody_for_role",
)


@dataclass(frozen=True)
class Checked:
    """The population with what was found: reason keys by person id, in the order of `PEOPLE_CHECKS`."""

    members: tuple[Member, ...]
    found: dict[int, tuple[str, ...]]

    def left_out(self, person_id: int) -> str | None:
        """Why the person is not part of the launch, or None."""
        return next((key for key in self.found.get(person_id, ()) if key in BLOCKING), None)


def day_of(period: Period, today: date) -> date:
    """The day on which people are looked up: today, as far as it lies in the period."""
    return min(max(period.starts_on, today), period.ends_on)


def check(
    session: Session,
    rule: PeopleRule,
    period: Period,
    workflow_name: str,
    today: date,
    roles: Sequence[str],
    *,
    besides: int | None = None,
    only: Sequence[int] = (),
) -> Checked:
    """Look up the population and check it; six queries, whatever its size.

    `roles` are the granted roles that the process needs; `besides` is a cycle that does not count as another;
    `only` narrows to these people.
    """
    day = day_of(period, today)
    members = staff.population(session, day, rule.units, rule.positions, rule.hired_before)
    chosen = set(only)
    members = [member for member in members if not chosen or member.person_id in chosen]
    found: defaultdict[int, list[str]] = defaultdict(list)
    tests = {
        "launch.already_in_cycle": _in_cycle(session, period, workflow_name, besides),
        "launch.left_out_by_hand": {m.person_id for m in members if m.external_id in rule.left_out},
        "launch.no_manager": _without_manager(session, members, day),
        "launch.joined_late": {m.person_id for m in members if m.hired_on and m.hired_on > period.starts_on},
        "launch.leaves_early": {m.person_id for m in members if m.left_on and m.left_on < period.ends_on},
        "launch.no_target": _without_target(session, members, period),
        "launch.no_email": {m.person_id for m in members if not m.email},
        "launch.nobody_for_role": _without_holder(session, members, today, roles),
    }
    for key in PEOPLE_CHECKS:
        for member in members:
            if member.person_id in tests[key]:
                found[member.person_id].append(key)
    return Checked(tuple(members), {person: tuple(keys) for person, keys in found.items()})


def _in_cycle(session: Session, period: Period, workflow_name: str, besides: int | None) -> set[int]:
    """People with a living review of the same process in a period that overlaps."""
    query = (
        select(Review.person_id)
        .join(Cycle, Cycle.id == Review.cycle_id)
        .join(Definition, Definition.id == Cycle.workflow_id)
        .where(
            Definition.name == workflow_name,
            Cycle.starts_on <= period.ends_on,
            Cycle.ends_on >= period.starts_on,
            Review.voided_at.is_(None),
        )
    )
    return set(session.scalars(query.where(Cycle.id != besides) if besides else query))


def _without_manager(session: Session, members: Sequence[Member], day: date) -> set[int]:
    ids = [member.person_id for member in members]
    return set(ids) - set(managers.managers_of(session, ids, day))


def _without_target(session: Session, members: Sequence[Member], period: Period) -> set[int]:
    """People without a given target where others have one: where nobody has, targets are proposed later."""
    given = set(
        session.scalars(
            select(Target.person_id).where(Target.starts_on == period.starts_on, Target.ends_on == period.ends_on)
        )
    )
    ids = {member.person_id for member in members}
    return ids - given if given & ids else set()


def _without_holder(session: Session, members: Sequence[Member], today: date, roles: Sequence[str]) -> set[int]:
    """People for whom some granted role is held by nobody but themselves: a move would wait for ever."""
    query = (
        select(UnitAbove.unit_id, RoleGrant.role, RoleGrant.person_id)
        .join(RoleGrant, RoleGrant.unit_id == UnitAbove.above_id)
        .where(RoleGrant.role.in_(roles), RoleGrant.from_on <= today, today < RoleGrant.until_on)
    )
    holders: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for unit_id, role, person_id in session.execute(query):
        holders[unit_id, role].add(person_id)
    return {
        member.person_id
        for member in members
        if any(not holders[member.unit_id, role] - {member.person_id} for role in roles)
    }
