"""A company that comes in as files: mapping, people, and questions about what became of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import the_clock
from reviewflow.services import collect, people_import
from reviewflow.services.people_import import PeopleReport
from reviewflow.store.people import Membership, Person, ReportingLine, Unit

TODAY = date(2026, 4, 1)

MAPPING = """\
format = 1
kind = "mapping"
name = "hr"
company = "Yuanfang"
zone = "Asia/Shanghai"
currency = "CNY"
language = "zh"

[[read]]
file = "units.csv"
kind = "unit"
key = "code"
columns = { name = "name", parent = "parent" }

[[read]]
file = "people*.csv"
kind = "people"
key = "id"

[read.columns]
name = "name"
email = "mail"
hired = "hired"
left = "left"
unit = "unit"
position = "job"
manager = "boss"

[[read]]
file = "names.csv"
kind = "people"
key = "id"
columns = { name = "name" }

[[read]]
file = "pay.csv"
kind = "pay_base"
columns = { person = "id", component = "component", amount = "amount", from = "from", until = "until" }

[[read]]
file = "rates.csv"
kind = "pay_base"
columns = { person = "id", component = { const = "commission" }, rate = { column = "pct", percent = true } }

[[read]]
file = "targets.csv"
kind = "target"
columns = { person = "id", indicator = { const = "sales_amount" }, value = "value", starts = "from" }
ends = { length = "P3M" }
"""
COMPLETE = MAPPING.replace('file = "people*.csv"', 'file = "people*.csv"\ncomplete = true')

UNITS = "code,name,parent\nHQ,Headquarters,\nS,Sales,HQ\nE,East,S\n"
HEADER = "id,name,mail,hired,left,unit,job,boss\n"
PEOPLE = HEADER + (
    "1,Deng Rui,d@x,2020-01-01,,HQ,director,\n"
    "2,Wang Fang,w@x,2020-01-01,,S,manager,1\n"
    "3,Lin Yue,l@x,2024-05-06,,E,rep,2\n"
    "4,Zhao Lei,z@x,2026-05-01,,E,rep,2\n"
)


def bring(
    session: Session,
    moment: Moment,
    files: dict[str, str],
    mapping: str = MAPPING,
    *,
    effective_on: date | None = None,
    confirmed: str | None = None,
) -> PeopleReport:
    viewer = the_clock(TODAY)
    collect.accept_mapping(session, moment, viewer, mapping)
    prepared = people_import.prepare(mapping, [(name, text.encode()) for name, text in files.items()])
    assert prepared is not None
    return people_import.import_people(
        session, moment, viewer, prepared, effective_on=effective_on, confirmed=confirmed
    )


def company(session: Session, moment: Moment) -> PeopleReport:
    return bring(session, moment, {"units.csv": UNITS, "people.csv": PEOPLE})


def person(session: Session, key: str) -> Person:
    return session.scalars(select(Person).where(Person.external_id == key)).one()


def members(session: Session, key: str) -> list[tuple[str, str | None, date, date]]:
    rows = session.execute(
        select(Unit.code, Membership.position, Membership.from_on, Membership.until_on)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == person(session, key).id)
        .order_by(Membership.from_on)
    )
    return [(code, position, first, until) for code, position, first, until in rows]


def bosses(session: Session, key: str, kind: str = "solid") -> list[tuple[str, date, date]]:
    rows = session.execute(
        select(Person.external_id, ReportingLine.from_on, ReportingLine.until_on)
        .join(Person, Person.id == ReportingLine.manager_id)
        .where(ReportingLine.person_id == person(session, key).id, ReportingLine.kind == kind)
        .order_by(ReportingLine.from_on)
    )
    return [(boss, first, until) for boss, first, until in rows]


def refusals(report: PeopleReport) -> list[tuple[str, int, str, str | None, str]]:
    return [
        (file.file_name, bad.line, bad.column, bad.value, bad.reason.key)
        for file in report.files
        for bad in file.bad
    ]
