"""The messy exports: good lines arrive to the cent, bad ones are named by line, column, value and reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import pytest

from reviewflow.connectors.mapping import SourceMapping, load
from reviewflow.connectors.reading import read_file, reads_for
from reviewflow.connectors.rows import Event, Reading
from reviewflow.core.reasons import Refused
from tests.messy.make import FOLDER, files
from tests.messy.truth import FEW_REPLIES, Q1_BEGIN, Q2_BEGIN, Q2_END, REPS, TEAMS

FILES = {
    "pipeline.csv": "crm",
    "orders.csv": "crm",
    "visits_mended.csv": "crm",
    "fapiao.csv": "invoices",
    "payments.txt": "payments",
    "scores.csv": "service",
    "complaints.csv": "service",
}
IN_E4 = {"sales": 100, "cost": 100, "collected": 100, "receivable": 100, "tenths": 1000}
"""What a cent and a tenth are in amounts scaled by 10^4."""


@cache
def mapping(name: str) -> SourceMapping:
    return load((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def reading(file: str, name: str = "crm") -> Reading:
    known = mapping(name)
    return read_file(known, reads_for(known, file), file, (FOLDER / file).read_bytes())


@cache
def expected() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    return told


def of_kind(kind: str, orders: str) -> list[Event]:
    """All good events of a kind; orders from the file named."""
    wanted = {**FILES, orders: "crm"}
    if orders != "orders.csv":
        del wanted["orders.csv"]
    return [
        event for file, name in wanted.items() for event in reading(file, name).events if event.kind == kind
    ]


def in_quarter(events: Iterable[Event], rep: str) -> list[Event]:
    return [event for event in events if event.person_ref == rep and Q2_BEGIN <= event.on <= Q2_END]


def customers(events: Iterable[Event], first: date, last: date, rep: str | None = None) -> set[str | None]:
    return {e.customer_ref for e in events if first <= e.on <= last and rep in (None, e.person_ref)}


def measured(rep: str, orders_file: str) -> dict[str, int]:
    """The measures of one rep, from the events that were read."""
    orders = of_kind("order", orders_file)
    mine = in_quarter(orders, rep)
    deals = in_quarter(of_kind("opportunity", orders_file), rep)
    won = [deal for deal in deals if deal.outcome == "won"]
    scores = in_quarter(of_kind("satisfaction", orders_file), rep)
    complaints = in_quarter(of_kind("complaint", orders_file), rep)
    end_of_q1 = date.fromordinal(Q2_BEGIN.toordinal() - 1)
    now, before = customers(mine, Q2_BEGIN, Q2_END), customers(orders, Q1_BEGIN, end_of_q1, rep)
    return {
        "sales": sum(event.amount_e4 or 0 for event in mine),
        "cost": sum(event.amount2_e4 or 0 for event in mine),
        "orders": len(mine),
        "collected": sum(e.amount_e4 or 0 for e in in_quarter(of_kind("payment", orders_file), rep)),
        "receivable": sum(e.amount_e4 or 0 for e in in_quarter(of_kind("invoice", orders_file), rep)),
        "new": len(now - customers(orders, Q1_BEGIN, end_of_q1)),
        "before": len(before),
        "kept": len(before & now),
        "visits": len(in_quarter(of_kind("visit", orders_file), rep)),
        "days": sum((deal.on - deal.opened).days for deal in won if deal.opened),
        "won": len(won),
        "closed": len(deals),
        "tenths": sum(event.amount_e4 or 0 for event in scores),
        "replies": len(scores),
        "complaints": sum(event.outcome == "valid" for event in complaints),
    }


def test_the_files_in_the_repository_are_the_generated_ones() -> None:
    for name, body in files().items():
        assert (FOLDER / name).read_bytes() == body, name
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 200_000


@pytest.mark.parametrize(("told", "orders"), [("first", "orders.csv"), ("corrected", "orders_corrected.csv")])
def test_totals_are_met_to_the_cent(told: str, orders: str) -> None:
    for rep in REPS:
        wanted = {key: value * IN_E4.get(key, 1) for key, value in expected()[told][rep].items()}
        assert measured(rep, orders) == wanted, rep


@pytest.mark.parametrize("file", FILES)
def test_every_bad_value_is_refused_with_line_column_value_and_reason(file: str) -> None:
    wanted = [
        (bad["line"], bad["column"], bad["value"], bad["reason"])
        for bad in expected()["bad"]
        if bad["file"] == file
    ]
    found = reading(file, FILES[file]).bad
    assert sorted((bad.line, bad.column, bad.value, bad.reason.key) for bad in found) == wanted


def test_the_corrected_export_has_nothing_to_refuse() -> None:
    assert reading("orders_corrected.csv").bad == []


def test_people_are_known_from_a_column_of_the_pipeline() -> None:
    entries = reading("pipeline.csv").entries
    wanted = {(rep, unit, lead) for unit, (lead, reps) in TEAMS.items() for rep in reps}
    assert {(entry.key, entry.values["unit"], entry.values["manager"]) for entry in entries} == wanted
    assert reading("pipeline.csv").creates == {"manager", "unit"}


def test_the_unknown_rep_is_left_for_the_import_to_say() -> None:
    unknown = expected()["unknown"]
    found = [event.line for event in reading("orders.csv").events if event.person_ref == unknown["value"]]
    assert found == [unknown["line"]]


def test_a_file_without_a_mapped_column_is_refused_as_a_whole() -> None:
    with pytest.raises(Refused) as refused:
        reading("visits.csv")
    assert [(reason.key, reason.params["column"]) for reason in refused.value.reasons] == [
        ("import.column_missing", "When")
    ]


def test_a_visit_late_in_the_evening_counts_on_the_day_in_berlin() -> None:
    [late] = [event for event in reading("visits_mended.csv").events if event.external_id == "B0221"]
    assert late.on == date(2025, 7, 1)


def test_the_set_holds_the_case_of_too_few_replies() -> None:
    replies = {rep: numbers["replies"] for rep, numbers in expected()["first"].items()}
    assert [rep for rep, count in replies.items() if count < 5] == [FEW_REPLIES]


def test_the_correction_changes_what_it_should() -> None:
    first, corrected = expected()["first"], expected()["corrected"]
    assert sum(numbers["sales"] for numbers in first.values()) != sum(
        numbers["sales"] for numbers in corrected.values()
    )
    again = {event.external_id for event in reading("orders_corrected.csv").events}
    before = {event.external_id for event in reading("orders.csv").events}
    assert len(before - again) == 2
    assert len(again - before) == 7
