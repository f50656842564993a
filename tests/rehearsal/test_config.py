"""The configuration of a rehearsal: all faults together, with their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewflow.core.reasons import Faulty
from reviewflow.rehearsal.config import load
from reviewflow.wording import say

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(ROOT.glob("examples/*/rehearse.toml"))

SPOILED = """\
format = 1
key = "2025Q2"
workflow = "sales_quarterly"
period = { from = 2025-06-30, until = 2025-04-01 }
currency = "euro"
seed = "five"
mappings = ["nowhere.toml"]
colour = "blue"

[people]
hired_before = "soon"

[[staff]]
id = "HR"
roles = ["hr", "king"]
"""


def test_a_spoiled_file_is_reported_whole(tmp_path: Path) -> None:
    path = tmp_path / "rehearse.toml"
    path.write_text(SPOILED, encoding="utf-8")
    with pytest.raises(Faulty) as faulty:
        load(path)
    found = {(fault.line, fault.key) for fault in faulty.value.faults}
    assert found == {
        (1, "rehearsal.missing"),
        (4, "rehearsal.period"),
        (5, "rehearsal.currency"),
        (6, "rehearsal.wrong_type"),
        (7, "rehearsal.no_file"),
        (8, "rehearsal.unknown_key"),
        (11, "rehearsal.wrong_type"),
        (13, "rehearsal.no_role"),
        (15, "rehearsal.unknown_role"),
    }
    for language in ("en", "zh"):
        assert all(say(fault, language) for fault in faulty.value.faults)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_shipped_examples_are_sound(path: Path) -> None:
    assert load(path).mappings[0].is_file()
    assert len(SHIPPED) == 2
