"""The parts of one award's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from reviewflow.core import trace
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.services.move import Offer
from reviewflow.store.approvals import AwardLine, AwardPage
from reviewflow.web import charts, waterfalls
from reviewflow.web.filters import money
from reviewflow.web.language import marked
from reviewflow.web.moves import Button
from reviewflow.web.request import language


@dataclass(frozen=True)
class Signed:
    """A step in the list of signatures: done, now or next."""

    title: str
    below: str
    note: str | None
    at: datetime | None
    state: str


@dataclass(frozen=True)
class Check:
    """One line of the plausibility list."""

    text: str
    fine: bool


def buttons(offers: Sequence[Offer], line: AwardLine) -> list[Button]:
    """The reader's moves; signing asks once more, with what it means."""
    return [
        Button(
            key=offer.move.key,
            title=offer.move.title[language()],
            reasons=offer.reasons,
            note=offer.move.note,
            primary=offer.move.asks,
            bad=offer.move.note == "required" and offer.move.bulk,
            icon="check" if offer.move.asks else "",
            confirm=_confirms(line) if offer.move.asks else (),
        )
        for offer in offers
        if offer.move.key != "export"
    ]


def _confirms(line: AwardLine) -> tuple[str, ...]:
    if line.amount is None:
        return (_("%(person)s is recommended for promotion.", person=line.person),)
    return (_("%(amount)s for %(person)s", amount=money(line.amount), person=line.person),)


def signatures(found: AwardPage, workflow: Workflow) -> list[Signed]:
    """What was done so far, and whose turn it is."""
    done = [_signed(one, workflow) for one in found.signatures]
    stage = workflow.stages[found.line.stage]
    if stage.end:
        return done
    asked = next((move for move in workflow.moves_from(stage.key) if move.asks), None)
    roles = ", ".join(role_title(role, language()) for role in sorted(asked.by)) if asked else ""
    return [*done, Signed(stage.title[language()], roles, None, found.line.due_at, "now")]


def _signed(one: Any, workflow: Workflow) -> Signed:
    if one.move == "propose":
        title = _("Proposed by the plan")
    else:
        known = workflow.moves.get(one.move)
        title = known.title[language()] if known else one.move
    who = one.name or _("automatic")
    role = role_title(one.role, language()) if one.name else ""
    return Signed(
        title, _("%(who)s, %(role)s", who=who, role=role) if role else who, one.note, one.at, "done"
    )


def chart(found: AwardPage) -> charts.Chart | None:
    """The waterfall, where there is something to draw."""
    if found.trace is None or found.line.amount is None:
        return None
    drawn = waterfalls.steps(found.trace, found.line.amount)
    return charts.waterfall(drawn) if drawn else None


def how(found: AwardPage) -> tuple[str, ...]:
    """The arithmetic, line by line."""
    return trace.lines(found.trace) if found.trace is not None else ()


_ANSWERS = {
    "acknowledged": marked("The letter was received and read."),
    "acknowledged_disagree": marked("The letter was received; the employee disagrees."),
    "refused": marked("The employee refused to sign the letter."),
    "no_answer": marked("The employee did not answer the letter by its deadline."),
}


def checks(found: AwardPage) -> list[Check]:
    """What an approver would ask about."""
    rating, amount = found.rating_reason, found.changed_reason
    lines = [
        Check(_("The rating was set by hand: %(reason)s", reason=rating), fine=False)
        if rating
        else Check(_("The rating follows from the rule."), fine=True),
        Check(_("The amount was corrected by hand: %(reason)s", reason=amount), fine=False)
        if amount
        else Check(_("The amount is as the plan computed it."), fine=True),
    ]
    if found.acknowledgement:
        lines.append(Check(_(_ANSWERS[found.acknowledgement]), found.acknowledgement == "acknowledged"))
    return lines


@dataclass(frozen=True)
class Peers:
    """Where an amount stands among others of its kind: places from 0 to 100, smallest and largest."""

    places: tuple[float, ...]
    own: float
    least: str
    most: str
    count: int


FEWEST_PEERS = 5


def peers(found: AwardPage) -> Peers | None:
    """None for too few to compare with, or if all are alike."""
    amount = found.line.amount
    if amount is None or len(found.peers) < FEWEST_PEERS:
        return None
    minors = [one.minor for one in found.peers] + [amount.minor]
    least, most = min(minors), max(minors)
    if least == most:
        return None

    def place(minor: int) -> float:
        return round(100 * (minor - least) / (most - least), 1)

    ends = {one.minor: one for one in (*found.peers, amount)}
    return Peers(
        tuple(place(one.minor) for one in found.peers),
        place(amount.minor),
        money(ends[least]),
        money(ends[most]),
        len(found.peers),
    )
