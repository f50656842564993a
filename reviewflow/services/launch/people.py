"""Who takes part, and what stands against it or should be known before: the same checks before and at launch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.services.launch.lacking import lacking
from reviewflow.services.launch.overlapping import elsewhere
from reviewflow.services.launch.paying import Pays
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.store import managers, staff
from reviewflow.store.people import Membership, Person, RoleGrant, UnitAbove
from reviewflow.store.reviews import Review
from reviewflow.store.staff import Member

BLOCKING = ("launch.already_in_cycle", "launch.paid_elsewhere", "launch.left_out_by_hand")
"""Only these leave a person out. Everything else is said before and starts anyway."""

PEOPLE_CHECKS = (
    *BLOCKING,
    "launch.no_manager",
    "launch.joined_late",
    "launch.leaves_early",
    "launch.no_target",
    "launch.no_pay_base",
    "launch.no_email",
    "launch.nobody_for_role",
)


@dataclass(frozen=True)
class Process:
    """What a cycle runs: the name of its workflow, over which period, and what it pays."""

    workflow: str
    period: Period
    pays: Pays


@dataclass(frozen=True)
class Checked:
    """The population with what was found: reason keys by person id, in the order of `PEOPLE_CHECKS`.

    `bases` are the pay bases that somebody lacks.
    """

    members: tuple[Member, ...]
    found: dict[int, tuple[str, ...]]
    bases: tuple[str, ...]

    def left_out(self, person_id: int) -> str | None:
        """Why the person is not part of the launch, or None."""
        return next((key for key in self.found.get(person_id, ()) if key in BLOCKING), None)

    def reason(self, key: str) -> Reason:
        """What was found, as a sentence can say it."""
        return Reason(key, {"base": ", ".join(self.bases)} if key == "launch.no_pay_base" else {})


def population(
    session: Session, rule: PeopleRule, *only: ColumnElement[bool], lock: bool = False
) -> list[Member]:
    """The people of the rule, by id, narrowed by `only`. One query.

    With `lock` no other launch decides about them at the same time: nobody gets into two cycles at once.
    """
    query = _population(rule).where(*only).order_by(Person.id)
    return [Member(*row) for row in session.execute(_locked(query) if lock else query)]


def _locked(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.with_for_update(of=Person, key_share=True)


def _population(rule: PeopleRule) -> Select[*tuple[Any, ...]]:
    chosen: Select[*tuple[Any, ...]] = (
        select(
            Person.id,
            Person.external_id,
            Person.name,
            Person.email,
            Person.language,
            Person.zone,
            Person.hired_on,
            Person.left_on,
            Membership.unit_id,
            Membership.position,
        )
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.from_on <= rule.day, Membership.until_on > rule.day)
        .where(or_(Person.left_on.is_(None), Person.left_on >= rule.day))
    )
    if rule.units:
        below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(rule.units))
        chosen = chosen.where(Membership.unit_id.in_(below))
    if rule.positions:
        chosen = chosen.where(Membership.position.in_(rule.positions))
    if rule.hired_before is not None:
        chosen = chosen.where(or_(Person.hired_on.is_(None), Person.hired_on <= rule.hired_before))
    return chosen


def against_viewer(session: Session, viewer: Viewer, members: Sequence[Member]) -> list[Reason]:
    """Why the viewer may not launch for these people: HR may, each for their own units. At most one query."""
    if not viewer.has("hr"):
        return [Reason("launch.hr_only")]
    below = select(UnitAbove.unit_id).where(UnitAbove.above_id.in_(viewer.units("hr"))).distinct()
    mine = set(session.scalars(below))
    strangers = sum(member.unit_id not in mine for member in members)
    return [Reason("launch.outside_your_units", {"count": strangers})] if strangers else []


def blocked(
    session: Session, rule: PeopleRule, process: Process, members: Sequence[Member], besides: int
) -> dict[int, str]:
    """Who of at most 500 people gets no review in the cycle `besides`, and why. At most three queries."""
    mine = Review.person_id.in_([m.person_id for m in members])
    in_cycle, paid = elsewhere(session, process.workflow, process.period, process.pays, besides, mine)
    again, twice, by_hand = BLOCKING
    found = {m.person_id: by_hand for m in members if m.external_id in rule.left_out}
    return found | dict.fromkeys(paid, twice) | dict.fromkeys(in_cycle, again)


def check(
    session: Session,
    rule: PeopleRule,
    process: Process,
    today: date,
    roles: Sequence[str],
    *,
    person_id: int | None = None,
    besides: int | None = None,
) -> Checked:
    """Look up the population and check it; seven queries, whatever its size, and one per 10,000 people.

    `roles` are the granted roles that the process needs. Of one person alone if `person_id` is given; `besides`
    is a cycle that does not count as another one.
    """
    one = person_id is not None
    members = population(session, rule, *([Person.id == person_id] if one else []))
    period = process.period
    members.sort(key=lambda member: member.external_id)
    ids = [member.person_id for member in members]
    found: defaultdict[int, list[str]] = defaultdict(list)
    without_target, without_base = lacking(session, ids, period, process.pays.bases)
    only = [Review.person_id == person_id] if one else []
    in_cycle, paid = elsewhere(session, process.workflow, period, process.pays, besides, *only)
    tests: dict[str, Collection[int]] = {
        "launch.already_in_cycle": in_cycle,
        "launch.paid_elsewhere": paid,
        "launch.left_out_by_hand": {m.person_id for m in members if m.external_id in rule.left_out},
        "launch.no_manager": set(ids) - managers.managers_of(session, ids, rule.day).keys(),
        "launch.joined_late": {m.person_id for m in members if m.hired_on and m.hired_on > period.starts_on},
        "launch.leaves_early": {m.person_id for m in members if m.left_on and m.left_on < period.ends_on},
        "launch.no_target": without_target,
        "launch.no_pay_base": set().union(*without_base.values()),
        "launch.no_email": {m.person_id for m in members if not m.email},
        "launch.nobody_for_role": _without_holder(session, members, today, roles),
    }
    for key in PEOPLE_CHECKS:
        for person_id in ids:
            if person_id in tests[key]:
                found[person_id].append(key)
    return Checked(
        tuple(members), {person: tuple(keys) for person, keys in found.items()}, tuple(without_base)
    )


def _without_holder(
    session: Session, members: Sequence[Member], today: date, roles: Sequence[str]
) -> set[int]:
    """People for whom some granted role is held by nobody but themselves: a move would wait for ever."""
    query = (
        select(UnitAbove.unit_id, RoleGrant.role, RoleGrant.person_id)
        .join(RoleGrant, RoleGrant.unit_id == UnitAbove.above_id)
        .where(RoleGrant.role.in_(roles), staff.holds(today))
    )
    holders: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for unit_id, role, person_id in session.execute(query):
        holders[unit_id, role].add(person_id)
    return {
        member.person_id
        for member in members
        if any(not holders[member.unit_id, role] - {member.person_id} for role in roles)
    }
