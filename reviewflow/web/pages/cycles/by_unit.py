"""The people of a launch by the units right below the chosen ones."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reviewflow.services.launch import Preflight
from reviewflow.store.people_page import UnitLine
from reviewflow.web.language import gettext as _


@dataclass(frozen=True)
class UnitCount:
    """People who match in a unit, and below it in no unit with a line of its own."""

    name: str
    people: int


def asked(units: Sequence[UnitLine], chosen: Collection[int]) -> list[int]:
    """The units that have a line: those right below a chosen one, and the chosen ones."""
    tops = set(chosen) or {unit.id for unit in units if unit.depth == 0}
    return [unit.id for unit in units if unit.id in tops or unit.parent_id in tops]


def counts(preflight: Preflight | None, units: Sequence[UnitLine]) -> list[UnitCount]:
    """Largest first. Everybody is counted under their nearest unit of the list, who is in none of it as others."""
    if preflight is None:
        return []
    names = {unit.id: unit.name for unit in units}
    rows = [UnitCount(names[key], people) for key, people in preflight.units.items()]
    rows.append(UnitCount(_("Other units"), preflight.matching - sum(preflight.units.values())))
    return sorted((row for row in rows if row.people), key=lambda row: (-row.people, row.name))
