"""The parts of one award's page: signatures, plausibility, and the reader's moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reviewflow.core.values import Money
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.services.move import Offer
from reviewflow.store.approvals import AwardLine, AwardPage, Extension, Signature
from reviewflow.web.extending import deadline_moved
from reviewflow.web.filters import day, money, money_short
from reviewflow.web.language import gettext as _
from reviewflow.web.language import marked
from reviewflow.web.moves import Button, Link
from reviewflow.web.naming import in_words
from reviewflow.web.pages.approvals import path
from reviewflow.web.pages.approvals.signing import Row
from reviewflow.web.request import language

EXPORTED = "exported"


@dataclass(frozen=True)
class Signed:
    """A step in the list of signatures. `state`: done, now or next; `at` is when, or until when."""

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


def buttons(offers: Sequence[Offer], row: Row, workflow: Workflow, tasks: Sequence[Link]) -> list[Button]:
    """The reader's moves, the one that is asked for last; those that write a payroll file are of another page.

    `tasks` are those of the reader here: where one is missing, the reason leads to it.
    """
    links = {"guard.task_open": tasks[0]} if tasks else {}
    wanted = [one for one in offers if not _exports(workflow, one)]
    return [
        Button(
            key=offer.move.key,
            title=offer.move.title[language()],
            reasons=in_words(offer.reasons, workflow),
            links=links,
            note=offer.move.note,
            primary=offer.move.asks,
            bad=offer.move.note == "required" and offer.move.bulk,
            icon="check" if offer.move.asks else "",
            confirm=_confirms(row.line) if offer.move.asks else (),
            warn=_warns(row) if offer.move.asks else (),
        )
        for offer in sorted(wanted, key=lambda one: (one.move.asks, not one.move.bulk))
    ]


def _exports(workflow: Workflow, offer: Offer) -> bool:
    return any(EXPORTED in workflow.stages[to.stage].marks for to in offer.move.to)


def _confirms(line: AwardLine) -> tuple[str, ...]:
    if line.amount is None:
        return (_("%(person)s is recommended for promotion.", person=line.person),)
    return (_("%(amount)s for %(person)s", amount=money(line.amount), person=line.person),)


def _warns(row: Row) -> tuple[str, ...]:
    final = _("An approved result cannot be reopened.")
    return (row.alarm, final) if row.alarm else (final,)


def signatures(found: AwardPage, workflow: Workflow, mine: bool) -> list[Signed]:
    """What was done so far, whose turn it is (`mine`: the reader's), and what comes after."""
    taken = [(one.at, _signed(one, workflow, found.past.preparers)) for one in found.past.signatures]
    moved = [(one.at, _extended(one, workflow)) for one in found.past.extensions]
    done = [signed for _at, signed in sorted([*taken, *moved], key=lambda pair: pair[0])]
    stage = workflow.stages[found.line.stage]
    if stage.end:
        return done
    asked = path.asked(workflow, stage.key)
    roles = path.signers(asked.by) if asked else ""
    title = _("You, %(role)s", role=roles) if mine else stage.title[language()]
    now = Signed(title, "" if mine else roles, None, found.line.due_at, "now")
    return [*done, now, *(_next(step) for step in path.path(workflow, found.line))]


def _extended(one: Extension, workflow: Workflow) -> Signed:
    title = deadline_moved(workflow, one.stage, one.before, one.after)
    return Signed(title, one.name or _("automatic"), one.reason, one.at, "done")


def _next(step: path.Onward) -> Signed:
    if step.stage.part == "approved":
        return Signed(step.stage.title[language()], "", None, None, "next")
    because = _("because it is above %(limit)s", limit=money(step.above)) if step.above else ""
    return Signed(step.stage.title[language()], because, None, None, "next")


def _signed(one: Signature, workflow: Workflow, preparers: Sequence[str]) -> Signed:
    known = workflow.moves.get(one.move)
    if known is None:
        by = ("、" if language() == "zh" else ", ").join(preparers)
        below = _("from the result that %(name)s released or rated", name=by) if by else ""
        return Signed(_("Proposed by the plan"), below, None, one.at, "done")
    who = one.name or _("automatic")
    below = _("%(who)s, %(role)s", who=who, role=role_title(one.role, language())) if one.name else who
    return Signed(known.title[language()], below, one.note, one.at, "done")


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
        else Check(_("The rating follows from the rule."), fine=True)
    ]
    if found.line.amount is not None:
        lines.append(
            Check(_("The amount was corrected by hand: %(reason)s", reason=amount), fine=False)
            if amount
            else Check(_("The amount is as the plan computed it."), fine=True)
        )
    if found.released_at is not None:
        lines.append(Check(_("The letter is out since %(day)s.", day=day(found.released_at)), fine=True))
    if found.acknowledgement:
        lines.append(Check(_(_ANSWERS[found.acknowledgement]), found.acknowledgement == "acknowledged"))
    elif found.line.disputed:
        lines.append(Check(_("The employee disagrees with the result"), fine=False))
    return lines


@dataclass(frozen=True)
class Peers:
    """Where an amount stands among others of its kind, in the drawing's own units, 0 to 300."""

    places: tuple[float, ...]
    own: float
    least: str
    most: str
    shown: str
    count: int


FEWEST_PEERS = 5
_WIDTH = 300


def peers(found: AwardPage) -> Peers | None:
    """None for too few to compare with, or if all are alike."""
    amount = found.line.amount
    if amount is None or len(found.peers) < FEWEST_PEERS:
        return None
    minors = [one.minor for one in (*found.peers, amount)]
    least, most = min(minors), max(minors)
    if least == most:
        return None

    def place(minor: int) -> float:
        return round(_WIDTH * (minor - least) / (most - least), 1)

    return Peers(
        tuple(place(one.minor) for one in found.peers),
        place(amount.minor),
        money_short(Money(least, amount.currency)),
        money_short(Money(most, amount.currency)),
        money_short(amount),
        len(found.peers),
    )
