"""What a cycle pinned, read once: running subjects follow these texts, never the files on disk.

Parsed definitions are kept by digest: a text never changes, so neither does what it means. Neither do the
pins of a cycle, nor the text under a definition's id: what a read-only session learnt of them, and only that
(what is being written may still be rolled back), holds for the life of the process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from reviewflow.core import calendar, indicators, plan, rubric, workflow
from reviewflow.core.calendar import Calendar
from reviewflow.core.indicators import Catalogue
from reviewflow.core.plan import Plan
from reviewflow.core.reasons import Faulty
from reviewflow.core.rubric import Rubric
from reviewflow.core.toml_source import parse
from reviewflow.core.workflow import Workflow
from reviewflow.store.cycles import Cycle, CyclePin, Definition
from reviewflow.store.snapshot import is_read_only

READERS: dict[str, Callable[[str], Any]] = {
    "workflow": workflow.load,
    "indicators": indicators.load,
    "rubric": rubric.load,
    "calendar": calendar.load,
}
"""Plans are read together with the catalogue whose indicators they weigh."""
PLAIN_CALENDAR = Calendar("plain", {}, frozenset(), frozenset())
"""Monday to Friday, for a cycle that pinned no calendar."""
AWARD_USES = ("award", "promotion")
_KEPT = 256


@dataclass(frozen=True)
class Pinned:
    """The definitions of one cycle. `awards`: workflow definitions by their use (`award`, `promotion`)."""

    workflow_id: int
    workflow: Workflow
    catalogue: Catalogue
    plan: Plan
    rubric: Rubric | None
    calendar: Calendar
    awards: dict[str, int]
    template_id: int | None


def parsed(definition: Definition) -> Any:
    """What a definition of a kind in `READERS` says; a text is parsed once a process."""
    return _parsed(definition.kind, definition.digest, definition.text)


def weighed(plan: Definition, catalogue: Definition) -> Plan:
    """A plan over the indicators of a catalogue; both are parsed once a process."""
    return _plan((plan.digest, catalogue.digest), plan.text, catalogue.text)


@lru_cache(maxsize=_KEPT)
def title(text: str) -> Mapping[str, str]:
    """The title in both languages of a text not read whole; empty where it has none, as a letter has not."""
    try:
        found = parse(text).data.get("title")
    except Faulty:
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=_KEPT)
def _parsed(kind: str, digest: str, text: str) -> Any:
    del digest  # the key: two texts with one digest are one text
    return READERS[kind](text)


@lru_cache(maxsize=_KEPT)
def _plan(digests: tuple[str, str], text: str, catalogue_text: str) -> Plan:
    return plan.load(text, _parsed("indicators", digests[1], catalogue_text))


@dataclass
class _Known:
    """What readers of one database have learnt, by id."""

    workflows: dict[int, Workflow] = field(default_factory=dict)
    cycles: dict[int, Pinned] = field(default_factory=dict)


_databases: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


def _known(session: Session) -> _Known:
    """Nothing, while the session writes."""
    bound = session.get_bind()
    if not is_read_only(session) or not isinstance(bound, Engine):
        return _Known()
    return _databases.setdefault(bound, _Known())


def workflows(session: Session, definition_ids: Collection[int]) -> dict[int, Workflow]:
    """Workflows by the ids of their definitions. At most one query; a text is parsed once a process."""
    known = _known(session).workflows
    unknown = [key for key in definition_ids if key not in known]
    if unknown:
        known |= _workflows(session, unknown)
    return {key: known[key] for key in definition_ids if key in known}


def _workflows(session: Session, definition_ids: Collection[int]) -> dict[int, Workflow]:
    query = select(Definition.id, Definition.digest, Definition.text).where(Definition.id.in_(definition_ids))
    return {key: _parsed("workflow", digest, text) for key, digest, text in session.execute(query)}


def of_cycle(session: Session, cycle_id: int) -> Pinned:
    """Everything pinned by a cycle. At most one query."""
    return of_cycles(session, [cycle_id])[cycle_id]


def of_cycles(session: Session, cycle_ids: Collection[int]) -> dict[int, Pinned]:
    """The same of several cycles. At most one query."""
    known = _known(session)
    unknown = [key for key in cycle_ids if key not in known.cycles]
    if unknown:
        for key, (pins, processes) in _of_cycles(session, unknown).items():
            known.cycles[key] = pins
            known.workflows |= processes
    return {key: known.cycles[key] for key in cycle_ids}


def _of_cycles(session: Session, cycle_ids: Collection[int]) -> dict[int, tuple[Pinned, dict[int, Workflow]]]:
    query = (
        select(CyclePin.kind, CyclePin.name, Definition.id, Definition.digest, Definition.text)
        .add_columns(Cycle.workflow_id, Cycle.id.label("cycle_id"))
        .join(Definition, Definition.id == CyclePin.definition_id)
        .join(Cycle, Cycle.id == CyclePin.cycle_id)
        .where(CyclePin.cycle_id.in_(cycle_ids))
    )
    rows: dict[int, list[Any]] = {key: [] for key in cycle_ids}
    for row in session.execute(query):
        rows[row.cycle_id].append(row)
    return {key: _pinned(mine) for key, mine in rows.items()}


def _pinned(rows: Sequence[Any]) -> tuple[Pinned, dict[int, Workflow]]:
    """The pins of one cycle, and the workflows among them by the ids of their definitions."""
    ids = {(row.kind, row.name): row.id for row in rows}
    read = {row.id: _parsed(row.kind, row.digest, row.text) for row in rows if row.kind in READERS}
    only = {kind: read[key] for (kind, _), key in ids.items() if key in read and kind != "workflow"}
    texts = {row.kind: (row.digest, row.text) for row in rows if row.kind in ("plan", "indicators")}
    digests = (texts["plan"][0], texts["indicators"][0])
    workflow_id = rows[0].workflow_id
    process = read[workflow_id]
    pins = Pinned(
        workflow_id=workflow_id,
        workflow=process,
        catalogue=only["indicators"],
        plan=_plan(digests, texts["plan"][1], texts["indicators"][1]),
        rubric=only.get("rubric"),
        calendar=only.get("calendar", PLAIN_CALENDAR),
        awards={use: ids["workflow", process.uses[use]] for use in AWARD_USES if use in process.uses},
        template_id=next((key for (kind, _), key in ids.items() if kind == "template"), None),
    )
    return pins, {key: read[key] for (kind, _), key in ids.items() if kind == "workflow"}
