"""Whether an award can be signed by the reader, and whether it deserves a second look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _

from reviewflow.core import policy
from reviewflow.core.policy import Facts
from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Move, Workflow
from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.store import pinned
from reviewflow.store.approvals import AwardLine
from reviewflow.web.filters import percent
from reviewflow.web.request import language, reader

NOTABLE_RISE = Fraction(25)
"""Percent above the last cycle from which an amount deserves a second look."""

WITHIN, LOOK, BARRED, ELSEWHERE = "within", "look", "barred", "elsewhere"


@dataclass(frozen=True)
class Row:
    """One line of the list. `group`: within rules, look twice, not yours to sign, or with somebody else."""

    line: AwardLine
    component: str
    group: str
    approve: str | None
    reject: str | None
    notices: tuple[str, ...]
    why_not: tuple[Reason, ...]
    next_step: str
    change: Fraction | None
    days: int

    @property
    def zero(self) -> Reason | None:
        """Why nothing is due."""
        return Reason(self.line.zero_reason) if self.line.zero_reason else None

    @property
    def dim(self) -> bool:
        return self.group == BARRED


def rows(lines: Sequence[AwardLine], now: datetime) -> list[Row]:
    """The lines with what the reader may do about each."""
    workflows = pinned.workflows(reader(), {line.definition_id for line in lines})
    return [row(line, workflows[line.definition_id], now) for line in lines]


def row(line: AwardLine, workflow: Workflow, now: datetime) -> Row:
    approve = _asked(workflow, line)
    refusals = policy.refusals(line.roles, approve.by, approve.not_by) if approve else []
    change = _change(line)
    notices = _notices(line, change)
    return Row(
        line=line,
        component=component_title(line),
        group=_group(line, approve, refusals, notices),
        approve=approve.key if approve and not refusals else None,
        reject=_rejects(workflow, line) if approve and not refusals else None,
        notices=notices,
        why_not=tuple(refusals),
        next_step=_next_step(workflow, line, approve),
        change=change,
        days=max((now - line.entered_at).days, 0),
    )


def component_title(line: AwardLine) -> str:
    """What the plan calls the component."""
    plan = pinned.of_cycle(reader(), line.cycle_id).plan
    titles = {component.key: component.title[language()] for component in plan.components}
    if plan.promotion is not None:
        titles["promotion"] = plan.promotion.title[language()]
    return titles.get(line.component, line.component)


def _asked(workflow: Workflow, line: AwardLine) -> Move | None:
    """The move that this stage asks of its approver."""
    if line.part != "pending":
        return None
    return next((move for move in workflow.moves_from(line.stage) if move.asks), None)


def _rejects(workflow: Workflow, line: AwardLine) -> str | None:
    for move in workflow.moves_from(line.stage):
        ends = workflow.stages[move.to[-1].stage].part == "rejected"
        if ends and move.bulk and policy.may(line.roles, move.by, move.not_by):
            return move.key
    return None


def _group(line: AwardLine, approve: Move | None, refusals: Sequence[Reason], notices: Sequence[str]) -> str:
    if approve is None:
        return ELSEWHERE
    if refusals:
        return BARRED if line.roles & approve.not_by and line.roles & approve.by else ELSEWHERE
    return LOOK if notices else WITHIN


def _change(line: AwardLine) -> Fraction | None:
    """Percent against the same component of the cycle before."""
    if line.amount is None or line.earlier is None or line.earlier.minor <= 0:
        return None
    return Fraction(100 * (line.amount.minor - line.earlier.minor), line.earlier.minor)


def _notices(line: AwardLine, change: Fraction | None) -> tuple[str, ...]:
    found = []
    if line.overridden:
        found.append(_("Rating set by hand, reason given"))
    if line.changed:
        found.append(_("Amount corrected by hand, reason given"))
    if change is not None and change >= NOTABLE_RISE:
        found.append(_("%(change)s above the last cycle", change=percent(change, 0)))
    return tuple(found)


def _next_step(workflow: Workflow, line: AwardLine, approve: Move | None) -> str:
    """Where it goes after this signature: another role, the payroll file, or nowhere."""
    if approve is None:
        return workflow.stages[line.stage].title[language()]
    stage = workflow.stages[
        next(to.stage for to in approve.to if to.when is None or _holds(to.when, workflow, line))
    ]
    if stage.end or stage.part == "approved":
        return _("payroll") if line.amount is not None else stage.title[language()]
    asked = next((move for move in workflow.moves_from(stage.key) if move.asks), None)
    return ", ".join(role_title(role, language()) for role in sorted(asked.by)) if asked else ""


def _holds(guard: str, workflow: Workflow, line: AwardLine) -> bool:
    known = policy.GUARDS[guard]
    if not known.needs <= {"amount_minor", "currency", "limits"}:
        return False
    amount = line.amount
    facts = Facts(
        amount_minor=amount.minor if amount else None,
        currency=amount.currency if amount else None,
        limits=workflow.limits,
    )
    return not known(facts)
