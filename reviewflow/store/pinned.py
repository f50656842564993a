"""What a cycle pinned, read once: running subjects follow these texts, never the files on disk.

Parsed definitions are kept by digest: a text never changes, so neither does what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core import calendar, indicators, plan, rubric, workflow
from reviewflow.core.calendar import Calendar
from reviewflow.core.indicators import Catalogue
from reviewflow.core.plan import Plan
from reviewflow.core.rubric import Rubric
from reviewflow.core.workflow import Workflow
from reviewflow.store.cycles import Cycle, CyclePin, Definition

READERS: dict[str, Callable[[str], Any]] = {
    "workflow": workflow.load,
    "indicators": indicators.load,
    "rubric": rubric.load,
    "calendar": calendar.load,
}
"""Plans are read together with the catalogue whose indicators they weigh."""
PLAIN_CALENDAR = Calendar("plain", {}, frozenset(), frozenset())
"""Monday to Friday, for a cycle that pinned no calendar."""
_KEPT = 256


@dataclass(frozen=True)
class Pinned:
    """The definitions of one cycle. `awards` names the workflow definition by its use (`award`, `promotion`)."""

    workflow_id: int
    workflow: Workflow
    catalogue: Catalogue
    plan: Plan
    rubric: Rubric | None
    calendar: Calendar
    awards: dict[str, int]
    template_id: int | None


@lru_cache(maxsize=_KEPT)
def _parsed(kind: str, digest: str, text: str) -> Any:
    del digest  # the key: two texts with one digest are one text
    return READERS[kind](text)


@lru_cache(maxsize=_KEPT)
def _plan(digests: tuple[str, str], text: str, catalogue_text: str) -> Plan:
    return plan.load(text, _parsed("indicators", digests[1], catalogue_text))


def workflows(session: Session, definition_ids: Collection[int]) -> dict[int, Workflow]:
    """Workflows by the ids of their definitions. One query; a text is parsed once a process."""
    query = select(Definition.id, Definition.digest, Definition.text).where(Definition.id.in_(definition_ids))
    return {key: _parsed("workflow", digest, text) for key, digest, text in session.execute(query)}


def of_cycle(session: Session, cycle_id: int) -> Pinned:
    """Everything pinned by a cycle. One query."""
    rows = session.execute(
        select(CyclePin.kind, CyclePin.name, Definition.id, Definition.digest, Definition.text, Cycle.workflow_id)
        .join(Definition, Definition.id == CyclePin.definition_id)
        .join(Cycle, Cycle.id == CyclePin.cycle_id)
        .where(CyclePin.cycle_id == cycle_id)
    ).all()
    ids = {(kind, name): key for kind, name, key, _, _, _ in rows}
    read = {
        key: _parsed(kind, digest, text) for kind, _, key, digest, text, _ in rows if kind in READERS
    }
    only = {kind: read[key] for (kind, _), key in ids.items() if key in read and kind != "workflow"}
    texts = {kind: (digest, text) for kind, _, _, digest, text, _ in rows if kind in ("plan", "indicators")}
    digests = (texts["plan"][0], texts["indicators"][0])
    workflow_id = rows[0].workflow_id
    process = read[workflow_id]
    return Pinned(
        workflow_id=workflow_id,
        workflow=process,
        catalogue=only["indicators"],
        plan=_plan(digests, texts["plan"][1], texts["indicators"][1]),
        rubric=only.get("rubric"),
        calendar=only.get("calendar", PLAIN_CALENDAR),
        awards={use: ids["workflow", process.uses[use]] for use in ("award", "promotion") if use in process.uses},
        template_id=next((key for (kind, _), key in ids.items() if kind == "template"), None),
    )
