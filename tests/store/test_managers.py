"""Stored effective lines: on every day what the plain rule says, and rewritten only where they differ."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.store import db, staff
from reviewflow.store.managers import managers_of, rewrite_effective_lines
from reviewflow.store.people import Person, ReportingLine
from tests.cast import Cast, write_cast
from tests.counting import counted
from tests.store import worlds

TODAY = date(2026, 4, 1)


def test_every_day_of_20_random_companies(session: Session) -> None:
    for seed in range(500, 520):
        world = worlds.make(seed)
        worlds.write(session, [world])
        ids = [person["id"] for person in world.people]
        for step in range(0, 400, 9):
            day = worlds.FIRST + timedelta(days=step)
            expected = {key: worlds.manager(world, key, day) for key in ids}
            assert managers_of(session, ids, day) == {k: v for k, v in expected.items() if v is not None}
        session.rollback()


def test_no_two_effective_lines_of_a_person_overlap(session: Session) -> None:
    worlds.write(session, [worlds.make(seed) for seed in range(30)])
    line = ReportingLine
    found = select(line.person_id, line.from_on, line.until_on).where(line.kind == "effective")
    rows = session.execute(found.order_by(line.person_id, line.from_on)).all()
    for (person, _, until), (other, begins, _) in pairwise(rows):
        assert person != other or until <= begins


def test_rewriting_again_changes_nothing(session: Session) -> None:
    write_cast(session)
    rewrite_effective_lines(session)
    with counted(session.get_bind().engine) as queries:
        assert rewrite_effective_lines(session) == 0
    assert not [query for query in queries if query.startswith(("INSERT", "DELETE"))]


def test_when_the_manager_leaves_the_next_one_up_takes_over(session: Session) -> None:
    cast = write_cast(session)
    rewrite_effective_lines(session)
    staff.leave(session, cast.wang, last_day=TODAY)
    rewrite_effective_lines(session)
    assert managers_of(session, [cast.lin], TODAY) == {cast.lin: cast.wang}
    assert managers_of(session, [cast.lin], TODAY + timedelta(days=1)) == {cast.lin: cast.director}


def test_the_top_of_the_company_reports_to_hr(session: Session) -> None:
    cast = write_cast(session)
    rewrite_effective_lines(session)
    assert managers_of(session, [cast.director], TODAY) == {cast.director: cast.hu}


def test_managers_of_many_people_is_one_query(engine: Engine, cast: Cast) -> None:
    with db.write(engine) as session:
        people = [_person(number) for number in range(100, 400)]
        session.execute(insert(Person), people)
        lines = [
            {
                "person_id": person["id"],
                "manager_id": cast.wang,
                "kind": "effective",
                "from_on": date(2020, 1, 1),
            }
            for person in people
        ]
        session.execute(insert(ReportingLine), lines)
    with db.read(engine) as session, counted(engine) as queries:
        found = managers_of(session, range(100, 400), TODAY)
    assert set(found.values()) == {cast.wang}
    assert len(found) == 300
    assert len(queries) == 1


def test_a_changed_solid_line_is_followed(session: Session) -> None:
    cast = write_cast(session)
    rewrite_effective_lines(session)
    moved = update(ReportingLine).where(ReportingLine.person_id == cast.lin, ReportingLine.kind == "solid")
    session.execute(moved.values(until_on=TODAY))
    session.execute(insert(ReportingLine).values(person_id=cast.lin, manager_id=cast.zhao, from_on=TODAY))
    assert rewrite_effective_lines(session) == 3
    assert managers_of(session, [cast.lin], TODAY - timedelta(days=1)) == {cast.lin: cast.wang}
    assert managers_of(session, [cast.lin], TODAY) == {cast.lin: cast.zhao}


def _person(person_id: int) -> worlds.Row:
    return {
        "id": person_id,
        "external_id": f"x{person_id}",
        "name": f"X{person_id}",
        "language": "en",
        "zone": "UTC",
    }
