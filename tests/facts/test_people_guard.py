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
from reviewflow.store.people import Person, RoleGrant, Unit
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


WITHOUT_LEFT = COMPLETE.replace('left = "left"\n', "")


def test_who_was_dropped_from_a_complete_file_by_mistake_returns_with_the_next(
    session: Session, moment: Moment
) -> None:
    company(session, moment)
    lin = person(session, "3")
    roles = ("hr", date(2026, 1, 1)), ("auditor", TODAY)  # the second would only have begun
    session.add_all(
        RoleGrant(
            person_id=lin.id, role=role, unit_id=members_unit(session), from_on=begin,
            granted_by=person(session, "1").id,
        )
        for role, begin in roles
    )  # fmt: skip
    session.flush()
    short = "".join(line + "\n" for line in PEOPLE.splitlines() if not line.startswith("3,"))
    assert bring(session, moment, {"people.csv": short}, WITHOUT_LEFT).leavers == ("3",)
    session.expire_all()
    assert person(session, "3").left_on == date(2026, 3, 31)
    report = bring(session, moment, {"people.csv": PEOPLE}, WITHOUT_LEFT)
    session.expire_all()
    assert person(session, "3").left_on is None
    [back] = report.returned
    assert (back.person, back.name, back.ended_roles) == ("3", "Lin Yue", (("hr", "East"),))
    assert report.changed == ("3",)
    assert bring(session, moment, {"people.csv": PEOPLE}, WITHOUT_LEFT).returned == ()


def members_unit(session: Session) -> int:
    return session.scalars(select(Unit.id).where(Unit.code == "E")).one()


def test_who_leaves_later_or_is_in_part_of_a_company_does_not_return(
    session: Session, moment: Moment
) -> None:
    company(session, moment)
    for day, mapping in ((date(2026, 3, 31), WITHOUT_LEFT.replace("complete = true\n", "")),
                         (date(2026, 4, 30), WITHOUT_LEFT)):  # fmt: skip
        person(session, "3").left_on = day
        session.flush()
        assert bring(session, moment, {"people.csv": PEOPLE}, mapping).returned == ()
        assert person(session, "3").left_on == day


def test_who_would_have_left_before_they_came_is_refused(session: Session, moment: Moment) -> None:
    company(session, moment)
    unhired = MAPPING.replace('hired = "hired"\n', "")
    text = "id,name,mail,left,unit,job,boss\n4,Zhao Lei,z@x,2026-03-31,E,rep,2\n"
    report = bring(session, moment, {"people.csv": text}, unhired)
    assert refusals(report) == [("people.csv", 2, "left", "2026-03-31", "row.ends_before")]
    bring(session, moment, {"people.csv": PEOPLE.replace("2024-05-06,,E", "2024-05-06,2026-03-31,E")})
    again = "id,name,mail,hired,unit,job,boss\n3,Lin Yue,l@x,2026-06-01,E,rep,2\n"
    report = bring(session, moment, {"people.csv": again}, MAPPING.replace('left = "left"\n', ""))
    assert refusals(report) == [("people.csv", 2, "hired", "2026-06-01", "row.begins_after")]
    assert person(session, "3").left_on == date(2026, 3, 31)


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


RENUMBERED = HEADER + (
    "A1,Deng Rui,d@x,2020-01-01,,HQ,director,\n"
    "2,Wang Fang,w@x,2020-01-01,,S,manager,A1\n"
    "A3,Lin Yue,L@X,2024-05-06,,E,rep,A1\n"
    "4,Zhao Lei,z@x,2026-05-01,,E,rep,2\n"
)


def test_an_import_with_other_ids_is_stopped_and_once_confirmed_keeps_the_people(
    session: Session, moment: Moment
) -> None:
    company(session, moment)
    before = person(session, "3").id
    with pytest.raises(Refused) as refused:
        bring(session, moment, {"people.csv": RENUMBERED}, COMPLETE)
    assert [(r.key, r.params["count"]) for r in refused.value.reasons] == [("people.too_many_ids", 2)]
    report = bring(session, moment, {"people.csv": RENUMBERED}, COMPLETE, confirmed="New payroll system.")
    assert (report.renamed, report.leavers, report.newcomers) == ((("1", "A1"), ("3", "A3")), (), ())
    assert person(session, "A3").id == before
    assert bosses(session, "A3") == [("2", date(2024, 5, 6), TODAY), ("A1", TODAY, FOREVER)]
    assert bosses(session, "2") == [("A1", date(2020, 1, 1), FOREVER)]


