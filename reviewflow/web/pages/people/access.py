"""Who sees what: the one table that pages, letters, exports and lists obey, as people can read it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from reviewflow.core.policy.visibility import VISIBLE, Marks
from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _
from reviewflow.web.pages.people.room import LOOKERS, room
from reviewflow.web.roles import NAMES

GROUPS = {
    "standing": _("Stage and deadlines"),
    "goals": _("Goals and weights"),
    "figures": _("Figures with their rows"),
    "score": _("Score"),
    "self_review": _("Self-review"),
    "manager_review": _("Manager review"),
    "rating": _("Rating"),
    "letter": _("Feedback letter"),
    "acknowledgement": _("Answer to the letter"),
    "notes": _("Notes of HR and managers"),
    "open_notes": _("Notes for the employee"),
    "award": _("That there is an award"),
    "amount": _("Amount of an award"),
    "basis": _("What an amount rests on"),
    "objection": _("Why the employee disagrees"),
    "signatures": _("Signatures"),
}
"""Every group of fields of the table."""

OF_AWARDS = ("award", "amount", "basis", "objection", "signatures")

WHEN = {
    "frozen": _("once figures are frozen"),
    "rated": _("once rated"),
    "released": _("once released"),
    "approved": _("once decided"),
}
"""By the first mark of a cell."""

_ORDER = ("frozen", "rated", "released", "approved")


@dataclass(frozen=True)
class Row:
    """One group of fields: for each role when it is seen; an empty text means never."""

    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """The table for one kind of record."""

    title: str
    roles: tuple[str, ...]
    rows: tuple[Row, ...]


def group_title(group: str) -> str:
    """What people call a group of fields."""
    return gettext(GROUPS[group])


def when(marks: Marks) -> str:
    """From when on a cell opens."""
    return gettext(WHEN[next(mark for mark in _ORDER if mark in marks)])


@room.page("/people/access", LOOKERS)
def who_sees() -> ResponseReturnValue:
    """Groups of fields against roles, for reviews and for awards."""
    reviews = [group for group in VISIBLE if group not in OF_AWARDS]
    matrices = [
        _matrix(gettext("Reviews"), reviews),
        _matrix(gettext("Awards"), list(OF_AWARDS)),
    ]
    return render_template("web/people/access.html", matrices=matrices)


def _matrix(title: str, groups: list[str]) -> Matrix:
    roles = list(dict.fromkeys(role for group in groups for role in VISIBLE[group]))
    rows = tuple(
        Row(group_title(group), tuple(_cell(VISIBLE[group].get(role)) for role in roles)) for group in groups
    )
    return Matrix(title, tuple(gettext(NAMES[role]) for role in roles), rows)


def _cell(marks: Marks | None) -> str:
    if marks is None:
        return ""
    return when(marks) if marks else gettext("always")
