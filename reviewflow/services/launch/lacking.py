"""Whom a launch finds without a target or without a pay base."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import String, literal, select, union_all
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.store.facts import Target
from reviewflow.store.people import PayBase

TARGET = ""


def lacking(
    session: Session, ids: Collection[int], period: Period, bases: Collection[str]
) -> tuple[set[int], dict[str, set[int]]]:
    """People without a given target, and by each pay base those who have none on any day of the period. One query.

    Targets count where others have one: where nobody has, they are proposed later.
    """
    rows = select(literal(TARGET, String).label("what"), Target.person_id).where(
        Target.starts_on == period.starts_on, Target.ends_on == period.ends_on
    )
    held = select(PayBase.component, PayBase.person_id).where(
        PayBase.component.in_(bases), PayBase.from_on <= period.ends_on, PayBase.until_on > period.starts_on
    )
    without = {what: set(ids) for what in (TARGET, *sorted(bases))}
    for what, person_id in session.execute(union_all(rows, held)):
        without[what].discard(person_id)
    targets = without.pop(TARGET)
    return targets if len(targets) < len(ids) else set(), {b: who for b, who in without.items() if who}
