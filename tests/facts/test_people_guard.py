"""What an import of people refuses, and where it stops until HR says why."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Grant, Viewer, the_clock
from reviewflow.services import collect, people_import
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.facts.rows import BadRow
from reviewflow.store.model import FOREVER
from reviewflow.store.people import Person, RoleGrant
from tests.cast import Cast
from tests.facts.staff import (
    COMPLETE,
    HEADER,
    MAPPING,
    PEOPLE,
    TODAY,
    UNITS,
    bosses,
    bring,
    company,
    person,
    refusals,
)


def test_bad_lines_are_refused_with_those_who_hang_on_them(session: Session, moment: Moment) -> None:
    text = HEADER + (
        "1,Deng Rui,,2020-01-01,,HQ,,\n"
        "2,Wang,,2020-13-01,,S,,1\n"
        "3,Lin,,2024-05-06,,E,,2\n"
        "4,Zhao,,2024-05-06,2023-01-01,E,,1\n"
        "5,Sun,,,,X,,1\n"
        "1,Deng Rui Rui,,,,HQ,,\n"
    )
    report = bring(session, moment, {"units.csv": UNITS, "people.csv": text})
    assert sorted(refusals(report)) == [
        ("people.csv", 3, "hired", "2020-13-01", "row.no_such_day"),
        ("people.csv", 4, "boss", "2", "row.unknown_person"),
        ("people.csv", 5, "left", "2023-01-01", "row.ends_before"),
        ("people.csv", 6, "unit", "X", "row.unknown_unit"),
        ("people.csv", 7, "name", "Deng Rui Rui", "row.contradicts"),
    ]
    assert report.newcomers == ("1",)
    assert len(session.scalars(select(BadRow)).all()) == 5


def test_a_person_named_as_own_manager_has_none(session: Session, moment: Moment) -> None:
    bring(session, moment, {"units.csv": UNITS, "people.csv": HEADER + "1,Deng,,,,HQ,,1\n"})
    assert bosses(session, "1") == []


def test_a_ring_of_managers_is_refused_whole(session: Session, moment: Moment) -> None:
    ring = HEADER + "1,A,,,,HQ,,3\n2,B,,,,HQ,,1\n3,C,,,,HQ,,2\n9,D,,,,HQ,,1\n"
    with pytest.raises(Refused) as refused:
        bring(session, moment, {"units.csv": UNITS, "people.csv": ring})
    assert [(r.key, r.params) for r in refused.value.reasons] == [
        ("people.manager_ring", {"ring": "1 → 3 → 2 → 1"})
    ]
    with pytest.raises(Refused) as refused:
        bring(session, moment, {"units.csv": "code,name,parent\nA,A,B\nB,B,A\n"})
    assert refused.value.reasons[0].key == "people.unit_ring"


def test_leavers_by_column_and_by_absence(session: Session, moment: Moment, cast: Cast) -> None:
    company(session, moment)
    left = PEOPLE.replace("2024-05-06,,E", "2024-05-06,2026-03-31,E")
    report = bring(session, moment, {"people.csv": left})
    assert (report.leavers, person(session, "3").left_on) == (("3",), date(2026, 3, 31))
    bring(session, moment, {"people.csv": PEOPLE})
    assert person(session, "3").left_on is None
    hers = RoleGrant(
        person_id=cast.hu, role="auditor", unit_id=cast.company, from_on=TODAY, granted_by=cast.fang
    )
    session.add(hers)
    session.flush()
    everybody = HEADER + "".join(
        f"{one.external_id},{one.name},{one.email},,,,,\n"
        for one in session.scalars(select(Person))
        if one.id != cast.hu
    )
    report = bring(session, moment, {"people.csv": everybody}, COMPLETE)
    assert report.leavers == ("P004",)
    assert session.get_one(Person, cast.hu).left_on == date(2026, 3, 31)
    session.expire_all()
    kept = session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == cast.hu, RoleGrant.until_on > TODAY)
    )
    assert kept.all() == []


def test_an_import_that_would_remove_many_is_stopped_with_the_list(session: Session, moment: Moment) -> None:
    company(session, moment)
    half = HEADER + "1,Deng Rui,d@x,2020-01-01,,HQ,director,\n2,Wang Fang,w@x,2020-01-01,,S,manager,1\n"
    with pytest.raises(Refused) as refused:
        bring(session, moment, {"people.csv": half}, COMPLETE)
    assert [(r.key, r.params) for r in refused.value.reasons] == [
        ("people.too_many_leave", {"count": 2, "of": 4, "percent": 50})
    ]
    prepared = people_import.prepare(COMPLETE, [("people.csv", half.encode())])
    assert prepared is not None
    tried = people_import.dry_run(session, moment, the_clock(TODAY), prepared)
    assert [(alarm.reason.key, alarm.people) for alarm in tried.alarms] == [
        ("people.too_many_leave", ("3 Lin Yue", "4 Zhao Lei"))
    ]
    with pytest.raises(Refused):
        bring(session, moment, {"people.csv": half}, COMPLETE, confirmed="  ")
    report = bring(session, moment, {"people.csv": half}, COMPLETE, confirmed="The branch was sold.")
    assert report.leavers == ("3", "4")
    last = session.execute(select(Audit.action, Audit.detail).order_by(Audit.id.desc())).first()
    assert last is not None
    assert (last[0], json.loads(last[1])["confirmed"]) == ("people.imported", "The branch was sold.")


def test_an_import_with_other_ids_is_stopped_and_once_confirmed_keeps_the_people(
    session: Session, moment: Moment
) -> None:
    company(session, moment)
    before = person(session, "3").id
    renumbered = HEADER + "A1,Deng Rui,d@x,2020-01-01,,HQ,director,\nA3,Lin Yue,L@X,2024-05-06,,E,rep,A1\n"
    with pytest.raises(Refused) as refused:
        bring(session, moment, {"people.csv": renumbered})
    assert [(r.key, r.params["count"]) for r in refused.value.reasons] == [("people.too_many_ids", 2)]
    report = bring(session, moment, {"people.csv": renumbered}, confirmed="New payroll system.")
    assert report.renamed == (("1", "A1"), ("3", "A3"))
    assert person(session, "A3").id == before
    assert bosses(session, "A3") == [("2", date(2024, 5, 6), TODAY), ("A1", TODAY, FOREVER)]
    assert bosses(session, "2") == [("A1", date(2020, 1, 1), FOREVER)]


def test_who_may_import(session: Session, moment: Moment, cast: Cast) -> None:
    collect.accept_mapping(session, moment, the_clock(TODAY), MAPPING)
    prepared = people_import.prepare(MAPPING, [("names.csv", b"id,name\n7,Qian\n")])
    assert prepared is not None
    inputter = Viewer(cast.zhao, (Grant("data_inputter", cast.company),), TODAY)
    with pytest.raises(Refused) as refused:
        people_import.import_people(session, moment, inputter, prepared)
    assert refused.value.reasons[0].key == "people.not_granted"
    hr = Viewer(cast.hu, (Grant("hr", cast.company),), TODAY)
    assert people_import.import_people(session, moment, hr, prepared).newcomers == ("7",)


def test_a_dry_run_writes_nothing(engine: Engine, moment: Moment) -> None:
    prepared = people_import.prepare(
        MAPPING, [("units.csv", UNITS.encode()), ("people.csv", PEOPLE.encode())]
    )
    assert prepared is not None
    with db.read(engine) as session:
        tried = people_import.dry_run(session, moment, the_clock(TODAY), prepared)
    with db.write(engine) as session:
        done = company(session, moment)
    assert (tried.newcomers, tried.new_units, tried.changed) == (done.newcomers, done.new_units, done.changed)
    assert [file.batch_no for file in tried.files] == [None, None]
