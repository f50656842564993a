"""What waits for a manager about the people of the team: the inbox, read for them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.inbox import Waiting, own_work
from reviewflow.store.my_inbox.todo import first_of_each
from reviewflow.store.subjects import Subject

MOST = 500


@dataclass(frozen=True)
class Waits:
    """One review of somebody else that waits for the viewer: its first open task, else its move."""

    review_id: int
    person_id: int
    person: str
    cycle_id: int
    cycle: str
    part: str
    what: str
    item: str
    title: Mapping[str, str]
    due_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now


def waiting(session: Session, viewer: Viewer) -> list[Waits]:
    """Reviews of the viewer's people that wait for the viewer, earliest due first, at most 500.

    One query, and one for workflows not seen before.
    """
    pairs = [(grant.role, grant.unit_id) for grant in viewer.grants]
    values = {"me": viewer.person_id, "today": viewer.today, "limit": MOST}
    rows = session.execute(_statement(bool(pairs)), values | ({"grants": pairs} if pairs else {})).all()
    names = {row.cycle_id: row.key for row in rows}
    found = first_of_each(Waiting(*row[:-1]) for row in rows)
    theirs = [one for one in found if one.kind == "review" and one.person_id != viewer.person_id]
    processes = pinned.workflows(session, {one.definition_id for one in theirs})
    return [
        Waits(
            review_id=one.subject_id,
            person_id=one.person_id,
            person=one.person_name,
            cycle_id=one.cycle_id,
            cycle=names[one.cycle_id],
            part=one.part,
            what=one.what,
            item=one.item,
            title=_title(processes[one.definition_id], one),
            due_at=one.due_at,
        )
        for one in theirs
    ]


@cache
def _statement(with_grants: bool) -> Select[*tuple[Any, ...]]:
    """The work with the key of its cycle."""
    return own_work(with_grants).add_columns(Cycle.key).join(Cycle, Cycle.id == Subject.cycle_id)


def _title(workflow: Workflow, one: Waiting) -> Mapping[str, str]:
    items = workflow.tasks if one.what == "task" else workflow.moves
    return items[one.item].title
