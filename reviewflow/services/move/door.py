"""The one door: nothing else changes a stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reviewflow.core import policy
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Move
from reviewflow.services.move import cases, changed, effects, judging, writing
from reviewflow.services.move.cases import Case
from reviewflow.services.move.judging import Verdict
from reviewflow.store import relations
from reviewflow.store.holding import hold_up

LONGEST_NOTE = 4000


@dataclass(frozen=True)
class Moved:
    """A move that was made."""

    subject_id: int
    move: str
    to_stage: str
    version: int


@dataclass(frozen=True)
class Left:
    """A subject of a bulk move that stays where it is, with all reasons; the others went."""

    subject_id: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Offer:
    """A move that a page may draw: as a button if `reasons` is empty, else greyed with them beside it."""

    move: Move
    reasons: tuple[Reason, ...]

    @property
    def open(self) -> bool:
        return not self.reasons


def move(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    subject_id: int,
    move_key: str,
    *,
    seen_version: int,
    note: str | None = None,
) -> Moved:
    """Make one move. Raises `Refused` with all reasons, or `Conflict` if what the person saw has changed.

    A subject that the viewer must not see is refused as if it did not exist (``subject.unknown``).
    """
    (done,) = move_many(
        session, moment, viewer, [(subject_id, seen_version)], move_key, note=note, bulk=False
    )
    if isinstance(done, Left):
        raise Refused(done.reasons)
    return done


def move_many(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    subjects: Sequence[tuple[int, int]],
    move_key: str,
    *,
    note: str | None = None,
    bulk: bool = True,
) -> list[Moved | Left]:
    """Make the same move on several (subject id, seen version): those that may go go, in order of the list.

    With `bulk` only moves that their file declares so. One that changed meanwhile stays, with its reason.
    """
    wanted = dict(subjects)
    found = cases.load(session, wanted, lock=True)
    held = judging.roles(session, viewer, found)
    seen = {key: case for key, case in found.items() if relations.exists_for(case.kind, held[key])}
    left: dict[int, tuple[Reason, ...]] = {
        key: (Reason("subject.unknown"),) for key in wanted if key not in seen
    }
    left |= {
        key: (Reason("move.unknown", {"move": move_key}),)
        for key, case in seen.items()
        if move_key not in case.workflow.moves
    }
    verdicts = _judge_all(session, [seen[key] for key in seen if key not in left], held, move_key, note, bulk)
    stale = changed.stale(session, [(v, wanted[v.case.id]) for v in verdicts if v.role])
    if stale and not bulk:
        raise next(iter(stale.values()))
    left |= {v.case.id: v.reasons for v in verdicts if v.reasons}
    left |= {key: (Reason("subject.changed", {"version": c.version}),) for key, c in stale.items()}
    moved, stayed = _go(session, moment, viewer, [v for v in verdicts if v.case.id not in left], note)
    left |= stayed
    return [moved[key] if key in moved else Left(key, left[key]) for key in wanted]


def offers(session: Session, viewer: Viewer, subject_id: int) -> list[Offer]:
    """What the viewer may do with a subject now: moves of roles they hold, with the reasons against each."""
    found = cases.load(session, [subject_id], lock=False)
    held = judging.roles(session, viewer, found).get(subject_id, frozenset())
    case = found.get(subject_id)
    if case is None or not relations.exists_for(case.kind, held):
        return []
    mine = [move for move in case.workflow.moves_from(case.stage.key) if held & move.by]
    known = judging.facts(session, [case], judging.guards_of(mine))[subject_id]
    return [Offer(move, judging.judge(case, move, held, known).reasons) for move in mine]


def against_many(
    session: Session, viewer: Viewer, subject_ids: Iterable[int], move_key: str
) -> dict[int, tuple[Reason, ...]]:
    """Why each of several subjects would stay if they were moved together now; nothing for those that would go.

    Subjects that the viewer must not see are left out. As many queries for one as for a thousand.
    """
    found = cases.load(session, subject_ids, lock=False)
    held = judging.roles(session, viewer, found)
    seen = [
        case
        for key, case in found.items()
        if relations.exists_for(case.kind, held[key]) and move_key in case.workflow.moves
    ]
    verdicts = _judge_all(session, seen, held, move_key, note=None, bulk=True)
    return {verdict.case.id: verdict.reasons for verdict in verdicts}


def advance(session: Session, moment: Moment, clock: Viewer, subject_ids: Iterable[int]) -> list[Moved]:
    """Let the clock's moves happen: those ready after a change, and those whose deadline has come.

    Also opens and closes tasks by their `when`. A move refused after its deadline keeps its reasons on the
    subject. Harmless twice.
    """
    found = cases.load(session, subject_ids, lock=True)
    automatic = {key: case.automatic(moment.business) for key, case in found.items()}
    known = _known(session, found, automatic)
    if changed.open_tasks(session, list(found.values()), known):
        known = _known(session, found, automatic)
    tried: list[Verdict] = []
    refused: list[Verdict] = []
    for key, case in found.items():
        verdicts = [judging.judge(case, m, judging.CLOCK_ROLES, known[key]) for m in automatic[key]]
        going = next((v for v in verdicts if v.step), None)
        if going:
            tried.append(going)
        else:
            refused += [v for v in verdicts if v.move.at == "due"][:1]
    moved, stayed = _go(session, moment, clock, tried, None)
    held_up = [(v.case.id, v.move.key, v.reasons) for v in refused]
    held_up += [(v.case.id, v.move.key, stayed[v.case.id]) for v in tried if v.case.id in stayed]
    hold_up(session, moment, held_up)
    return list(moved.values())


def _known(
    session: Session, found: Mapping[int, Case], automatic: Mapping[int, Sequence[Move]]
) -> dict[int, policy.Facts]:
    """Facts for the clock's moves and for the `when` of the present stages' tasks."""
    names = set(judging.guards_of(move for moves in automatic.values() for move in moves))
    names |= {task.when for case in found.values() for task in case.place.conditional if task.when}
    return judging.facts(session, list(found.values()), names)


def _judge_all(
    session: Session,
    known_cases: Sequence[Case],
    held: Mapping[int, frozenset[str]],
    move_key: str,
    note: str | None,
    bulk: bool,
) -> list[Verdict]:
    moves = {case.id: case.workflow.moves[move_key] for case in known_cases}
    known = judging.facts(session, known_cases, judging.guards_of(moves.values()))
    verdicts = []
    for case in known_cases:
        move = moves[case.id]
        verdict = judging.judge(case, move, held[case.id], known[case.id])
        against = (*verdict.reasons, *_against_form(move, note, bulk))
        verdicts.append(Verdict(case, move, verdict.role, None if against else verdict.step, against))
    return verdicts


def _against_form(move: Move, note: str | None, bulk: bool) -> list[Reason]:
    """What is wrong with the request itself."""
    reasons = []
    if move.note == "required" and not (note or "").strip():
        reasons.append(Reason("move.note_required", {"move": move.key}))
    if note and len(note) > LONGEST_NOTE:
        reasons.append(Reason("move.note_too_long", {"most": LONGEST_NOTE, "length": len(note)}))
    if bulk and not move.bulk:
        reasons.append(Reason("move.not_bulk", {"move": move.key}))
    return reasons


def _go(
    session: Session, moment: Moment, viewer: Viewer, verdicts: Sequence[Verdict], note: str | None
) -> tuple[dict[int, Moved], dict[int, tuple[Reason, ...]]]:
    """Write the steps. One whose letter cannot be written stays, with its reasons; the others are written anew."""
    # PostgreSQL keeps no U+0000 in a text; whoever pasted it meant the rest.
    words = (note or "").replace("\x00", "").strip() or None
    goings = [writing.going(v.case, v.move, v.role, v.step, words) for v in verdicts if v.step]
    stayed: dict[int, tuple[Reason, ...]] = {}
    while goings:
        try:
            with session.begin_nested() if effects.may_fail(goings) else nullcontext():
                writing.write(session, moment, viewer, goings)
                effects.write(session, moment, viewer, goings)
            break
        except writing.CannotGo as cannot:
            stayed |= cannot.reasons
            goings = [going for going in goings if going.case.id not in stayed]
    return {g.case.id: Moved(g.case.id, g.move.key, g.step.to.key, g.version) for g in goings}, stayed


def move_each(
    session: Session,
    moment: Moment,
    viewer: Viewer,
    wanted: Sequence[tuple[int, int, str]],
    *,
    note: str | None = None,
) -> list[Moved | Left]:
    """Bulk moves with a key for each (subject id, seen version, move): two levels of one approval together."""
    by_key: dict[str, list[tuple[int, int]]] = {}
    for subject_id, seen, key in wanted:
        by_key.setdefault(key, []).append((subject_id, seen))
    done: list[Moved | Left] = []
    for key, subjects in by_key.items():
        done += move_many(session, moment, viewer, subjects, key, note=note)
    return done
