"""What a viewer has to do, ready for a page: own work one by one, granted work in groups."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.policy.visibility import note_group
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.store import pinned
from reviewflow.store.cycles import Cycle
from reviewflow.store.inbox import LIMIT, Waiting, inbox
from reviewflow.store.letters import awaits_letter
from reviewflow.store.my_inbox.awards import AwardAbout, awards
from reviewflow.store.people import Person
from reviewflow.store.subjects import Answer, MoveLog, Subject
from reviewflow.store.surveys import SurveyTicket


@dataclass(frozen=True)
class Note:
    """Why the subject came where it is: the note of its last move, and by whom."""

    by: str
    text: str


@dataclass(frozen=True)
class Todo:
    """One subject that waits for the viewer: its first open task, else its move. `draft` is what they wrote of it.

    `award` is there if the subject is one. `no_letter`: what is to be answered is not printed yet, so that no time
    runs.
    """

    waiting: Waiting
    workflow: Workflow
    cycle: str
    note: Note | None
    draft: Mapping[str, Any] | None = None
    award: AwardAbout | None = None
    no_letter: bool = False

    @property
    def is_task(self) -> bool:
        return self.waiting.what == "task"


@dataclass(frozen=True)
class Group:
    """Subjects of one cycle and stage that wait for a granted role, earliest first, at most `LIMIT`."""

    cycle_id: int
    cycle: str
    workflow: Workflow
    stage: str
    members: tuple[Waiting, ...]

    @property
    def item(self) -> Waiting:
        """What is to be done, as the first of them tells."""
        return self.members[0]

    @property
    def more(self) -> bool:
        """Whether there are more than were read."""
        return len(self.members) >= LIMIT


@dataclass(frozen=True)
class Ticket:
    """The viewer is asked to rate a cycle's review itself."""

    cycle_id: int
    cycle: str


@dataclass(frozen=True)
class Todos:
    """Everything that waits for a viewer."""

    own: tuple[Todo, ...]
    groups: tuple[Group, ...]
    tickets: tuple[Ticket, ...]

    @property
    def count(self) -> int:
        """How many things: what `count` tells in one query."""
        return len(self.own) + len(self.groups) + len(self.tickets)


def todos(session: Session, viewer: Viewer) -> Todos:
    """Own and granted work. At most eight queries, and one for workflows not seen before."""
    found = inbox(session, viewer)
    own = first_of_each(found.own)
    mine = {one.subject_id for one in own}
    granted = first_of_each(one for one in found.granted if one.subject_id not in mine)
    processes = pinned.workflows(session, {one.definition_id for one in (*own, *granted)})
    cycles = _cycles(session, {one.cycle_id for one in (*own, *granted)}, viewer)
    notes, drafts = _notes_and_drafts(session, viewer, own, processes)
    unprinted = _unprinted(session, own)
    about = awards(session, viewer, [one.subject_id for one in own if one.kind == "award"])
    return Todos(
        own=tuple(
            Todo(
                one,
                processes[one.definition_id],
                cycles[one.cycle_id].cycle,
                notes.get(one.subject_id),
                drafts.get((one.subject_id, one.item)),
                about.get(one.subject_id),
                one.subject_id in unprinted,
            )
            for one in own
        ),
        groups=_groups(granted, processes, cycles),
        tickets=tuple(one for one in cycles.values() if one.asked),
    )


def _unprinted(session: Session, own: Collection[Waiting]) -> set[int]:
    """Reviews whose letter is still to be printed. One query, none where no letter is to be answered."""
    ids = [one.subject_id for one in own if one.kind == "review" and one.part == "feedback"]
    if not ids:
        return set()
    return set(session.scalars(select(Subject.id).where(Subject.id.in_(ids), awaits_letter(Subject.id))))


def first_of_each(waiting: Iterable[Waiting]) -> list[Waiting]:
    """One row for each subject: a task before the moves that wait for it, in the order given."""
    chosen: dict[int, Waiting] = {}
    for one in waiting:
        known = chosen.get(one.subject_id)
        if known is None or (known.what != "task" and one.what == "task"):
            chosen[one.subject_id] = one
    return list(chosen.values())


