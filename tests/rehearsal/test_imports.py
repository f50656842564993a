"""What a rehearsal says about refused lines."""

from __future__ import annotations

from reviewflow.connectors.rows import BadValue
from reviewflow.core.reasons import Reason
from reviewflow.rehearsal.imports import MOST_PROBLEMS, refused_in_words


def bad(line: int, column: str = "") -> BadValue:
    return BadValue(line, column, None, Reason("answer.not_a_number"))


def test_a_fault_is_said_once_and_a_line_without_a_column_has_no_empty_one() -> None:
    said = refused_in_words("orders.csv", [bad(286), bad(286), bad(290, "cost")])
    assert [one.partition(":")[0] for one in said] == [
        "orders.csv, line 286",
        "orders.csv, line 290, cost",
        "orders.csv",
    ]
    assert said[-1] == "orders.csv: 2 lines refused"


def test_the_number_of_refused_lines_is_told_even_where_not_all_faults_are() -> None:
    said = refused_in_words("orders.csv", [bad(line) for line in range(2, 2 + MOST_PROBLEMS + 5)])
    assert len(said) == MOST_PROBLEMS + 1
    assert said[-1] == f"orders.csv: {MOST_PROBLEMS + 5} lines refused, 5 more faults"
    assert refused_in_words("orders.csv", []) == []
