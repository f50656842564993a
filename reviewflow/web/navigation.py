"""The bar on the left: entries by role, of rooms that exist.

The union over somebody's roles, in the order below, at most seven. An entry whose endpoint is not there is
absent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, g, request, url_for

from reviewflow.core.viewer import Viewer
from reviewflow.web.language import marked as _
from reviewflow.web.request import reader, standing, viewer_or_none

if TYPE_CHECKING:
    from reviewflow.store.types import Session

MOST = 7
ON_PHONE = 4

Counter = Callable[["Session", Viewer], int]
_counters: dict[str, Counter] = {}


@dataclass(frozen=True)
class Entry:
    """`endpoint` is the room's front page; `roles` are granted roles, `manager`, `employee` or `reviewed`."""

    key: str
    endpoint: str
    icon: str
    label: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Shown:
    """An entry for one reader: where it leads, whether it is open, and how many things wait there."""

    entry: Entry
    url: str
    current: bool
    count: int


_APPROVERS = ("sales_director", "finance")
_WORKING = frozenset(("hr", "hrbp", *_APPROVERS, "data_inputter", "manager", "employee"))
ENTRIES = (
    Entry("audit", "audit.index", "shield-check", _("Audit"), frozenset(("auditor",))),
    Entry("system", "system.show", "server-2", _("System"), frozenset(("system_admin",))),
    Entry("inbox", "inbox.show", "inbox", _("Inbox"), _WORKING),
    Entry("cycles", "cycles.index", "refresh-dot", _("Cycles"), frozenset(("hr", "hrbp", "auditor"))),
    Entry("approvals", "approvals.index", "checkbox", _("Approvals"), frozenset((*_APPROVERS, "auditor"))),
    Entry("payroll", "payroll.index", "coins", _("Payroll"), frozenset(("finance",))),
    Entry("team", "team.show", "users", _("My team"), frozenset(("manager",))),
    Entry("goals", "goals.index", "sitemap", _("Goals"), frozenset(("hr", "hrbp", "manager"))),
    Entry(
        "data", "data.index", "database-import", _("Data"), frozenset(("hr", "data_inputter", "system_admin"))
    ),
    Entry("people", "people.index", "users-group", _("People"), frozenset(("hr", "hrbp", "system_admin"))),
    Entry("scheme", "scheme.index", "adjustments-horizontal", _("Scheme"), frozenset(("hr",))),
    Entry("my_review", "reviews.mine", "target", _("My review"), frozenset(("reviewed",))),
    Entry("my_pay", "pay.mine", "receipt-yuan", _("My pay"), frozenset(("reviewed",))),
    Entry("feedback", "feedback.show", "message-2", _("Feedback"), frozenset(("employee",))),
)
_FRONT = ("audit", "system", "approvals", "inbox")


def counter(key: str) -> Callable[[Counter], Counter]:
    """Register who counts what waits behind an entry: ``@counter("inbox")``; one query, 0 shows nothing."""

    def add(count: Counter) -> Counter:
        _counters[key] = count
        return count

    return add


def roles() -> frozenset[str]:
    """Granted roles of the reader, `manager` if anybody reports to them, and `employee` for whoever sells.

    `reviewed` is an employee who has a review, and with it pay to come. HR, auditors and administrators are not
    `employee` here: their bar is full, and their own review stands in the inbox.
    """
    stands = standing()
    held = {grant.role for grant in stands.grants}
    if stands.manages:
        held.add("manager")
    if not held & {"hr", "auditor", "system_admin"}:
        held |= {"employee", "reviewed"} if stands.reviewed else {"employee"}
    return frozenset(held)


def bar() -> list[Shown]:
    """The entries of whoever is signed in."""
    viewer = viewer_or_none()
    if viewer is None:
        return []
    held = roles()
    open_rooms = [e for e in ENTRIES if e.roles & held and e.endpoint in current_app.view_functions]
    here, at = (request.endpoint or "").partition(".")[0], g.get("stands_at")
    return [
        Shown(
            entry=entry,
            url=url_for(entry.endpoint),
            current=entry.key == at if at else entry.endpoint.partition(".")[0] == here,
            count=_counters[entry.key](reader(), viewer) if entry.key in _counters else 0,
        )
        for entry in open_rooms[:MOST]
    ]


def stand_at(key: str) -> None:
    """Mark another entry of the bar as open than the page's own room: a team member's review is "My team"."""
    g.stands_at = key


def front_page() -> str:
    """Where somebody begins: approvals for approvers, else the inbox; the settings where no room is open."""
    entries = {shown.entry.key: shown.url for shown in bar()}
    return next((entries[key] for key in _FRONT if key in entries), url_for("settings.show"))