def test_in_part_of_a_company_nobody_gets_another_id(session: Session, moment: Moment) -> None:
    company(session, moment)
    report = bring(session, moment, {"people.csv": RENUMBERED})
    assert (report.renamed, report.newcomers) == ((), ("A1", "A3"))
    assert person(session, "1").name == "Deng Rui"


@pytest.mark.parametrize(
    "lines",
    [
        "A1,New One,d@x,2020-01-01,,HQ,rep,\nA5,New Two,d@x,2020-01-01,,HQ,rep,\n",  # two new ones share it
        "A1,New One,d@x,2026-03-01,,HQ,rep,\n",  # somebody else, who came on another day
        "A1,New One,w@x,2020-01-01,,HQ,rep,\n",  # Wang has it and is here
    ],
)
def test_a_shared_mailbox_takes_over_nobody(session: Session, moment: Moment, lines: str) -> None:
    company(session, moment)
    rest = PEOPLE.partition("1,Deng")[2].partition("\n")[2].replace(",manager,1", ",manager,")
    report = bring(session, moment, {"people.csv": HEADER + lines + rest}, COMPLETE, confirmed="Two came.")
    assert (report.renamed, report.leavers) == ((), ("1",))
    assert person(session, "1").name == "Deng Rui"
    assert person(session, "A1").name == "New One"


def test_of_two_here_with_one_mailbox_nobody_is_taken_over(session: Session, moment: Moment) -> None:
    company(session, moment)
    bring(session, moment, {"people.csv": HEADER + "5,Qian Bo,d@x,2020-01-01,,HQ,rep,\n"})
    rest = PEOPLE.partition("1,Deng")[2].partition("\n")[2].replace(",manager,1", ",manager,")
    new = HEADER + "A1,New One,d@x,2020-01-01,,HQ,rep,\n" + rest
    assert bring(session, moment, {"people.csv": new}, COMPLETE, confirmed="So it is.").renamed == ()


def test_who_may_import(session: Session, moment: Moment, cast: Cast) -> None:
    collect.accept_mapping(session, moment, the_clock(TODAY), MAPPING)
    prepared = people_import.prepare(MAPPING, [("names.csv", b"id,name\n7,Qian\n")])
    assert prepared is not None
    inputter = Viewer(cast.zhao, (Grant("data_inputter", cast.company),), TODAY)
    with pytest.raises(Refused) as refused:
        people_import.import_people(session, moment, inputter, prepared)
    assert refused.value.reasons[0].key == "people.not_granted"
    partly = Viewer(cast.zhao, (Grant("hr", cast.sales), Grant("hr", cast.office)), TODAY)
    with pytest.raises(Refused) as refused:
        people_import.import_people(session, moment, partly, prepared)
    assert refused.value.reasons[0].key == "people.part_only"
    with pytest.raises(Refused):
        people_import.dry_run(session, moment, partly, prepared)
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


def test_ids_that_change_under_names_that_stay_are_noticed_without_e_mail_or_first_day(
    session: Session, moment: Moment
) -> None:
    mapping = WITHOUT_LEFT
    lines = "".join(f"{number},Name {number},,,,HQ,,\n" for number in range(100, 120))
    bring(
        session,
        moment,
        {"units.csv": UNITS, "people.csv": HEADER + lines},
        mapping,
        confirmed="The first import.",
    )
    for number in range(100, 105):
        lines = lines.replace(f"{number},Name", f"N{number},Name")
    with pytest.raises(Refused) as refused:
        bring(session, moment, {"people.csv": HEADER + lines}, mapping)
    assert [reason.key for reason in refused.value.reasons] == ["people.too_many_ids"]
    assert refused.value.reasons[0].params["count"] == 5


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_an_id_that_a_spreadsheet_takes_for_a_formula_is_refused(
    session: Session, moment: Moment, sign: str
) -> None:
    company(session, moment)
    report = bring(session, moment, {"people.csv": HEADER + f"{sign}C1,Odd One,o@x,,,E,rep,2\n"})
    assert [(bad.column, bad.value, bad.reason.key) for bad in report.files[0].bad] == [
        ("id", f"{sign}C1", "row.id_sign")
    ]
