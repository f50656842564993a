"""A process: its picture, and who may do what in which stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.role_table import role_rows
from reviewflow.core.workflow.vocabulary import role_title
from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _
from reviewflow.web.pages.scheme import reading
from reviewflow.web.request import language

CELLS = {
    "task": _("form"),
    "asks": _("is asked"),
    "may": _("may"),
    "not": _("not"),
    "ready": _("when ready"),
    "due": _("when due"),
}


@dataclass(frozen=True)
class RoleLine:
    """A task or move in one stage; `cells` are (key, word) for each role, empty where it has no part."""

    stage: str
    item: str
    cells: tuple[tuple[str, str], ...]


def context(text: str, catalogues: Sequence[str]) -> Mapping[str, Any]:
    """What the page of a process shows. `catalogues` is for plans."""
    workflow = reading.process(text)
    roles, lines = role_lines(workflow)
    return {
        "workflow": workflow,
        "drawing": Markup(reading.drawing(text, language())),  # our own SVG, every word in it escaped
        "roles": roles,
        "role_lines": lines,
        "uses": [(gettext(_USES[word]), name, kind) for word, name, kind in _used(workflow)],
    }


def role_lines(workflow: Workflow) -> tuple[list[str], list[RoleLine]]:
    """The table of `reviewflow workflow roles` in the reader's words."""
    roles, rows = role_rows(workflow)
    titles = {one.key: one.title for one in workflow.tasks.values()}
    titles |= {one.key: one.title for one in workflow.moves.values()}
    lines = [
        RoleLine(
            stage=workflow.stages[row.stage].title[language()],
            item=titles[row.item][language()],
            cells=tuple((cell, gettext(CELLS[cell]) if cell else "") for cell in row.cells),
        )
        for row in rows
    ]
    return [role_title(role, language()) for role in roles], lines


_USES = {
    "indicators": _("Indicators"),
    "rubric": _("Rubric"),
    "plan": _("Pay plan"),
    "calendar": _("Working calendar"),
    "award": _("Approval of awards"),
    "promotion": _("Approval of promotions"),
}
_KIND_OF_USE = {"award": "workflow", "promotion": "workflow"}


def _used(workflow: Workflow) -> list[tuple[str, str, str]]:
    """(use, name, kind of definition) of what is pinned together with the process."""
    return [(word, name, _KIND_OF_USE.get(word, word)) for word, name in workflow.uses.items()]
