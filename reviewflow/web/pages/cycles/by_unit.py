"""The people of a launch by the units right below the chosen ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reviewflow.services.launch import Preflight
from reviewflow.store.people_page import UnitLine
from reviewflow.web.language import gettext as _


@dataclass(frozen=True)
class UnitCount:
    """People who match in a unit and below it."""

    name: str
    people: int


def counts(
    preflight: Preflight | None, units: Sequence[UnitLine], chosen: Collection[int]
) -> list[UnitCount]:
    """Largest first. Who stands in a chosen unit itself is counted under it, who in none of the list as others."""
    if preflight is None:
        return []
    parents = {unit.id: unit.parent_id for unit in units}
    tops = set(chosen) or {unit.id for unit in units if unit.depth == 0}
    found: Counter[int | None] = Counter()
    for unit_id, people in preflight.units.items():
        found[_under(unit_id, parents, tops)] += people
    names = {unit.id: unit.name for unit in units}
    rows = [
        UnitCount(names[key] if key in names else _("Other units"), count) for key, count in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.people, row.name))


def _under(unit_id: int, parents: dict[int, int | None], tops: set[int]) -> int | None:
    """The unit right below a chosen one that holds this unit, or the chosen one; None if it is not listed."""
    at: int | None = unit_id
    while at is not None and at in parents:
        if at in tops or parents[at] in tops:
            return at
        at = parents[at]
    return None
