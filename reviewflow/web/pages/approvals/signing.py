"""Whether an award can be signed by the reader, and whether it deserves a second look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from reviewflow.core import payout, policy
from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Move, Workflow
from reviewflow.store import pinned
from reviewflow.store.approvals import PENDING, AwardLine
from reviewflow.web.corrections import from_to
from reviewflow.web.filters import percent
from reviewflow.web.language import gettext as _
from reviewflow.web.naming import in_words
from reviewflow.web.pages.approvals import path
from reviewflow.web.pages.approvals.path import Onward
from reviewflow.web.pay_titles import component_title
from reviewflow.web.request import language, reader

NOTABLE_RISE = Fraction(25)
"""Percent above the last cycle from which an amount deserves a second look."""

WITHIN, LOOK, BARRED, ELSEWHERE = "within", "look", "barred", "elsewhere"
GROUPS = (WITHIN, LOOK, BARRED, ELSEWHERE)


@dataclass(frozen=True)
class Row:
    """One line of the list. `group`: within rules, look twice, not yours to sign, or with somebody else.

    `approve` and `reject` are the moves that the reader may make; `onward` is where the first of them leads.
    `alarm`: an amount changed by hand beyond every measure, with both amounts; empty where there is none.
    `after`: who comes after the reader; `stands_at`: the title of the present stage.
    """

    line: AwardLine
    component: str
    group: str
    approve: str | None
    reject: str | None
    alarm: str
    warnings: tuple[str, ...]
    why_not: tuple[Reason, ...]
    onward: Onward | None
    after: str
    stands_at: str
    change: Fraction | None
    days: int

    @property
    def zero(self) -> Reason | None:
        """Why nothing is due."""
        return Reason(self.line.zero_reason) if self.line.zero_reason else None

    @property
    def dim(self) -> bool:
        return self.group == BARRED

    @property
    def value(self) -> str:
        """What the row's box posts: ``id:version:approve key:reject key``."""
        return f"{self.line.id}:{self.line.version}:{self.approve}:{self.reject or ''}"


def rows(lines: Sequence[AwardLine], now: datetime) -> list[Row]:
    """The lines with what the reader may do about each."""
    workflows = pinned.workflows(reader(), {line.definition_id for line in lines})
    return [row(line, workflows[line.definition_id], now) for line in lines]


def row(line: AwardLine, workflow: Workflow, now: datetime) -> Row:
    """One line with what the reader may do about it."""
    approve = path.asked(workflow, line.stage) if line.part == PENDING else None
    refusals = policy.refusals(line.roles, approve.by, approve.not_by) if approve else []
    change = _change(line)
    alarm = _alarm(line)
    warnings = _warnings(line, change)
    onward = path.onward(workflow, line, approve) if approve and line.roles & approve.by else None
    return Row(
        line=line,
        component=component_title(line.cycle_id, line.component),
        group=_group(line, approve, refusals, alarm, warnings),
        approve=approve.key if approve and not refusals else None,
        reject=_rejects(workflow, line) if approve and not refusals else None,
        alarm=alarm,
        warnings=warnings,
        why_not=in_words(refusals, workflow),
        onward=onward,
        after=path.after(workflow, line, onward),
        stands_at=workflow.stages[line.stage].title[language()],
        change=change,
        days=max((now - line.entered_at).days, 0),
    )


def _rejects(workflow: Workflow, line: AwardLine) -> str | None:
    for move in workflow.moves_from(line.stage):
        ends = workflow.stages[move.to[-1].stage].part == "rejected"
        if ends and move.bulk and policy.may(line.roles, move.by, move.not_by):
            return move.key
    return None


def _group(
    line: AwardLine, approve: Move | None, refusals: Sequence[Reason], alarm: str, warnings: Sequence[str]
) -> str:
    if approve is None or not line.roles & approve.by:
        return ELSEWHERE
    if refusals:
        return BARRED
    return LOOK if alarm or warnings else WITHIN


def _change(line: AwardLine) -> Fraction | None:
    """Percent against the same component of the cycle before."""
    if line.amount is None or line.earlier is None or line.earlier.minor <= 0:
        return None
    return Fraction(100 * (line.amount.minor - line.earlier.minor), line.earlier.minor)


def _alarm(line: AwardLine) -> str:
    if not line.changed or line.amount is None or line.proposed is None:
        return ""
    steep = payout.steep(line.amount, line.proposed, line.earlier)
    return from_to(line.amount, line.proposed) if steep else ""


def _warnings(line: AwardLine, change: Fraction | None) -> tuple[str, ...]:
    found = []
    if line.overridden:
        found.append(_("Rating set by hand, reason given"))
    if line.changed:
        found.append(_("Amount corrected by hand, reason given"))
    if line.disputed:
        found.append(_("The employee disagrees with the result"))
    if change is not None and change >= NOTABLE_RISE:
        found.append(_("%(change)s above the last cycle", change=percent(change, 0)))
    return tuple(found)
