"""What may be seen, as a table: field group x role x mark."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from reviewflow.core.policy import note_group, seen, sees
from reviewflow.core.policy.visibility import OWN, VISIBLE
from reviewflow.core.workflow.vocabulary import KINDS, ROLE_TITLES
from tests.core.workflow.files import WORKFLOWS

# y: always; a mark (or marks, one of which is enough): from then on; a dot: never
REVIEW = """
                 reviewee         manager   hr hrbp auditor sales_director  data_inputter finance system_admin
standing         y                y         y  y    y       y               y             .       .
goals            y                y         y  y    y       y               .             .       .
figures          y                y         y  y    y       y               y             .       .
score            frozen           frozen    y  y    y       rated|released  .             .       .
self_review      y                y         y  y    y       .               .             .       .
manager_review   released         y         y  y    y       .               .             .       .
rating           released         frozen    y  y    y       rated|released  .             .       .
letter           released         released  y  y    y       .               .             .       .
acknowledgement  y                y         y  y    y       .               .             .       .
notes            .                y         y  y    y       .               .             .       .
open_notes       y                y         y  y    y       .               .             .       .
"""
AWARD = """
            beneficiary               manager                   preparer earlier_approver sales_director finance hr hrbp auditor system_admin
award       y                         y                         y        y                y              y       y  y    y       .
amount      approved|rejected|closed  approved|rejected|closed  y        y                y              y       y  y    y       .
basis       approved|rejected|closed  y                         y        y                y              y       y  y    y       .
objection   y                         y                         y        y                y              y       y  y    y       .
signatures  approved|rejected|closed  .                         y        y                y              y       y  y    y       .
"""  # noqa: E501


def _cells(table: str) -> dict[tuple[str, str], str]:
    head, *rows = (line.split() for line in table.strip().splitlines())
    return {(row[0], role): cell for row in rows for role, cell in zip(head, row[1:], strict=True)}


CELLS = {"review": _cells(REVIEW), "award": _cells(AWARD)}


def _expected(cell: str, marks: set[str]) -> bool:
    return cell == "y" or (cell != "." and bool(set(cell.split("|")) & marks))


@pytest.mark.parametrize("kind", CELLS)
def test_each_cell_under_every_set_of_marks(kind: str) -> None:
    names = KINDS[kind].marks
    for marks in map(set, chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))):
        for (group, role), cell in CELLS[kind].items():
            assert sees(group, {role}, marks) == _expected(cell, marks), (group, role, marks)


def test_the_table_has_no_other_cells() -> None:
    tested = {key for cells in CELLS.values() for key, cell in cells.items() if cell != "."}
    assert {(group, role) for group, roles in VISIBLE.items() for role in roles} == tested


def test_several_roles_see_what_any_of_them_sees() -> None:
    assert sees("letter", {"manager", "hr"}, set())
    assert not sees("letter", {"manager", "sales_director"}, set())


@pytest.mark.parametrize("own", sorted(OWN))
def test_a_role_beside_one_s_own_opens_nothing(own: str) -> None:
    """Of people's own record: HR, an auditor or an approver waits for the result like anybody else."""
    everything = set(KINDS["review"].marks) | set(KINDS["award"].marks)
    for others in combinations(ROLE_TITLES.keys() - OWN, 2):
        for marks in (set(), {"frozen"}, {"frozen", "rated"}, everything):
            assert seen({own, *others}, marks) == seen({own}, marks)


def test_a_stranger_sees_nothing_at_any_time() -> None:
    everything = set(KINDS["review"].marks) | set(KINDS["award"].marks)
    assert seen(set(), everything) == frozenset()
    assert seen({"system_admin"}, everything) == frozenset()


def test_the_result_is_hidden_from_the_employee_until_it_is_released() -> None:
    before = seen({"reviewee"}, {"goals_agreed", "frozen", "rated"})
    after = seen({"reviewee"}, {"goals_agreed", "frozen", "rated", "released"})
    assert after - before == {"manager_review", "rating", "letter"}


def test_the_employee_reads_only_notes_that_concern_them() -> None:
    moves, stages = WORKFLOWS["sales_quarterly"].moves, WORKFLOWS["sales_quarterly"].stages
    groups = {key: note_group(move, stages[move.to[0].stage]) for key, move in moves.items() if move.note}
    assert groups == {
        "send_back": "open_notes",
        "acknowledge_disagree": "open_notes",
        "reopen_result": "open_notes",
        "void": "open_notes",
        "reopen_collection": "notes",
        "return_evaluation": "notes",
        "record_refusal": "notes",
    }


def test_an_unknown_group_is_an_error_and_not_a_no() -> None:
    with pytest.raises(KeyError):
        sees("salary", {"hr"}, set())


def test_marks_and_roles_of_the_table_are_words_of_the_vocabulary() -> None:
    words = {mark for kind in KINDS.values() for mark in kind.marks}
    for row in VISIBLE.values():
        assert row.keys() <= ROLE_TITLES.keys()
        assert set().union(*row.values()) <= words
