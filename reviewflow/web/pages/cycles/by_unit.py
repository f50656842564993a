"""The people of a launch by the units right below the chosen ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reviewflow.services.launch import Preflight
from reviewflow.store.people_page import UnitLine
from reviewflow.web.language import gettext as _


@dataclass(frozen=True)
class UnitCount:
    """People who match in a unit and below it."""

    name: str
    people: int


def asked(units: Sequence[UnitLine], chosen: Collection[int]) -> list[int]:
    """The units that have a line: those right below a chosen one, and the chosen ones."""
    tops = set(chosen) or {unit.id for unit in units if unit.depth == 0}
    return [unit.id for unit in units if unit.id in tops or unit.parent_id in tops]


def counts(preflight: Preflight | None, units: Sequence[UnitLine]) -> list[UnitCount]:
    """Largest first. Who stands in a chosen unit itself is counted under it, who in none of the list as others."""
    if preflight is None:
        return []
    names = {unit.id: unit.name for unit in units}
    own = _own(preflight.units, {unit.id: unit.parent_id for unit in units})
    rows = [UnitCount(names[key], people) for key, people in own.items()]
    others = preflight.matching - sum(own.values())
    rows.append(UnitCount(_("Other units"), others))
    return sorted((row for row in rows if row.people), key=lambda row: (-row.people, row.name))


def _own(whole: Mapping[int, int], parents: Mapping[int, int | None]) -> dict[int, int]:
    """People of each unit without those of its nearest others of the list below it."""
    own = dict(whole)
    for unit_id, people in whole.items():
        above = parents[unit_id]
        while above is not None and above not in whole:
            above = parents.get(above)
        if above is not None:
            own[above] -= people
    return own
