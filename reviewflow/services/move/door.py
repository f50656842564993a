"""The one door: nothing else changes a stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    (done,) = move_many(session, moment, viewer, [(subject_id, seen_version)], move_key, note=note, bulk=False)
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
    seen = {key: case for key, case in found.items() if held.get(key)}
    left: dict[int, tuple[Reason, ...]] = {
        key: (Reason("subject.unknown"),) for key in wanted if key not in seen
    }
    verdicts = _judge_all(session, seen, held, move_key, note, bulk)
    left |= {v.case.id: v.reasons for v in verdicts if v.reasons}
    stale = changed.stale(session, [(v.case, v.move, wanted[v.case.id]) for v in verdicts if v.step])
    if stale and not bulk:
        raise next(iter(stale.values()))
    left |= {key: (Reason("subject.changed", {"version": c.version}),) for key, c in stale.items()}
    going = [v for v in verdicts if v.step and v.case.id not in left]
    moved = _go(session, moment, viewer, going, note)
    return [moved[key] if key in moved else Left(key, left[key]) for key in wanted]


def offers(session: Session, viewer: Viewer, subject_id: int) -> list[Offer]:
    """What the viewer may do with a subject now: moves of roles they hold, with the reasons against each."""
    found = cases.load(session, [subject_id], lock=False)
    held = judging.roles(session, viewer, found).get(subject_id, frozenset())
    if subject_id not in found or not held:
        return []
    case = found[subject_id]
    mine = [move for move in case.workflow.moves_from(case.stage.key) if held & move.by]
    known = judging.facts(session, [case], judging.guards_of(mine))[subject_id]
    return [Offer(move, judging.judge(case, move, held, known).reasons) for move in mine]


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
    writing.hold_up(session, moment, [(v.case.id, v.move.key, v.reasons) for v in refused])
    return list(_go(session, moment, clock, tried, None).values())


def _known(
    session: Session, found: Mapping[int, Case], automatic: Mapping[int, Sequence[Move]]
) -> dict[int, policy.Facts]:
    """Facts for the clock's moves and for the `when` of the present stages' tasks."""
    names = set(judging.guards_of(move for moves in automatic.values() for move in moves))
    for case in found.values():
        names |= {task.when for task in case.workflow.tasks_in(case.stage.key) if task.when}
    return judging.facts(session, list(found.values()), names)


def _judge_all(
    session: Session,
    seen: Mapping[int, Case],
    held: Mapping[int, frozenset[str]],
    move_key: str,
    note: str | None,
    bulk: bool,
) -> list[Verdict]:
    moves = {key: case.workflow.moves.get(move_key) for key, case in seen.items()}
    known = judging.facts(session, list(seen.values()), judging.guards_of(m for m in moves.values() if m))
    verdicts = []
    for key, case in seen.items():
        move = moves[key]
        if move is None:
            raise Refused([Reason("move.unknown", {"move": move_key})])
        verdict = judging.judge(case, move, held[key], known[key])
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
) -> dict[int, Moved]:
    goings = [
        writing.going(v.case, v.move, v.role, v.step, (note or "").strip() or None) for v in verdicts if v.step
    ]
    writing.write(session, moment, viewer, goings)
    effects.write(session, moment, viewer, goings)
    return {g.case.id: Moved(g.case.id, g.move.key, g.step.to.key, g.version) for g in goings}
