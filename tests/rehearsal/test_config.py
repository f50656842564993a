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
format = 9
key = "2025Q2"
workflow = "sales_quarterly"
period = { from = 2025-06-30, until = 2025-04-01 }
currency = "QQQ"
zone = "Mars"
seed = "five"
mappings = ["nowhere.toml"]
colour = "blue"

[people]
hired_before = "soon"
positions = "Rep"

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
        (1, "rehearsal.format"),
        (1, "rehearsal.missing"),
        (4, "rehearsal.period"),
        (5, "rehearsal.currency"),
        (6, "rehearsal.zone"),
        (7, "rehearsal.wrong_type"),
        (8, "rehearsal.no_file"),
        (9, "rehearsal.unknown_key"),
        (12, "rehearsal.wrong_type"),
        (13, "rehearsal.wrong_type"),
        (15, "rehearsal.no_role"),
        (17, "rehearsal.unknown_role"),
    }
    for language in ("en", "zh"):
        assert all(say(fault, language) for fault in faulty.value.faults)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_shipped_examples_are_sound(path: Path) -> None:
    assert load(path).mappings[0].is_file()
    assert len(SHIPPED) == 2
