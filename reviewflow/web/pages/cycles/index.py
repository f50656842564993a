"""All cycles: running, planned, closed, each with the bar of where its reviews stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from reviewflow.store import cycles_page
from reviewflow.store.cycles_page import CycleLine
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import listed
from reviewflow.web.pages.cycles.room import LOOKERS, is_hr, room
from reviewflow.web.part_titles import PARTS, part_title
from reviewflow.web.request import moment, reader, today, viewer
from reviewflow.web.tables import PAGE, offset, paging

TONES = {
    "goal_setting": "fill-soft",
    "tracking": "fill-soft",
    "data_collection": "fill-soft",
    "evaluation": "fill",
    "calibration": "fill",
    "feedback": "fill",
    "reward": "fill",
    "closed": "fill-ok",
}
STATES = ("running", "planned", "closed")


@dataclass(frozen=True)
class Group:
    """Cycles in one state, under one heading."""

    state: str
    title: str
    cycles: tuple[CycleLine, ...]


@room.page("/cycles", LOOKERS)
def index() -> ResponseReturnValue:
    """Every cycle of the reader's units."""
    read = cycles_page.cycle_lines(reader(), viewer(), moment().business, limit=PAGE + 1, offset=offset())
    groups = _groups(read[:PAGE])
    return render_template(
        "web/cycles/index.html",
        groups=groups,
        headline=_headline(groups),
        paging=paging(len(read)),
        strip_of=strip_of,
        words_of=words_of,
        is_hr=is_hr(),
    )


def _groups(lines: Sequence[CycleLine]) -> list[Group]:
    titles = {"running": _("Running"), "planned": _("Planned"), "closed": _("Closed")}
    found = [
        Group(state, titles[state], tuple(line for line in lines if line.state(today()) == state))
        for state in STATES
    ]
    return [group for group in found if group.cycles]


def _headline(groups: Sequence[Group]) -> str:
    """The answer: what runs, and how much of it is late."""
    running = next((group.cycles for group in groups if group.state == "running"), ())
    late = sum(line.late for line in running)
    if not running:
        return _("No cycle is running")
    if not late:
        return ngettext(
            "%(num)s cycle is running, nothing is late",
            "%(num)s cycles are running, nothing is late",
            len(running),
        )
    reviews = ngettext("%(num)s review is late", "%(num)s reviews are late", late)
    if len(running) == 1:
        return _("%(cycle)s: %(late)s", cycle=running[0].key, late=reviews)
    return ngettext(
        "%(num)s cycle is running: %(late)s",
        "%(num)s cycles are running: %(late)s",
        len(running),
        late=reviews,
    )


def strip_of(line: CycleLine) -> list[tuple[int, str]]:
    """The parts of a cycle's bar, the most advanced first."""
    return [(line.parts[part], TONES[part]) for part in reversed(PARTS) if line.parts.get(part)]


def words_of(line: CycleLine) -> str:
    """The bar in words: ``Evaluation 37, Feedback 28``."""
    parts = [
        _("%(part)s %(count)s", part=part_title(part), count=line.parts[part])
        for part in PARTS
        if line.parts.get(part)
    ]
    return listed(parts) if parts else _("no reviews yet")
