"""Importing people: history stays, and a second time changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.services import people_import
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.facts.rows import LandingBatch
from reviewflow.store.model import FOREVER
from reviewflow.store.people import Unit, UnitAbove
from tests.counting import counted
from tests.facts.staff import (
    HEADER,
    MAPPING,
    PEOPLE,
    TODAY,
    UNITS,
    bosses,
    bring,
    company,
    members,
    person,
)


def test_a_company_comes_in_with_units_managers_and_dates(session: Session, moment: Moment) -> None:
    report = company(session, moment)
    assert (report.newcomers, report.new_units) == (("1", "2", "3", "4"), ("E", "HQ", "S"))
    assert [(file.file_name, file.batch_no, file.new) for file in report.files] == [
        ("units.csv", 1, 3),
        ("people.csv", 2, 4),
    ]
    lin = person(session, "3")
    assert (lin.name, lin.email, lin.language, lin.zone, lin.hired_on) == (
        "Lin Yue", "l@x", "zh", "Asia/Shanghai", date(2024, 5, 6),
    )  # fmt: skip
    assert members(session, "3") == [("E", "rep", date(2024, 5, 6), FOREVER)]
    assert bosses(session, "3") == [("2", date(2024, 5, 6), FOREVER)]
    assert bosses(session, "3", "effective") == [("2", date(2024, 5, 6), FOREVER)]
    assert members(session, "4") == [("E", "rep", date(2026, 5, 1), FOREVER)]
    above = session.execute(select(Unit.code).join(UnitAbove, UnitAbove.above_id == Unit.id)).all()
    assert len(above) == 6


def test_a_second_time_changes_nothing(session: Session, moment: Moment) -> None:
    company(session, moment)
    audited = len(session.scalars(select(Audit.id)).all())
    again = company(session, moment)
    assert [(file.batch_no, file.new, file.changed, file.same) for file in again.files] == [
        (None, 0, 0, 3),
        (None, 0, 0, 4),
    ]
    assert len(session.scalars(select(LandingBatch.no)).all()) == 2
    assert len(session.scalars(select(Audit.id)).all()) == audited


def test_a_change_closes_the_old_row_on_the_day_of_the_import(session: Session, moment: Moment) -> None:
    company(session, moment)
    moved = PEOPLE.replace("3,Lin Yue,l@x,2024-05-06,,E,rep,2", "3,Lin Yue,l@x,2024-05-06,,S,senior rep,1")
    report = bring(session, moment, {"people.csv": moved})
    assert report.changed == ("3",)
    assert members(session, "3") == [
        ("E", "rep", date(2024, 5, 6), TODAY),
        ("S", "senior rep", TODAY, FOREVER),
    ]
    assert bosses(session, "3") == [("2", date(2024, 5, 6), TODAY), ("1", TODAY, FOREVER)]
    audit = session.execute(
        select(Audit.action, Audit.about_person_id, Audit.detail).order_by(Audit.id.desc())
    )
    found = {(action, about): json.loads(detail) for action, about, detail in audit}
    assert found["person.changed", person(session, "3").id] == {"fields": ["membership", "solid_line"]}


def test_a_correction_on_the_same_day_leaves_no_trace_of_the_slip(session: Session, moment: Moment) -> None:
    company(session, moment)
    bring(session, moment, {"people.csv": PEOPLE.replace(",E,rep,2\n4", ",S,rep,2\n4")})
    bring(session, moment, {"people.csv": PEOPLE.replace(",E,rep,2\n4", ",HQ,rep,2\n4")})
    assert members(session, "3") == [("E", "rep", date(2024, 5, 6), TODAY), ("HQ", "rep", TODAY, FOREVER)]
    bring(session, moment, {"people.csv": PEOPLE.replace("rep,2\n4", "rep,\n4")})
    bring(session, moment, {"people.csv": PEOPLE})
    bring(session, moment, {"people.csv": PEOPLE.replace("rep,2\n4", "rep,\n4")})
    assert bosses(session, "3") == [("2", date(2024, 5, 6), TODAY)]
    bring(session, moment, {"people.csv": PEOPLE})
    assert bosses(session, "3") == [("2", date(2024, 5, 6), FOREVER)]


def test_a_change_can_hold_from_another_day(session: Session, moment: Moment) -> None:
    company(session, moment)
    bring(
        session,
        moment,
        {"people.csv": PEOPLE.replace("E,rep,2\n4", "E,rep,1\n4")},
        effective_on=date(2026, 1, 1),
    )
    assert bosses(session, "3") == [
        ("2", date(2024, 5, 6), date(2026, 1, 1)),
        ("1", date(2026, 1, 1), FOREVER),
    ]


def test_only_mapped_columns_are_written(session: Session, moment: Moment) -> None:
    company(session, moment)
    bring(session, moment, {"names.csv": "id,name\n3,Lin Yue Yue\n"})
    lin = person(session, "3")
    assert (lin.name, lin.email, lin.hired_on) == ("Lin Yue Yue", "l@x", date(2024, 5, 6))
    assert members(session, "3")[0][0] == "E"
    assert bosses(session, "3")[0][0] == "2"


def test_several_files_make_one_person(session: Session, moment: Moment) -> None:
    files = {"names.csv": "id,name\n7,Qian Bo\n", "units.csv": UNITS, "people.csv": HEADER + "7,,,,,E,,\n"}
    bring(session, moment, files)
    assert person(session, "7").name == "Qian Bo"
    assert members(session, "7") == [("E", None, TODAY, FOREVER)]


def test_who_has_no_unit_belongs_to_the_top(session: Session, moment: Moment) -> None:
    bring(session, moment, {"names.csv": "id,name\n7,Qian Bo\n"})
    assert [(unit.code, unit.name) for unit in session.scalars(select(Unit))] == [("company", "Yuanfang")]
    assert members(session, "7")[0][0] == "company"
    company(session, moment)
    assert {unit.code: unit.parent_id for unit in session.scalars(select(Unit))}["HQ"] is not None


def test_managers_and_units_can_come_from_a_column(session: Session, moment: Moment) -> None:
    mapping = MAPPING.replace('file = "people*.csv"', 'file = "people*.csv"\ncreates = ["manager", "unit"]')
    text = HEADER + "Lin,Lin,,,,North,,Wang\nWang,Wang Fang,,,,North,,Big Boss\n"
    report = bring(session, moment, {"people.csv": text}, mapping)
    assert report.newcomers == ("Big Boss", "Lin", "Wang")
    assert report.new_units == ("North",)
    assert bosses(session, "Wang")[0][0] == "Big Boss"
    assert person(session, "Wang").name == "Wang Fang"


def test_the_number_of_queries_does_not_grow_with_the_people(engine: Engine, moment: Moment) -> None:
    numbers = []
    for size in (5, 200):
        text = HEADER + "".join(f"{size}-{n},N{size}{n},,2020-01-01,,,,\n" for n in range(size))
        with counted(engine) as queries, db.write(engine) as session:
            bring(session, Moment(datetime(2026, 4, 1, tzinfo=UTC), moment.wall), {"people.csv": text})
        numbers.append(len(queries))
    assert numbers[1] <= numbers[0]


def test_files_without_people_are_none_of_its_business() -> None:
    orders = 'kind = "order"\nkey = "n"\ncolumns = { person = "p", on = "d", amount = "a" }\n'
    text = MAPPING + '\n[[read]]\nfile = "orders.csv"\n' + orders
    assert people_import.prepare(text, [("orders.csv", b"n,p,d,a\n")]) is None
