"""What may be seen: field group x role x mark. List, page, PDF, export and API read this one table.

A cell holds marks, one of which must be set; `ALWAYS` asks for none; no cell means never. Drafts are outside
the table: they belong to their author alone. Whoever a record is about sees of it what that role sees: no other
role, granted or recorded, opens more.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from reviewflow.core.workflow.definition import Move, Stage

Marks = frozenset[str]

ALWAYS: Marks = frozenset()
_FROZEN = frozenset({"frozen"})
_RATED = frozenset({"rated", "released"})
_RELEASED = frozenset({"released"})
_DECIDED = frozenset({"approved", "rejected", "closed"})

OWN = frozenset({"reviewee", "beneficiary"})
"""Roles of whom a record is about. Beside them no other role opens anything."""

_HR_SIDE = dict.fromkeys(("hr", "hrbp", "auditor"), ALWAYS)
_PAY_SIDE = {
    **_HR_SIDE,
    **dict.fromkeys(("sales_director", "finance", "preparer", "earlier_approver"), ALWAYS),
}

VISIBLE: Mapping[str, Mapping[str, Marks]] = {
    # Reviews.
    # Stage, dates, deadlines and whose turn it is.
    "standing": {
        **_HR_SIDE, "reviewee": ALWAYS, "manager": ALWAYS, "sales_director": ALWAYS, "data_inputter": ALWAYS,
    },
    # Indicators with target and weight.
    "goals": {**_HR_SIDE, "reviewee": ALWAYS, "manager": ALWAYS, "sales_director": ALWAYS},
    # Figures, live or frozen, with trace and source rows, and evidence of those entered by hand.
    "figures": {
        **_HR_SIDE, "reviewee": ALWAYS, "manager": ALWAYS, "sales_director": ALWAYS, "data_inputter": ALWAYS,
    },
    # Points of each line and their total: arithmetic on frozen figures, shown beside both evaluation forms.
    "score": {**_HR_SIDE, "reviewee": _FROZEN, "manager": _FROZEN, "sales_director": _RATED},
    # What the employee wrote about themselves, once submitted.
    "self_review": {**_HR_SIDE, "reviewee": ALWAYS, "manager": ALWAYS},
    # What the manager wrote, once submitted.
    "manager_review": {**_HR_SIDE, "manager": ALWAYS, "reviewee": _RELEASED},
    # The rating, and where it was changed: the computed one, the reason and by whom.
    "rating": {**_HR_SIDE, "manager": _FROZEN, "sales_director": _RATED, "reviewee": _RELEASED},
    # The feedback letter and its PDF.
    "letter": {**_HR_SIDE, "manager": _RELEASED, "reviewee": _RELEASED},
    # How the employee answered, with the comment.
    "acknowledgement": {**_HR_SIDE, "manager": ALWAYS, "reviewee": ALWAYS},
    # Notes between HR and the manager, who speak freely.
    "notes": {**_HR_SIDE, "manager": ALWAYS},
    # Notes that concern the employee: their own, and why something was withdrawn or opened again.
    "open_notes": {**_HR_SIDE, "manager": ALWAYS, "reviewee": ALWAYS},
    # Awards.
    # That there is an award, of which component, and where it stands.
    "award": {**_PAY_SIDE, "beneficiary": ALWAYS, "manager": ALWAYS},
    # The amount, how it came about, and why it is zero.
    "amount": {**_PAY_SIDE, "beneficiary": _DECIDED, "manager": _DECIDED},
    # Figures, score and rating of the review that the amount rests on.
    "basis": {**_PAY_SIDE, "beneficiary": _DECIDED, "manager": ALWAYS},
    # What the employee wrote when disagreeing with the result: whoever signs what rests on it has to weigh it.
    "objection": {**_PAY_SIDE, "beneficiary": ALWAYS, "manager": ALWAYS},
    # Who signed when, with the notes.
    "signatures": {**_PAY_SIDE, "beneficiary": _DECIDED},
}  # fmt: skip


def note_group(move: Move, to: Stage) -> str:
    """The group of a note on a review's move: `open_notes` where the employee wrote it or has to know why."""
    concerned = "reviewee" in move.by or "released" in move.clears or "voided" in to.marks
    return "open_notes" if concerned else "notes"


def sees(group: str, held: AbstractSet[str], marks: AbstractSet[str]) -> bool:
    """Whether somebody with these roles on the record sees a group of its fields while these marks are set.

    Whoever it is about sees as such alone. Raises `KeyError` for a group that the table does not know.
    """
    row = VISIBLE[group]
    counting = held & OWN or held
    return any(role in row and (not row[role] or bool(row[role] & marks)) for role in counting)


def seen(held: AbstractSet[str], marks: AbstractSet[str]) -> frozenset[str]:
    """All groups that somebody with these roles sees while these marks are set."""
    return _seen(frozenset(held), frozenset(marks))


@lru_cache(maxsize=1024)
def _seen(held: frozenset[str], marks: frozenset[str]) -> frozenset[str]:
    """Kept, as a list asks the same of row after row: roles and marks are few."""
    return frozenset(group for group in VISIBLE if sees(group, held, marks))
