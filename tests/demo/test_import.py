"""The demo's people taken in day by day, as a real HR system would send them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import Engine, select

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.demo.exports import write_people
from reviewflow.services import collect, people_import
from reviewflow.store import db
from reviewflow.store.people import Membership, PayBase, Person, ReportingLine, Unit
from tests.demo.world import CLOSED, RUNNING, people

FILES = ("units.csv", "people.csv", "pay_base.csv")


def take_in(engine: Engine, folder: Path, on: date) -> people_import.PeopleReport:
    """Import the export of a day on that day."""
    write_people(folder, people(), on)
    at = datetime.combine(on, time(9), UTC)
    moment, viewer = Moment(business=at, wall=at), Viewer(None, (), on, "en")
    text = (folder / "people.toml").read_text(encoding="utf-8")
    prepared = people_import.prepare(text, [(name, (folder / name).read_bytes()) for name in FILES])
    assert prepared is not None
    with db.write(engine) as session:
        collect.accept_mapping(session, moment, viewer, text)
        return people_import.import_people(session, moment, viewer, prepared)


def test_changes_in_mid_cycle_become_dated_rows(engine: Engine, tmp_path: Path) -> None:
    """Nothing is refused; the mover's manager, the leaver and the late joiner carry their days."""
    days = (CLOSED.starts_on, *people().changes_after(CLOSED.starts_on))
    reports = [take_in(engine, tmp_path / str(day), day) for day in days]
    assert [file.bad_lines for report in reports for file in report.files] == [0] * 3 * len(days)
    assert [report.alarms for report in reports] == [()] * len(days)
    mover, leaver, late = (people().person(key) for key in ("mover", "leaver", "late"))
    moved_on = mover.assignments[1].from_on
    with db.read(engine) as session:
        ids = {person.external_id: person.id for person in session.scalars(select(Person))}
        lines = session.execute(
            select(ReportingLine.manager_id, ReportingLine.until_on)
            .where(ReportingLine.person_id == ids[mover.external_id], ReportingLine.kind == "solid")
            .order_by(ReportingLine.from_on)
        ).all()
        left = session.get_one(Person, ids[leaver.external_id]).left_on
        hired = session.get_one(Person, ids[late.external_id]).hired_on
        bases = session.scalars(select(PayBase).where(PayBase.person_id == ids[late.external_id])).all()
        now = session.execute(
            select(Unit.code)
            .join(Membership, Membership.unit_id == Unit.id)
            .where(Membership.person_id == ids[mover.external_id])
            .order_by(Membership.from_on)
        ).all()
    seats = [ids[seat.manager or ""] for seat in mover.assignments]
    assert [tuple(line) for line in lines] == [(seats[0], moved_on), (seats[1], date(9999, 12, 31))]
    assert [code for (code,) in now] == ["SH1", "BJ"]
    assert (left, hired) == (leaver.left_on, late.hired_on)
    assert {base.component for base in bases} == {"bonus", "commission"}
    assert all(RUNNING.starts_on < day < RUNNING.ends_on for day in days[1:])
