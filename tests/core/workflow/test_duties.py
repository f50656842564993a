"""The table move x role: duties as rows, and the text that is kept beside the files."""

from __future__ import annotations

from reviewflow.core.workflow import Duty, duties
from reviewflow.core.workflow.role_table import role_table, role_tables
from tests.core.workflow.files import FOLDER, WORKFLOWS

AWARD = WORKFLOWS["award_approval"]


def test_the_kept_table_is_that_of_the_files() -> None:
    """A right that changes must be seen. `reviewflow workflow roles > workflows/roles.txt` writes it anew."""
    assert role_tables(WORKFLOWS.values()) == (FOLDER / "roles.txt").read_text("utf-8")


def test_duties_of_one_stage() -> None:
    assert [duty for duty in duties(AWARD) if duty.stage == "returned"] == [
        Duty("returned", "correct", "task", "beneficiary", False),
        Duty("returned", "correct", "task", "hr", True),
        Duty("returned", "correct", "task", "preparer", True),
        Duty("returned", "resubmit", "move", "beneficiary", False),
        Duty("returned", "resubmit", "move", "hr", True),
        Duty("returned", "resubmit", "move", "preparer", True),
        Duty("returned", "withdraw", "may", "clock", True),
    ]


def test_nobody_earns_or_prepares_what_they_sign() -> None:
    """Across all files: whoever may approve or release is not the one it is for, nor who prepared it."""
    for workflow in WORKFLOWS.values():
        for move in workflow.moves.values():
            marks = {mark for target in move.to for mark in workflow.stages[target.stage].marks}
            if "approved" in marks:
                assert {"beneficiary", "preparer"} <= move.not_by
            if "released" in marks:
                assert "reviewee" in move.not_by
            if marks & {"approved", "released"}:
                assert "clock" not in move.by


def test_a_table_of_roles_can_be_read() -> None:
    head, columns, *rows = role_table(AWARD).splitlines()
    assert head == "award award_approval"
    roles = "beneficiary preparer earlier_approver hr sales_director finance clock"
    assert columns.split() == f"stage item {roles}".split()
    cells = [" ".join(row.split()) for row in rows]
    assert "finance_approval approve_finance not not not . . asks ." in cells
    assert "director_approval settle_zero . . . . . . ready" in cells
    assert "returned correct not task . task . . ." in cells
