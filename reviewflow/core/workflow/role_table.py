"""The table move x role as text, kept beside the files: a changed right shows up as a changed line."""

from __future__ import annotations

from collections.abc import Iterable

from reviewflow.core.workflow.definition import Workflow
from reviewflow.core.workflow.duties import Duty, duties
from reviewflow.core.workflow.vocabulary import CLOCK, ROLE_TITLES

_CELLS = {"task": "task", "move": "asks", "may": "may"}
_NOTHING = "."


def role_table(workflow: Workflow) -> str:
    """One line for each task and move in each stage where it can happen, one column for each role.

    A cell says `task` (work to do), `asks` (a move that stands in the inbox), `may` (a move that does not),
    `not` (kept out, whatever else the person may be), when the clock tries (`ready`, `due`), or a dot.
    Ends with a newline.
    """
    rows = duties(workflow)
    roles = [role for role in ROLE_TITLES if any(row.role == role for row in rows)]
    lines = [["stage", "item", *roles]]
    for stage in workflow.stages:
        for item in (*workflow.tasks, *workflow.moves):
            cells = {row.role: _cell(workflow, row) for row in rows if (row.stage, row.item) == (stage, item)}
            if cells:
                lines.append([stage, item, *(cells.get(role, _NOTHING) for role in roles)])
    return f"{workflow.kind} {workflow.name}\n{_aligned(lines)}"


def role_tables(workflows: Iterable[Workflow]) -> str:
    """The tables of several workflows in order of their names, separated by empty lines."""
    return "\n".join(role_table(workflow) for workflow in sorted(workflows, key=lambda found: found.name))


def _cell(workflow: Workflow, row: Duty) -> str:
    if row.role == CLOCK:
        return workflow.moves[row.item].at or _NOTHING
    return _CELLS[row.what] if row.allow else "not"


def _aligned(lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "".join(f"  {text}\n" for text in texts)
