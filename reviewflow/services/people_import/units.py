"""The tree of units. There is always one unit on top; units that say no parent stand below it."""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewflow.connectors.mapping import SourceMapping
from reviewflow.services.people_import.accepting import Accepted
from reviewflow.services.people_import.state import State

TOP_CODE = "company"
TOP_NAME = "Company"


@dataclass
class UnitPlan:
    """`wanted`: name and parent code of each unit of the import, the top included (its parent is None)."""

    top: str
    wanted: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def parents(self, state: State) -> dict[str, str | None]:
        """The whole tree after the import, by code."""
        codes = {unit.id: code for code, unit in state.units.items()}
        here = {
            code: codes[unit.parent_id] if unit.parent_id is not None else None
            for code, unit in state.units.items()
        }
        return here | {code: parent for code, (_, parent) in self.wanted.items()}


def plan(mapping: SourceMapping, found: Accepted, state: State) -> UnitPlan:
    """Compare the accepted units with those here."""
    said: dict[str, dict[str, str | None]] = {
        code: {} for code in sorted(found.named_units - set(state.units))
    }
    for entry in found.of_kind("unit"):
        mine = said.setdefault(entry.key, {})
        mine |= {name: str(value) for name, value in entry.values.items() if value is not None}
    made = UnitPlan(_top(said, state))
    if made.top not in state.units and made.top not in said:
        made.wanted[made.top] = (mapping.company or TOP_NAME, None)
    for code, values in said.items():
        unit = state.units.get(code)
        name = values.get("name") or (unit.name if unit else code)
        above = values.get("parent") or _parent_here(code, state) or made.top
        made.wanted[code] = (name or code, None if code == made.top else above)
    for code, wanted in made.wanted.items():
        if code not in state.units:
            made.new.append(code)
        elif (state.units[code].name, _parent_here(code, state)) != wanted:
            made.changed.append(code)
    return made


def _top(said: dict[str, dict[str, str | None]], state: State) -> str:
    """The unit on top here, else the only one of the import without a parent, else one of our own."""
    tops = [code for code, unit in state.units.items() if unit.parent_id is None]
    if len(tops) == 1:
        return tops[0]
    if not tops:
        tops = [code for code, values in said.items() if not values.get("parent")]
    return tops[0] if len(tops) == 1 else TOP_CODE


def _parent_here(code: str, state: State) -> str | None:
    unit = state.units.get(code)
    if unit is None or unit.parent_id is None:
        return None
    return next(other for other, row in state.units.items() if row.id == unit.parent_id)
