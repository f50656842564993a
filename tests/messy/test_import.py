"""The messy exports taken in through the services, on both databases: totals, corrections, nothing twice."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

from reviewflow.core.indicators import Coverage, computable
from reviewflow.core.measuring import Rule, Slot
from reviewflow.core.moment import Moment
from reviewflow.core.values import Period
from reviewflow.core.viewer import Viewer
from reviewflow.services import collect, people_import
from reviewflow.services.collect import Report
from reviewflow.store import db
from reviewflow.store.facts import batches, counting
from reviewflow.store.facts.rows import BadRow, Landing
from reviewflow.store.people import Membership, Person, ReportingLine, Unit
from tests.demo.figures import catalogue
from tests.messy.make import FOLDER
from tests.messy.truth import Q2_BEGIN, Q2_END, TEAMS

NOW = datetime(2025, 7, 7, 8, 0, tzinfo=UTC)
MOMENT = Moment(business=NOW, wall=NOW)
COMMAND_LINE = Viewer(None, (), NOW.date(), "en")
QUARTER = Period(Q2_BEGIN, Q2_END)
FILES = (
    ("crm", "pipeline.csv"),
    ("crm", "orders.csv"),
    ("crm", "visits_mended.csv"),
    ("invoices", "fapiao.csv"),
    ("payments", "payments.txt"),
    ("service", "scores.csv"),
    ("service", "complaints.csv"),
)
MEASURES = {
    ("sales_amount", "sales"): ("sales", 100),
    ("gross_margin", "cost"): ("cost", 100),
    ("collection_rate", "collected"): ("collected", 100),
    ("collection_rate", "receivable"): ("receivable", 100),
    ("new_customers", "customers"): ("new", 1),
    ("visits", "visits"): ("visits", 1),
    ("deal_cycle", "days"): ("days", 1),
    ("deal_cycle", "won"): ("won", 1),
    ("conversion_rate", "closed"): ("closed", 1),
    ("satisfaction", "points"): ("tenths", 1000),
    ("satisfaction", "replies"): ("replies", 1),
    ("retention", "kept"): ("kept", 1),
    ("retention", "before"): ("before", 1),
    ("complaint_rate", "complaints"): ("complaints", 1),
    ("complaint_rate", "orders"): ("orders", 1),
}
"""Measures by indicator: the name of the expected total, and what one of it is in the measure's scale."""


def expected() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    return told


def take_in(session: Session, mapping: str, file: str) -> Report:
    """Import a file as the command line does: people first, then events."""
    text = (FOLDER / f"{mapping}.toml").read_text(encoding="utf-8")
    data = (FOLDER / file).read_bytes()
    collect.accept_mapping(session, MOMENT, COMMAND_LINE, text)
    people = people_import.prepare(text, [(file, data)])
    if people:
        day = date(2025, 1, 1)
        people_import.import_people(session, MOMENT, COMMAND_LINE, people, effective_on=day)
    events = collect.prepare(text, file, data)
    assert events is not None
    return collect.land(session, MOMENT, COMMAND_LINE, events)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with db.write(engine) as session:
        for mapping, file in FILES:
            take_in(session, mapping, file)
    return engine


def wrong(session: Session, told: str) -> list[str]:
    """Every measure of every person that is not as expected."""
    batch_no, indicators = batches.last_batch(session), catalogue()
    ids = {person.external_id: person.id for person in session.scalars(select(Person))}
    found = []
    for (indicator, key), (name, one) in MEASURES.items():
        measure = next(m for m in indicators[indicator].measures if m.key == key)
        rule = Rule.of_measure(measure, indicators[indicator].history)
        for rep, numbers in expected()[told].items():
            value = counting.taken(session, batch_no, Slot(ids[rep], QUARTER), rule).value
            if value != numbers[name] * one:
                found.append(f"{rep} {indicator}.{key}: {value}, not {numbers[name] * one}")
    return found


def test_every_measure_of_every_indicator_comes_out_exactly(filled: Engine) -> None:
    with db.read(filled) as session:
        assert wrong(session, "first") == []


def test_all_ten_indicators_can_be_computed_for_the_quarter(filled: Engine) -> None:
    with db.read(filled) as session:
        known: tuple[Coverage, ...] = batches.coverage(session)
    reasons = {key: computable(one, QUARTER, known) for key, one in catalogue().indicators.items()}
    assert {key: reason for key, reason in reasons.items() if reason} == {}


def test_people_units_and_managers_come_from_the_pipeline(filled: Engine) -> None:
    with db.read(filled) as session:
        lead = aliased(Person)
        rows = session.execute(
            select(Person.name, Unit.code, lead.name)
            .join(Membership, Membership.person_id == Person.id)
            .join(Unit, Unit.id == Membership.unit_id)
            .join(ReportingLine, ReportingLine.person_id == Person.id)
            .join(lead, lead.id == ReportingLine.manager_id)
            .where(ReportingLine.kind == "solid")
        ).all()
    wanted = {(rep, unit, lead) for unit, (lead, reps) in TEAMS.items() for rep in reps}
    assert {tuple(row) for row in rows} == wanted


def test_refused_lines_are_kept_with_their_reasons(filled: Engine) -> None:
    """As the connector found them, and the unknown person, whom only the import can know."""
    with db.read(filled) as session:
        kept = session.execute(select(BadRow.line, BadRow.col, BadRow.reason).distinct()).all()
    unknown = expected()["unknown"]
    wanted = {(bad["line"], bad["column"], bad["reason"]) for bad in expected()["bad"]}
    wanted.add((unknown["line"], unknown["column"], "row.unknown_person"))
    assert {(line, col, reason.split(" ")[0]) for line, col, reason in kept} == wanted


def test_a_corrected_export_replaces_withdraws_and_mends(filled: Engine) -> None:
    with db.write(filled) as session:
        report = take_in(session, "crm", "orders_corrected.csv")
    assert (report.changed, report.voided, report.new, report.bad_lines) == (3, 2, 8, 0)
    with db.read(filled) as session:
        assert wrong(session, "corrected") == []


def test_sending_everything_twice_changes_nothing(filled: Engine) -> None:
    with db.read(filled) as session:
        before = session.scalar(select(func.count()).select_from(Landing))
    with db.write(filled) as session:
        reports = [take_in(session, mapping, file) for mapping, file in FILES]
    assert {(report.new, report.changed, report.voided, report.batch_no) for report in reports} == {
        (0, 0, 0, None)
    }
    with db.read(filled) as session:
        assert session.scalar(select(func.count()).select_from(Landing)) == before
        assert wrong(session, "first") == []
