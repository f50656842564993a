"""The catalogue: what ships, and how a spoiled file is reported."""

from __future__ import annotations

import pytest

from reviewflow.core.indicators import GROUPS, load
from reviewflow.core.reasons import Faulty
from tests.core.shipped import CATALOGUE, text

HEAD = """format = 1
name = "indicators"
kind = "indicators"
title = { en = "Indicators", zh = "指标" }
"""
GOOD = """
[[indicator]]
key = "win_rate"
title = { en = "Win rate", zh = "赢单率" }
definition = { en = "Won, divided by closed.", zh = "赢单 ÷ 结束。" }
group = "efficiency"
unit = "percent"
direction = "higher"
cadence = "weekly"
measures = [
  { key = "won", of = "opportunity", take = "count", where = { outcome = ["won"] } },
  { key = "closed", of = "opportunity", take = "count" },
]
formula = "100 * won / closed"
missing = "leave_out"
"""


def faults(body: str) -> set[tuple[int | None, str]]:
    with pytest.raises(Faulty) as caught:
        load(HEAD + body)
    return {(fault.line, fault.key) for fault in caught.value.faults}


def test_ten_indicators_in_three_groups_ship() -> None:
    groups = {group: [i.key for i in CATALOGUE.indicators.values() if i.group == group] for group in GROUPS}
    assert groups == {
        "result": ["sales_amount", "gross_margin", "collection_rate", "new_customers"],
        "efficiency": ["visits", "deal_cycle", "conversion_rate"],
        "quality": ["satisfaction", "retention", "complaint_rate"],
    }
    assert {i.key for i in CATALOGUE.indicators.values() if i.lower_is_better} == {
        "deal_cycle",
        "complaint_rate",
    }


def test_an_indicator_knows_what_a_source_must_deliver() -> None:
    assert CATALOGUE["gross_margin"].needs == {"order": {"amount", "amount2"}}
    assert CATALOGUE["complaint_rate"].needs == {"complaint": frozenset(), "order": frozenset()}
    assert CATALOGUE["deal_cycle"].needs == {"opportunity": {"opened", "outcome"}}
    assert CATALOGUE["retention"].needs == {"order": {"customer"}}


def test_measures_say_how_their_integers_are_scaled() -> None:
    scales = {m.key: m.places for i in CATALOGUE.indicators.values() for m in i.measures}
    assert scales["sales"] == scales["points"] == 4
    assert scales["days"] == scales["orders"] == scales["kept"] == 0


def test_a_good_file_loads() -> None:
    assert list(load(HEAD + GOOD).indicators) == ["win_rate"]


def test_all_faults_come_together_with_their_lines() -> None:
    spoiled = """
[[indicator]]
key = "Win-rate"
title = { en = "Win rate" }
definition = { en = "Won.", zh = " " }
group = "speed"
unit = "percent"
direction = "higher"
cadence = "weekly"
measures = [
  { key = "won", of = "deal", take = "count", where = { outcome = [] } },
  { key = "won", of = "opportunity", take = "median:amount" },
  { key = "old", of = "order", take = "count", only = "new" },
]
formula = "won / closd ** 2"
minimum_sample = { of = "closed", at_least = 0 }
colour = "blue"

[[indicator]]
key = "other"
title = { en = "Other", zh = "其他" }
definition = { en = "Other.", zh = "其他。" }
group = "result"
unit = "count"
direction = "higher"
cadence = "weekly"
measures = []
formula = "visits"
history = "3 months"
missing = "guess"
"""
    assert faults(spoiled) == {
        (6, "file.missing_key"),
        (7, "file.bad_name"),
        (8, "file.missing_key"),
        (9, "file.blank"),
        (10, "file.not_one_of"),
        (14, "indicators.unused_measure"),
        (15, "file.not_one_of"),
        (15, "indicators.no_outcomes"),
        (16, "file.repeated_name"),
        (16, "indicators.bad_take"),
        (17, "indicators.only_customers"),
        (19, "indicators.bad_formula"),
        (20, "file.out_of_range"),
        (20, "indicators.unknown_measure"),
        (21, "file.unknown_key"),
        (6, "indicators.history_missing"),
        (31, "indicators.no_measures"),
        (32, "indicators.unknown_measure"),
        (33, "indicators.bad_history"),
        (34, "file.not_one_of"),
    }


def test_a_repeated_indicator_is_a_fault() -> None:
    assert faults(GOOD + GOOD) == {(22, "file.repeated_name")}


def test_an_empty_catalogue_and_the_wrong_kind_are_faults() -> None:
    with pytest.raises(Faulty) as caught:
        load(text("calendars/plain"))
    assert {fault.key for fault in caught.value.faults} == {"file.not_one_of", "indicators.none"}


def test_a_measure_that_nobody_uses_is_a_fault() -> None:
    assert faults(GOOD.replace("100 * won / closed", "won")) == {(14, "indicators.unused_measure")}


@pytest.mark.parametrize(("key", "line"), [("title", 8), ("definition", 9)])
def test_a_text_that_fits_in_no_line_of_a_letter_is_refused(key: str, line: int) -> None:
    """Otherwise the first release would be the first to say so, and nobody could release."""
    before = next(row for row in GOOD.splitlines() if row.startswith(f"{key} ="))
    words = before.split('"')[1]
    assert faults(GOOD.replace(words, "w" * 201)) == {(line, "indicators.too_long")}
    assert load(HEAD + GOOD.replace(words, "w" * 200))
