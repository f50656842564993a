"""The population with what was found of it: counted by the database, with names of the first of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    String,
    Subquery,
    case,
    cast,
    collate,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason
from reviewflow.services.launch.conditions import (
    BLOCKING,
    NO_PAY_BASE,
    PEOPLE_CHECKS,
    blocking,
    without_base,
    worth_knowing,
)
from reviewflow.services.launch.overlapping import Process, overlapping
from reviewflow.services.launch.people import matching
from reviewflow.services.launch.plan import PeopleRule
from reviewflow.store.people import Membership, Person, UnitAbove

NAMED = 50
"""So many people of each finding are named, by external id."""
_BY_CODE_POINT = {"sqlite": "BINARY", "postgresql": "C"}
"""The collation that orders as Python does, so that the first are the same on both."""


@dataclass(frozen=True)
class Checked:
    """What was found of `matching` people: how many by the set of their reasons, and who, by reason.

    `people` are (external id, name), at most `NAMED`; `bases` are the pay bases that somebody lacks. `units`
    counts, of the units that were asked about, those for whom it is the nearest one.
    """

    matching: int
    found: Mapping[frozenset[str], int]
    people: Mapping[str, tuple[tuple[str, str], ...]]
    bases: tuple[str, ...]
    units: Mapping[int, int]

    def count(self, *keys: str) -> int:
        """How many people have one of these reasons."""
        return sum(count for reasons, count in self.found.items() if not reasons.isdisjoint(keys))

    @property
    def left_out(self) -> int:
        """How many are not part of the launch."""
        return self.count(*BLOCKING)

    @property
    def warned(self) -> int:
        """How many are part of it although something was found."""
        return sum(count for reasons, count in self.found.items() if reasons and reasons.isdisjoint(BLOCKING))

    def reason(self, key: str) -> Reason:
        """What was found, as a sentence can say it."""
        return Reason(key, {"base": ", ".join(self.bases)} if key == NO_PAY_BASE else {})


def check(
    session: Session,
    rule: PeopleRule,
    process: Process,
    today: date,
    roles: Sequence[str],
    *,
    only: Sequence[ColumnElement[bool]] = (),
    besides: int | None = None,
    units: Collection[int] = (),
) -> Checked:
    """Check the population, narrowed by `only`. At most three queries, whatever its size.

    `roles` are the granted roles that the process needs; `besides` is a cycle that does not count as another
    one; `units` are those whose people are counted.
    """
    tests = blocking(rule, overlapping(session, process, besides))
    tests |= worth_knowing(rule, process, today, roles) | without_base(process)
    bits = {key: 1 << place for place, key in enumerate(tests)}
    mask = sum((case((test, bits[key]), else_=0) for key, test in tests.items()), start=literal(0))
    people = matching(rule, Person.id.label("id"), Membership.unit_id.label("unit_id"), mask.label("mask"))
    order = collate(Person.external_id, _BY_CODE_POINT[session.get_bind().dialect.name])
    rows = session.execute(_counted(people.where(*only).cte("people"), bits, units, order))
    return _read(rows, bits)


def blocked(
    session: Session, rule: PeopleRule, process: Process, person_ids: Collection[int], besides: int
) -> dict[int, str]:
    """Who of at most 500 people gets no review in the cycle `besides`, and why. At most three queries."""
    tests = blocking(rule, overlapping(session, process, besides))
    if not tests:
        return {}
    why = case(*((test, literal(key)) for key, test in tests.items()))
    query = select(Person.id, why).where(Person.id.in_(person_ids), or_(*tests.values()))
    return {person_id: key for person_id, key in session.execute(query)}


def _counted(
    people: CTE, bits: Mapping[str, int], units: Collection[int], order: ColumnElement[str]
) -> CompoundSelect[Any]:
    """Rows of (what, key, n, external id, name): all people, those of each mask and unit, the first of each bit."""
    flagged = select(people).where(people.c.mask != 0).cte("flagged")
    everybody = select(*_row("all", n=func.count())).select_from(people)
    masks = select(*_row("mask", key=flagged.c.mask, n=func.count())).group_by(flagged.c.mask)
    parts = [everybody, masks]
    if units:
        near = _nearest(people, units)
        each = select(*_row("unit", key=near.c.above_id, n=func.sum(near.c.n)))
        parts.append(each.where(near.c.place == 1).group_by(near.c.above_id))
    for bit in bits.values():
        who = select(*_row("who", key=literal(bit), id=Person.external_id, name=Person.name))
        who = who.join(flagged, flagged.c.id == Person.id).where(flagged.c.mask.bitwise_and(bit) != 0)
        parts.append(select(who.order_by(order).limit(NAMED).subquery()))
    return union_all(*parts)


def _nearest(people: CTE, units: Collection[int]) -> Subquery:
    """How many people (`n`) stand in each unit, with those of `units` at or above it, the nearest as `place` 1."""
    each = select(people.c.unit_id, func.count().label("n")).group_by(people.c.unit_id).subquery()
    # computed, or an index would be entered once for each of these
    one_of = (UnitAbove.above_id + 0).in_(units)
    depth = select(UnitAbove.unit_id.label("id"), func.count().label("n"))
    depth_of = depth.where(UnitAbove.unit_id.in_(units)).group_by(UnitAbove.unit_id).subquery()
    place = func.row_number().over(partition_by=each.c.unit_id, order_by=depth_of.c.n.desc())
    return (
        select(each.c.n, UnitAbove.above_id, place.label("place"))
        .join(UnitAbove, UnitAbove.unit_id == each.c.unit_id)
        .join(depth_of, depth_of.c.id == UnitAbove.above_id)
        .where(one_of)
        .subquery()
    )


_COLUMNS: Mapping[str, Any] = {"key": Integer, "n": Integer, "id": String, "name": String}


def _row(what: str, **values: Any) -> list[Any]:
    columns = [values.get(name, cast(null(), type_)).label(name) for name, type_ in _COLUMNS.items()]
    return [literal(what).label("what"), *columns]


def _read(rows: Iterable[Any], bits: Mapping[str, int]) -> Checked:
    everybody, masks, units = 0, dict[int, int](), dict[int, int]()
    people: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    reasons = {bit: key if key in PEOPLE_CHECKS else NO_PAY_BASE for key, bit in bits.items()}
    for what, key, count, external_id, name in rows:
        if what == "all":
            everybody = count
        elif what == "mask":
            masks[key] = count
        elif what == "unit":
            units[key] = int(count)
        else:
            people[reasons[key]].add((external_id, name))
    seen = {key for key, bit in bits.items() if any(mask & bit for mask in masks)}
    found: Counter[frozenset[str]] = Counter()
    for mask, count in masks.items():
        found[frozenset(reason for bit, reason in reasons.items() if mask & bit)] += count
    return Checked(
        matching=everybody,
        found=found,
        people={key: tuple(sorted(some)[:NAMED]) for key, some in people.items()},
        bases=tuple(key for key in bits if key in seen and key not in PEOPLE_CHECKS),
        units=units,
    )
