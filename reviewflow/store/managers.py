"""Managers on a day. The effective lines are stored as dated rows, so that no query recurses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from reviewflow.core.reporting import EVER, Company, Span, effective, overlap
from reviewflow.store.chunks import chunks
from reviewflow.store.locks import Alone, alone
from reviewflow.store.model import FOREVER
from reviewflow.store.people import Membership, Person, ReportingLine, RoleGrant, UnitAbove

_Line = tuple[int, int, date, date]  # person, manager, from, until


def managers_of(session: Session, person_ids: Iterable[int], day: date) -> dict[int, int]:
    """Effective managers on a day; who has none is not a key. One query per 10,000 people."""
    found: dict[int, int] = {}
    for some in chunks(person_ids):
        rows = session.execute(
            select(ReportingLine.person_id, ReportingLine.manager_id).where(
                ReportingLine.person_id.in_(some),
                ReportingLine.kind == "effective",
                ReportingLine.from_on <= day,
                ReportingLine.until_on > day,
            )
        )
        found.update((person_id, manager_id) for person_id, manager_id in rows)
    return found


def rewrite_effective_lines(session: Session) -> int:
    """Derive all effective lines anew, write what differs, and return how many rows were taken out or put in.

    To be called after every change of people, solid lines, memberships, units or grants of HR.
    """
    alone(session, Alone.effective_lines)
    company = _company(session)
    wanted = {
        (person_id, span.holder, span.from_on, span.until_on)
        for person_id in company.here
        for span in effective(company, person_id)
        if span.holder is not None
    }
    stored = _stored(session)
    _take_out(session, stored - wanted)
    _put_in(session, wanted - stored)
    return len(stored ^ wanted)


def _stored(session: Session) -> set[_Line]:
    line = ReportingLine
    found = select(line.person_id, line.manager_id, line.from_on, line.until_on).where(
        line.kind == "effective"
    )
    return {
        (person_id, manager_id, first, last) for person_id, manager_id, first, last in session.execute(found)
    }


def _take_out(session: Session, lines: set[_Line]) -> None:
    table = ReportingLine.metadata.tables["reporting_line"]
    one = delete(table).where(
        table.c.kind == "effective",
        table.c.person_id == bindparam("person"),
        table.c.from_on == bindparam("first"),
    )
    if lines:
        session.connection().execute(
            one, [{"person": person, "first": first} for person, _, first, _ in lines]
        )


def _put_in(session: Session, lines: set[_Line]) -> None:
    names = ("person_id", "manager_id", "from_on", "until_on")
    if lines:
        rows = [{"kind": "effective", **dict(zip(names, line, strict=True))} for line in sorted(lines)]
        session.execute(insert(ReportingLine), rows)


def _company(session: Session) -> Company:
    people = session.execute(select(Person.id, Person.hired_on, Person.left_on))
    here = {person_id: (hired_on or EVER, first_day_away(left_on)) for person_id, hired_on, left_on in people}
    line, member = ReportingLine, Membership
    solid = select(line.person_id, line.from_on, line.until_on, line.manager_id).where(line.kind == "solid")
    units = select(member.person_id, member.from_on, member.until_on, member.unit_id)
    return Company(
        here=here,
        managers=_spans(session.execute(solid.order_by(line.person_id, line.from_on))),
        units=_spans(session.execute(units.order_by(member.person_id, member.from_on))),
        hr=_hr(session, here),
        above=_units_above(session),
    )


def _spans(rows: Iterable[tuple[int, date, date, int]]) -> dict[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for key, from_on, until_on, holder in rows:
        spans[key].append(Span(from_on, until_on, holder))
    return spans


def _hr(session: Session, here: Mapping[int, tuple[date, date]]) -> dict[int, list[Span]]:
    grant = RoleGrant
    granted = (
        select(grant.unit_id, grant.from_on, grant.until_on, grant.person_id)
        .where(grant.role == "hr")
        .order_by(grant.unit_id, grant.person_id, grant.from_on)
    )
    return {
        unit_id: [part for span in spans for part in overlap(Span(*here[span.holder or 0], None), span)]
        for unit_id, spans in _spans(session.execute(granted)).items()
    }


def _units_above(session: Session) -> dict[int, list[int]]:
    """Nearest first: the nearer of two units above has more units above itself."""
    above: dict[int, list[int]] = defaultdict(list)
    for unit_id, above_id in session.execute(select(UnitAbove.unit_id, UnitAbove.above_id)):
        above[unit_id].append(above_id)
    depth = {unit_id: len(units) for unit_id, units in above.items()}
    return {unit_id: sorted(units, key=lambda unit: -depth[unit]) for unit_id, units in above.items()}


def first_day_away(left_on: date | None) -> date:
    """The day after the last day of work; `FOREVER` for who stays."""
    return left_on + timedelta(days=1) if left_on and left_on < FOREVER else FOREVER
