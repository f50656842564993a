"""What may happen to a case: the same judgement draws the button, refuses the post and drives the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from reviewflow.core import machine, policy
from reviewflow.core.machine import Step
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Move, Workflow
from reviewflow.services.move.cases import Case
from reviewflow.store import guard_facts, relations

CLOCK_ROLES = frozenset({"clock"})


@dataclass(frozen=True)
class Verdict:
    """Either a step that may be taken in `role`, or all the reasons why not.

    `role` is empty for somebody who may never make this move on this record, whatever its state.
    """

    case: Case
    move: Move
    role: str
    step: Step | None
    reasons: tuple[Reason, ...] = ()


def roles(session: Session, viewer: Viewer, cases: Mapping[int, Case]) -> dict[int, frozenset[str]]:
    """Roles that the viewer holds on each case. One query, none for the clock."""
    if viewer.person_id is None:
        return dict.fromkeys(cases, CLOCK_ROLES)
    return relations.held_on(session, viewer, list(cases))


def guards_of(moves: Iterable[Move]) -> frozenset[str]:
    """Names of all guards that moves may ask."""
    moves = list(moves)
    needs = {name for move in moves for name in move.needs}
    return frozenset(needs | {to.when for move in moves for to in move.to if to.when})


def facts(session: Session, cases: Sequence[Case], names: Iterable[str]) -> dict[int, policy.Facts]:
    """Facts for the guards named, loaded in bulk: queries depend on the guards, not on the cases.

    Whether its result still stands is known of every award.
    """
    groups = policy.groups_of(names) | ({"superseded"} if any(c.kind == "award" for c in cases) else set())
    about = [guard_facts.About(c.id, c.kind, c.workflow, c.stage.key, c.round, c.cycle_id) for c in cases]
    return guard_facts.load(session, about, groups)


def judge(case: Case, move: Move, held: frozenset[str], known: policy.Facts) -> Verdict:
    """Permission first, then every guard: a refusal lists all reasons."""
    barred = policy.refusals(held, move.by, move.not_by)
    if barred:
        return Verdict(case, move, "", None, tuple(barred))
    role = acting_role(held, move)
    if case.kind == "award" and move.at is None and known.superseded:
        # The clock withdraws it in a moment; until then nobody may sign what would be paid a second time.
        return Verdict(case, move, role, None, (Reason("award.superseded"),))
    found = {name: policy.GUARDS[name](known) for name in guards_of((move,))}
    refusing = frozenset(name for name, reasons in found.items() if reasons)
    try:
        if refusing.isdisjoint(move.needs):
            return Verdict(case, move, role, _step(case.workflow, case.stage.key, move.key, refusing))
        step = machine.step(case.workflow, case.stage.key, move.key, found.__getitem__)
    except Refused as refused:
        return Verdict(case, move, role, None, refused.reasons)
    return Verdict(case, move, role, step)


@lru_cache(maxsize=1024)
def _step(workflow: Workflow, stage: str, move: str, refusing: frozenset[str]) -> Step:
    """The step of every subject that meets the same guards: in a bulk move the machine is asked once."""
    return machine.step(workflow, stage, move, lambda name: [Reason(name)] if name in refusing else [])


def acting_role(held: frozenset[str], move: Move) -> str:
    """The role that the log names, the same each time where several are held."""
    return min(held & move.by)
