"""Where an award goes after a signature, read from its workflow: another signature, the payroll file, the end."""

from __future__ import annotations

from dataclasses import dataclass

from reviewflow.core import policy
from reviewflow.core.policy import Facts
from reviewflow.core.values import Money
from reviewflow.core.workflow import Move, Stage, Workflow
from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.formats import UNKNOWN
from reviewflow.store.approvals import AwardLine
from reviewflow.web.filters import money_short
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language

_MONEY = frozenset({"amount_minor", "currency", "limits"})
"""What a list knows of an award; guards that read anything else are taken not to hold."""


@dataclass(frozen=True)
class Onward:
    """The stage that comes next, and who signs there. `above`: the limit because of which it is this one."""

    stage: Stage
    roles: frozenset[str]
    above: Money | None

    @property
    def ends(self) -> bool:
        """Nobody else signs."""
        return self.stage.end or self.stage.part == "approved"


def asked(workflow: Workflow, stage: str) -> Move | None:
    """The move that a stage asks of its approver."""
    return next((move for move in workflow.moves_from(stage) if move.asks), None)


def onward(workflow: Workflow, line: AwardLine, move: Move) -> Onward:
    """Where the award goes with this move."""
    guard, stage = next(
        (to.when, to.stage) for to in move.to if to.when is None or _holds(to.when, workflow, line)
    )
    above = _limit(workflow, line) if guard == "above_limit" else None
    then = asked(workflow, stage)
    return Onward(workflow.stages[stage], then.by if then else frozenset(), above)


def path(workflow: Workflow, line: AwardLine) -> list[Onward]:
    """All that comes after the present stage if everybody agrees."""
    found: list[Onward] = []
    move = asked(workflow, line.stage)
    while move is not None and len(found) < len(workflow.stages):
        found.append(onward(workflow, line, move))
        move = None if found[-1].ends else asked(workflow, found[-1].stage.key)
    return found


def words(step: Onward, line: AwardLine) -> str:
    """In a table cell: who signs next and why, or that it goes into the payroll file."""
    if step.stage.part == "approved" and line.amount is not None:
        return _("payroll")
    if step.ends:
        return step.stage.title[language()]
    if step.above is not None:
        return _("%(role)s, above %(limit)s", role=signers(step.roles), limit=money_short(step.above))
    return signers(step.roles)


def after(workflow: Workflow, line: AwardLine, onward: Onward | None) -> str:
    """Who comes after the reader. `onward` is where it goes if they sign now; None: later, or not at all."""
    if onward is not None:
        return words(onward, line)
    steps = path(workflow, line)
    mine = next((place for place, step in enumerate(steps) if step.roles & line.roles), None)
    return UNKNOWN if mine is None or mine + 1 == len(steps) else words(steps[mine + 1], line)


def signers(roles: frozenset[str]) -> str:
    """Roles as a list in the reader's language."""
    return ("、" if language() == "zh" else ", ").join(role_title(role, language()) for role in sorted(roles))


def _facts(workflow: Workflow, line: AwardLine) -> Facts:
    amount = line.amount
    return Facts(
        amount_minor=amount.minor if amount else None,
        currency=amount.currency if amount else None,
        limits=workflow.limits,
    )


def _holds(guard: str, workflow: Workflow, line: AwardLine) -> bool:
    known = policy.GUARDS[guard]
    return known.needs <= _MONEY and not known(_facts(workflow, line))


def _limit(workflow: Workflow, line: AwardLine) -> Money | None:
    if line.amount is None:
        return None
    minor = workflow.limits.get("above_limit", {}).get(line.amount.currency)
    return None if minor is None else Money(minor, line.amount.currency)
