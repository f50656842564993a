"""A company of any size: teams of ten under a manager, all below one sales director."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from reviewflow.store.people import Membership, Person, ReportingLine, RoleGrant, Unit, UnitAbove

HIRED = date(2009, 1, 5)
TEAM = 10
ROOT = 1


@dataclass(frozen=True)
class Crowd:
    """Ids of the people of `write_crowd`: three officers, then everybody else."""

    director: int
    hr: int
    finance: int
    first: int
    last: int

    @property
    def people(self) -> range:
        return range(self.first, self.last + 1)


def write_crowd(session: Session, size: int) -> Crowd:
    """Write `size` people and three officers into an empty database; every tenth person leads a team."""
    crowd = Crowd(1, 2, 3, 4, size + 3)
    teams = range(2, 2 + (size + TEAM - 1) // TEAM)
    _write(session, Unit, [_unit(ROOT, None), *(_unit(team, ROOT) for team in teams)])
    above = [(ROOT, ROOT), *((team, up) for team in teams for up in (team, ROOT))]
    _write(session, UnitAbove, [{"unit_id": unit, "above_id": up} for unit, up in above])
    _write(session, Person, [_person(one) for one in range(1, crowd.last + 1)])
    _write(session, Membership, [_membership(one, crowd) for one in range(1, crowd.last + 1)])
    lines = [line for one in range(2, crowd.last + 1) for line in _lines(one, crowd)]
    _write(session, ReportingLine, lines)
    roles = ((crowd.director, "sales_director"), (crowd.hr, "hr"), (crowd.finance, "finance"))
    _write(session, RoleGrant, [_grant(person, role, crowd) for person, role in roles])
    _move_keys_on(session)
    return crowd


def _write(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    table: Table = model.__table__
    session.connection().execute(insert(table), list(rows))


def _unit(key: int, parent: int | None) -> dict[str, Any]:
    return {"id": key, "code": f"U{key}", "name": f"Unit {key}", "parent_id": parent, "hidden": False}


def _person(key: int) -> dict[str, Any]:
    return {
        "id": key,
        "external_id": f"P{key:06d}",
        "name": f"Person {key}",
        "email": f"p{key}@example.com",
        "language": "zh" if key % 2 else "en",
        "zone": "Asia/Shanghai",
        "hired_on": HIRED,
    }


def _membership(key: int, crowd: Crowd) -> dict[str, Any]:
    unit = 2 + (key - crowd.first) // TEAM if key >= crowd.first else ROOT
    return {"person_id": key, "unit_id": unit, "position": "sales rep", "from_on": HIRED}


def _lines(key: int, crowd: Crowd) -> list[dict[str, Any]]:
    leader = crowd.first + (key - crowd.first) // TEAM * TEAM if key >= crowd.first else key
    manager = crowd.director if key == leader else leader
    return [
        {"person_id": key, "manager_id": manager, "kind": kind, "from_on": HIRED}
        for kind in ("solid", "effective")
    ]


def _grant(person_id: int, role: str, crowd: Crowd) -> dict[str, Any]:
    by = crowd.hr if person_id == crowd.director else crowd.director
    return {"person_id": person_id, "role": role, "unit_id": ROOT, "from_on": HIRED, "granted_by": by}


def _move_keys_on(session: Session) -> None:
    """PostgreSQL's sequences do not notice ids that were given; the next row would collide."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("person", "unit"):
            session.connection().exec_driver_sql(
                f"select setval(pg_get_serial_sequence('{table}','id'), (select max(id) from {table}))"
            )