@dataclass(frozen=True)
class _Cycle(Ticket):
    """A cycle by name; `asked`: the viewer holds an unused ticket of its survey."""

    asked: bool


def _cycles(session: Session, ids: Collection[int], viewer: Viewer) -> dict[int, _Cycle]:
    """These cycles, and those whose survey asks the viewer. One query."""
    ticket = and_(
        SurveyTicket.cycle_id == Cycle.id,
        SurveyTicket.person_id == viewer.person_id,
        SurveyTicket.used.is_(False),
    )
    query = (
        select(Cycle.id, Cycle.key, SurveyTicket.person_id.is_not(None))
        .outerjoin(SurveyTicket, ticket)
        .where(Cycle.id.in_(ids) | SurveyTicket.person_id.is_not(None))
        .order_by(Cycle.id)
    )
    return {key: _Cycle(key, name, asked) for key, name, asked in session.execute(query)}


def _notes_and_drafts(
    session: Session, viewer: Viewer, own: Collection[Waiting], processes: Mapping[int, Workflow]
) -> tuple[dict[int, Note], dict[tuple[int, str], Mapping[str, Any]]]:
    """Notes of last moves that the viewer may read, and their drafts by (subject, task).

    One query, none without work of one's own.
    """
    if not own:
        return {}, {}
    ids = [one.subject_id for one in own]
    last = (
        select(MoveLog.subject_id, func.max(MoveLog.version).label("version"))
        .where(MoveLog.subject_id.in_(ids))
        .group_by(MoveLog.subject_id)
        .subquery()
    )
    said = and_(
        MoveLog.subject_id == Subject.id, MoveLog.version == last.c.version, MoveLog.note.is_not(None)
    )
    mine = and_(
        Answer.subject_id == Subject.id,
        Answer.round == Subject.round,
        Answer.author_id == viewer.person_id,
        Answer.submitted_at.is_(None),
    )
    query = (
        select(
            Subject.id, Subject.kind, Subject.definition_id, MoveLog, Person.name, Answer.task, Answer.body
        )
        .outerjoin(last, last.c.subject_id == Subject.id)
        .outerjoin(MoveLog, said)
        .outerjoin(Person, Person.id == MoveLog.actor_id)
        .outerjoin(Answer, mine)
        .where(Subject.id.in_(ids), MoveLog.note.is_not(None) | Answer.task.is_not(None))
    )
    people = {one.subject_id: one.person_id for one in own}
    notes, drafts = {}, {}
    for subject_id, kind, definition_id, log, name, task, body in session.execute(query):
        about_me = people[subject_id] == viewer.person_id
        if log is not None and name and _readable(kind, processes[definition_id], log, about_me):
            notes[subject_id] = Note(name, log.note or "")
        if task is not None:
            drafts[subject_id, task] = json.loads(body)
    return notes, drafts


def _readable(kind: str, workflow: Workflow, log: MoveLog, about_me: bool) -> bool:
    """Notes of a review by their group; those of an award belong to its signatures.

    Work of one's own follows from a relation: to a review as employee or manager, to an award as preparer.
    """
    held = frozenset({"reviewee" if about_me else "manager"} if kind == "review" else {"preparer"})
    move = workflow.moves.get(log.move)
    if move is None:
        return False
    group = note_group(move, workflow.stages[log.to_stage]) if kind == "review" else "signatures"
    return policy.sees(group, held, frozenset())


def _groups(
    granted: Collection[Waiting], processes: Mapping[int, Workflow], cycles: Mapping[int, Ticket]
) -> tuple[Group, ...]:
    grouped: defaultdict[tuple[int, int, str], list[Waiting]] = defaultdict(list)
    for one in granted:
        grouped[one.cycle_id, one.definition_id, one.stage].append(one)
    return tuple(
        Group(cycle_id, cycles[cycle_id].cycle, processes[definition_id], stage, tuple(members[:LIMIT]))
        for (cycle_id, definition_id, stage), members in grouped.items()
    )
