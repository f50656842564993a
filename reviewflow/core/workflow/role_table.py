"""The table move x role as text, kept beside the files: a changed right shows up as a changed line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    roles, rows = role_rows(workflow)
    lines = [["stage", "item", *roles]]
    lines += [[row.stage, row.item, *(cell or _NOTHING for cell in row.cells)] for row in rows]
    return f"{workflow.kind} {workflow.name}\n{_aligned(lines)}"


@dataclass(frozen=True)
class RoleRow:
    """A task or move in one stage, with a cell for each role, in the words of `role_table` or empty."""

    stage: str
    item: str
    cells: tuple[str, ...]


def role_rows(workflow: Workflow) -> tuple[list[str], list[RoleRow]]:
    """The table as data: the roles at the head of its columns, and its rows."""
    found = duties(workflow)
    roles = [role for role in ROLE_TITLES if any(row.role == role for row in found)]
    rows = []
    for stage in workflow.stages:
        for item in (*workflow.tasks, *workflow.moves):
            cells = {
                row.role: _cell(workflow, row) for row in found if (row.stage, row.item) == (stage, item)
            }
            if cells:
                rows.append(RoleRow(stage, item, tuple(cells.get(role, "") for role in roles)))
    return roles, rows


def role_tables(workflows: Iterable[Workflow]) -> str:
    """The tables of several workflows in order of their names, separated by empty lines."""
    return "\n".join(role_table(workflow) for workflow in sorted(workflows, key=lambda found: found.name))


def _cell(workflow: Workflow, row: Duty) -> str:
    if row.role == CLOCK:
        return workflow.moves[row.item].at or ""
    return _CELLS[row.what] if row.allow else "not"


def _aligned(lines: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "".join(f"  {text}\n" for text in texts)
