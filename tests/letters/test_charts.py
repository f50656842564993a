"""The drawings: where a bar ends, which tone it has, what a reader hears instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import segno

from reviewflow.printer import charts

BULLET_WIDTH = 141.0


def indicator(
    actual: str, anchors: tuple[str | None, str, str | None], falls: bool = False
) -> dict[str, Any]:
    places = dict(zip(("threshold", "target", "stretch"), anchors, strict=True))
    return {"actual": actual, "lower_is_better": falls, **places}


def bar(drawing: str) -> tuple[float, str]:
    """How far the bar of a bullet reaches, as a share of its width, and its tone."""
    found = re.search(
        r'<rect x="[\d.]+" y="3(?:\.4)?" width="([\d.]+)" height="[\d.]+" fill="(#\w+)"', drawing
    )
    assert found
    tones = {charts.DARK: "dark", charts.MID: "mid", "#ffffff": "outlined"}
    return float(found[1]) / BULLET_WIDTH, tones[found[2]]


UP, DOWN = ("800000", "1000000", "1200000"), ("60", "45", "35")


@pytest.mark.parametrize(
    ("one", "share", "tone"),
    [
        (indicator("0", UP), 0.0, "outlined"),
        (indicator("400000", UP), 0.18, "outlined"),
        (indicator("799999.99", UP), 0.36, "outlined"),
        (indicator("800000", UP), 0.36, "mid"),
        (indicator("900000", UP), 0.51, "mid"),
        (indicator("1000000", UP), 0.66, "dark"),
        (indicator("1100000", UP), 0.79, "dark"),
        (indicator("1200000", UP), 0.92, "dark"),
        (indicator("9999999", UP), 1.0, "dark"),
        (indicator("-5", UP), 0.0, "outlined"),
        (indicator("120", DOWN, falls=True), 0.18, "outlined"),
        (indicator("60", DOWN, falls=True), 0.36, "mid"),
        (indicator("45", DOWN, falls=True), 0.66, "dark"),
        (indicator("40", DOWN, falls=True), 0.79, "dark"),
        (indicator("0", DOWN, falls=True), 1.0, "dark"),
        (indicator("50", (None, "100", None)), 0.33, "mid"),
        (indicator("120", (None, "100", None)), 0.92, "dark"),
        (indicator("0", (None, "0", None)), 0.0, "dark"),
    ],
)
def test_bullets_share_one_scale(one: Mapping[str, Any], share: float, tone: str) -> None:
    reached, shown = bar(charts.bullet(one, "x"))
    assert reached == pytest.approx(share, abs=0.008)
    assert shown == tone


def test_alternative_texts_are_escaped() -> None:
    drawing = charts.bullet(indicator("1", UP), "<b>&")
    assert "<title>&lt;b&gt;&amp;</title>" in drawing
    assert "<b>" not in charts.history(
        [{"cycle": "<b>", "total": None, "grade": None, "gap_reason": "<i>"}], "x"
    )


@pytest.mark.parametrize(
    ("total", "rating"), [("0", "D"), ("59.99", "D"), ("85.00", "A"), ("119", "S"), ("150", "S")]
)
def test_the_mark_stands_in_the_band_of_the_total(total: str, rating: str) -> None:
    bands = [
        {"letter": letter, "from_points": points} for letter, points in (("S", "95"), ("A", "85"), ("D", "0"))
    ]
    drawing = charts.grade_bands(bands, {"total": total, "rating": rating, "top": "120"}, "x")
    mark = re.search(r'<path d="M([-\d.]+) ', drawing)
    own = re.search(rf'<rect x="([\d.]+)" y="8" width="([\d.]+)" height="10" fill="{charts.DARK}"', drawing)
    assert mark
    assert own
    at, left, width = float(mark[1]) + 3.2, float(own[1]), float(own[2])
    assert left - 0.6 <= at
    assert at <= left + width + 0.6 or total == "150"


def test_a_gap_interrupts_the_line_of_past_totals() -> None:
    def cycle(total: str | None) -> dict[str, Any]:
        return {
            "cycle": "26Q1",
            "total": total,
            "grade": "B" if total else None,
            "gap_reason": None if total else "leave",
        }

    def lines(*totals: str | None) -> int:
        return charts.history([cycle(total) for total in totals], "x").count("<line") - 1  # one is the 100

    assert lines("78", "80", "90") == 2
    assert lines("78", None, "90") == 0
    assert lines("78", None, "84", "88") == 1
    assert "leave" in charts.history([cycle(None)], "x")
    assert "…" in charts.history(
        [cycle("78"), {**cycle(None), "gap_reason": "parental leave since spring"}], "x"
    )


def test_group_bars_without_a_score_stay_empty() -> None:
    groups = [
        {"name": "Results", "weight": "60", "score": None},
        {"name": "Quality", "weight": "40", "score": "130"},
    ]
    drawing = charts.group_bars(groups, {"top": "120", "threshold": "60"}, "x")
    assert drawing.count(charts.TRACK) == 2
    assert drawing.count(charts.DARK) == 1
    assert "—" in drawing


def test_the_code_has_every_dark_module() -> None:
    address = "https://reviews.yunfan.example/verify/7KQM4D2X9TRAW3HP"
    matrix = segno.make(address, error="m", micro=False).matrix
    assert charts.qr(address, "x").count("h1v1h-1z") == sum(map(sum, matrix))
