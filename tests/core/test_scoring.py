"""Score lines: the letter's worked example, left-out weight, and refusals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from reviewflow.core import trace
from reviewflow.core.curve import Anchor, Curve, attainment, points_at
from reviewflow.core.goals import Goal
from reviewflow.core.indicators import Ratio
from reviewflow.core.plan import Plan, PlanLine
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.scoring import Scores, score_lines
from reviewflow.core.values import half_up
from tests.core.shipped import CATALOGUE, STANDARD

# indicator, weight, threshold / target / stretch, numerator, denominator; what the line must say.
LETTER = [
    ("sales_amount", 25, "800000", "1000000", "1200000", "1082000", "1", "108.20", "27.05"),
    ("gross_margin", 10, "28", "32", "36", "33.1", "1", "105.50", "10.55"),
    ("collection_rate", 15, "85", "95", "100", "88.2", "1", "72.80", "10.92"),
    ("new_customers", 10, "4", "6", "9", "8", "1", "113.33", "11.33"),
    ("visits", 6, "45", "60", "80", "71", "1", "111.00", "6.66"),
    ("deal_cycle", 7, "60", "45", "35", "97", "2", "90.67", "6.35"),
    ("conversion_rate", 7, "22", "30", "38", "34.6", "1", "111.50", "7.81"),
    ("satisfaction", 8, "4.2", "4.5", "4.8", None, None, None, None),
    ("retention", 7, "85", "92", "97", "95", "1", "112.00", "13.07"),
    ("complaint_rate", 5, "2", "1", "0.3", "2.3", "1", "0.00", "0.00"),
]
TOO_FEW = Reason("measure.sample_too_small", {"count": 3, "minimum": 5})


def letter_plan() -> Plan:
    """A plan whose curves stand exactly at the thresholds and stretches of the example."""
    curves, lines = {}, {}
    for key, weight, threshold, target, stretch, *_ in LETTER:
        at = [100 * Fraction(one) / Fraction(target) for one in (threshold, target, stretch)]
        curves[key] = Curve(key, *(Anchor(a, Fraction(p)) for a, p in zip(at, (60, 100, 120), strict=True)))
        lines[key] = PlanLine(key, weight * 10_000, Fraction(1), key)
    return replace(STANDARD, curves=curves, lines=lines)


def letter_scores() -> Scores:
    goals = [Goal(key, Fraction(target), weight * 10_000) for key, weight, _, target, *_ in LETTER]
    figures = {
        key: Ratio(Fraction(top), Fraction(bottom)) if top and bottom else TOO_FEW
        for key, *_, top, bottom, _, _ in LETTER
    }
    return score_lines(goals, figures, CATALOGUE, letter_plan())


@pytest.mark.parametrize("row", LETTER, ids=lambda row: row[0])
def test_the_lines_of_the_letter(
    row: tuple[str, int, str, str, str, str, str, str | None, str | None],
) -> None:
    line = next(line for line in letter_scores().lines if line.line == row[0])
    score, points = row[-2:]
    assert (None if line.score is None else str(half_up(line.score, 2))) == score
    assert (None if line.points is None else str(half_up(line.points, 2))) == points


def test_the_groups_and_the_total_of_the_letter() -> None:
    """Sums are of points with 6 decimals, so a sum may differ by a cent from that of the lines as shown."""
    scores = letter_scores()
    assert [
        (group.group, str(half_up(group.points or 0, 2)), str(group.score)) for group in scores.groups
    ] == [
        ("result", "59.85", "99.76"),
        ("efficiency", "20.81", "104.06"),
        ("quality", "13.07", "65.33"),
    ]
    assert half_up(scores.points or 0, 2) == Decimal("93.73")


def test_left_out_weight_stays_in_its_group() -> None:
    weights = {line.line: line.weight_e4 for line in letter_scores().lines}
    assert (weights["satisfaction"], weights["retention"], weights["complaint_rate"]) == (0, 116_667, 83_333)
    assert sum(weights.values()) == 1_000_000


def test_a_left_out_line_says_why_and_scores_nothing() -> None:
    line = next(line for line in letter_scores().lines if line.line == "satisfaction")
    assert (line.reason, line.score, line.points, line.attainment_e6) == (TOO_FEW, None, None, None)
    assert line.trace["reason"] == {"key": "measure.sample_too_small", "params": {"count": 3, "minimum": 5}}
    assert line.trace["state"] == "left_out"
    assert trace.lines(line.trace) == ()


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        (
            "sales_amount",
            ("100 + (1,082,000 − 1,000,000) ÷ (1,200,000 − 1,000,000) × 20 = 108.20", "108.20 × 25% = 27.05"),
        ),
        ("gross_margin", ("100 + (33.1% − 32%) ÷ (36% − 32%) × 20 = 105.50", "105.50 × 10% = 10.55")),
        ("new_customers", ("100 + (8 − 6) ÷ (9 − 6) × 20 ≈ 113.33", "113.3333 × 10% ≈ 11.33")),
        ("deal_cycle", ("60 + (60 − 48.5) ÷ (60 − 45) × 40 ≈ 90.67", "90.6667 × 7% ≈ 6.35")),
        ("retention", ("100 + (95% − 92%) ÷ (97% − 92%) × 20 = 112.00", "112.00 × 11.6667% ≈ 13.07")),
        ("complaint_rate", ("2.3% > 2% → 0.00", "0.00 × 8.3333% = 0.00")),
    ],
)
def test_the_arithmetic_can_be_read(key: str, lines: tuple[str, ...]) -> None:
    line = next(line for line in letter_scores().lines if line.line == key)
    assert trace.lines(line.trace) == lines


def test_a_group_sum_can_be_read() -> None:
    result = letter_scores().groups[0]
    assert result.line == "group:result"
    assert trace.one_line(result.trace) == "27.05 + 10.55 + 10.92 + 11.3333 ≈ 59.85"


def goals(*weights: tuple[str, int]) -> list[Goal]:
    return [Goal(key, Fraction(10), weight * 10_000) for key, weight in weights]


def test_a_group_that_is_left_out_whole_gives_its_weight_to_the_others() -> None:
    figures: dict[str, Ratio | Reason] = {
        "sales_amount": Ratio(Fraction(10), Fraction(1)),
        "visits": Ratio(Fraction(12), Fraction(1)),
        "satisfaction": TOO_FEW,
    }
    scores = score_lines(
        goals(("sales_amount", 60), ("visits", 20), ("satisfaction", 20)), figures, CATALOGUE, STANDARD
    )
    assert [line.weight_e4 for line in scores.lines] == [750_000, 250_000, 0]
    assert scores.points == Decimal("105.000000")
    assert [(group.group, group.score) for group in scores.groups] == [
        ("result", Decimal("100.00")),
        ("efficiency", Decimal("120.00")),
        ("quality", None),
    ]


def test_if_nothing_can_be_scored_there_is_no_total() -> None:
    scores = score_lines(goals(("visits", 100)), {"visits": TOO_FEW}, CATALOGUE, STANDARD)
    assert (scores.points, scores.groups[0].points) == (None, None)


@pytest.mark.parametrize("target", [None, Fraction(0), Fraction(-5)])
def test_without_a_positive_target_a_line_is_left_out_with_the_reason(target: Fraction | None) -> None:
    figure = {"visits": Ratio(Fraction(5), Fraction(1)), "sales_amount": Ratio(Fraction(10), Fraction(1))}
    two = [Goal("visits", target, 400_000), Goal("sales_amount", Fraction(10), 600_000)]
    scores = score_lines(two, figure, CATALOGUE, STANDARD)
    assert scores.lines[0].reason is not None
    assert scores.lines[0].reason.key.startswith("goal.target_")
    assert scores.points == 100


def test_unsettled_figures_and_wrong_weights_are_refused_together() -> None:
    with pytest.raises(Refused) as caught:
        score_lines(goals(("visits", 50), ("sales_amount", 40)), {}, CATALOGUE, STANDARD)
    assert [reason.key for reason in caught.value.reasons] == [
        "goal.weights_sum",
        "score.figure_missing",
        "score.figure_missing",
    ]


@pytest.mark.parametrize(
    ("actual", "target", "lower", "expected"),
    [
        ("304755.6026", "367000", False, "83.0"),
        ("191328.4939", "165000", False, "116.0"),
        ("48.5", "45", True, "92.8"),
        ("2.3", "1", True, "43.5"),
        ("-10", "100", False, "-10.0"),
        ("0", "1", True, None),
        ("5", "0", False, None),
    ],
)
def test_attainment(actual: str, target: str, lower: bool, expected: str | None) -> None:
    reached = attainment(Fraction(actual), Fraction(target), lower)
    assert (None if reached is None else str(half_up(reached, 1))) == expected


def test_no_complaint_at_all_earns_the_stretch() -> None:
    anchors = STANDARD.curves["rarer"].around(Fraction(1))
    assert points_at(anchors, Fraction(0)) == 120
    scores = score_lines(
        goals(("complaint_rate", 100)),
        {"complaint_rate": Ratio(Fraction(0), Fraction(40))},
        CATALOGUE,
        STANDARD,
    )
    assert scores.points == 120
    assert scores.lines[0].attainment_e6 is None
    assert trace.lines(scores.lines[0].trace)[0] == "0% ≤ 5% → 120.00"


def test_an_absurd_attainment_still_fits_the_database() -> None:
    goal = [Goal("sales_amount", Fraction(1, 10_000), 1_000_000)]
    figure = {"sales_amount": Ratio(Fraction(10**14), Fraction(1))}
    line = score_lines(goal, figure, CATALOGUE, STANDARD).lines[0]
    assert line.attainment_e6 == 10**12
    assert line.points_e6 == 120_000_000


def test_attainment_is_stored_in_percent_with_six_decimals() -> None:
    goal = [Goal("sales_amount", Fraction(367_000), 1_000_000)]
    figure = {"sales_amount": Ratio(Fraction("304755.6026"), Fraction(1))}
    assert score_lines(goal, figure, CATALOGUE, STANDARD).lines[0].attainment_e6 == 83_039_674
