"""What `python -m bench` prints, and that a floor writes what the product wrote."""

from __future__ import annotations

from bench import launch
from bench.__main__ import PARTS
from bench.measuring import Figure


def test_the_five_names() -> None:
    assert list(PARTS) == ["launch", "advance", "letters", "pages", "indicators"]


def test_a_line_has_value_and_floor_of_the_same_run() -> None:
    figure = Figure("launch", value=3.0, unit="s CPU", floor=2.0, limit=2.0, about="")
    assert figure.line() == {"name": "launch", "value": 3.0, "unit": "s CPU", "floor": 2.0, "ratio": 1.5}
    assert figure.holds
    assert not Figure("launch", 5.0, "s CPU", 2.0, 2.0, "").holds
    assert not Figure("pages", 1.0, "ms CPU", 2.0, 2.0, "", sound=False).holds


def test_a_small_launch_is_measured_like_a_large_one() -> None:
    (figure,) = launch.measured(20)
    assert figure.name == "launch"
    assert min(figure.value, figure.floor) > 0
    # 23 people: subject, review, goals, entry, log and audit of each, the cycle with its pins, and promises.
    assert "rows in 9 tables" in figure.details[0]
