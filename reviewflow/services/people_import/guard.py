"""What an import must not do unnoticed: remove many people, change many ids, put managers in a ring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewflow.core.reasons import Reason
from reviewflow.services.people_import.people import PeoplePlan
from reviewflow.services.people_import.state import State

MOST_LEAVING = 0.40
MOST_RENAMED = 0.05
SHOWN = 10


@dataclass(frozen=True)
class Alarm:
    """Why an import stops unless HR confirms it with a reason, and all people whom it is about."""

    reason: Reason
    people: tuple[str, ...]


def alarms(plan: PeoplePlan, state: State) -> list[Alarm]:
    """Too many people who would leave, too many ids that would change or seem to, as the name stays."""
    here = len(state.active)
    leaving = sorted(key for key in plan.leaving if key in state.active)
    found = []
    if len(leaving) > here * MOST_LEAVING:
        params = {"count": len(leaving), "of": here, "percent": len(leaving) * 100 // here}
        found.append(Alarm(Reason("people.too_many_leave", params), _named(leaving, state)))
    other_ids = plan.renamed | plan.namesakes
    if len(other_ids) > here * MOST_RENAMED:
        params = {"count": len(other_ids), "of": here, "percent": len(other_ids) * 100 // here}
        ids = tuple(f"{old} → {new}" for new, old in sorted(other_ids.items()))
        found.append(Alarm(Reason("people.too_many_ids", params), ids))
    return found


def _named(keys: Sequence[str], state: State) -> tuple[str, ...]:
    return tuple(f"{key} {state.people[key].name}" for key in keys)


def rings(managers: Mapping[str, str | None]) -> list[Reason]:
    """Rings among managers (by external id): each one once, as ``A → B → A``."""
    done: set[str] = set()
    reasons = []
    for start in sorted(managers):
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path.append(at)
            at = managers.get(at)
        if at is not None and at in path:
            ring = path[path.index(at) :]
            reasons.append(Reason("people.manager_ring", {"ring": " → ".join([*ring, at])}))
        done |= set(path)
    return reasons


def rings_of_units(parents: Mapping[str, str | None]) -> list[Reason]:
    """The same among units."""
    return [Reason("people.unit_ring", reason.params) for reason in rings(parents)]
