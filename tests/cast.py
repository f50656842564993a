"""The people every test knows, in a company of three units.

company (Hu: HR; Fang: finance; Director: sales director)
+- sales (Wang: manager of Lin; Director: manager of Wang)
|  +- east (Lin)
+- office (Zhao, a stranger; Hu, Fang)
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reviewflow.store.people import Membership, Person, ReportingLine, RoleGrant, Unit, UnitAbove

HIRED = date(2009, 1, 5)
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Cast:
    """Ids of the people and units of `write_cast`."""

    director: int = 1
    wang: int = 2
    lin: int = 3
    hu: int = 4
    fang: int = 5
    zhao: int = 6
    company: int = 1
    sales: int = 2
    east: int = 3
    office: int = 4

    def people(self) -> tuple[int, ...]:
        return tuple(getattr(self, field.name) for field in fields(self)[:6])


CAST = Cast()

_PEOPLE = (
    (CAST.director, "P001", "Deng Rui", "zh", CAST.company, "sales director", None),
    (CAST.wang, "P002", "Wang Fang", "zh", CAST.sales, "sales manager", CAST.director),
    (CAST.lin, "P003", "Lin Yue", "zh", CAST.east, "sales rep", CAST.wang),
    (CAST.hu, "P004", "Hu Min", "zh", CAST.office, "HR", CAST.director),
    (CAST.fang, "P005", "Fang Jie", "en", CAST.office, "finance", CAST.director),
    (CAST.zhao, "P006", "Zhao Lei", "en", CAST.office, "clerk", CAST.director),
)
_UNITS = (
    (CAST.company, "company", None),
    (CAST.sales, "sales", CAST.company),
    (CAST.east, "east", CAST.sales),
    (CAST.office, "office", CAST.company),
)
_ABOVE = ((1, 1), (2, 2), (2, 1), (3, 3), (3, 2), (3, 1), (4, 4), (4, 1))
_GRANTS = (
    (CAST.hu, "hr", CAST.director),
    (CAST.fang, "finance", CAST.director),
    (CAST.director, "sales_director", CAST.hu),
)


def write_cast(session: Session) -> Cast:
    """Write the cast into an empty database and return its ids."""
    session.execute(
        insert(Unit),
        [{"id": i, "code": code, "name": code.title(), "parent_id": up} for i, code, up in _UNITS],
    )
    session.execute(insert(UnitAbove), [{"unit_id": unit, "above_id": above} for unit, above in _ABOVE])
    for person_id, external_id, name, language, unit_id, position, manager_id in _PEOPLE:
        _write_person(session, person_id, external_id, name, language)
        session.execute(
            insert(Membership).values(person_id=person_id, unit_id=unit_id, position=position, from_on=HIRED)
        )
        if manager_id is not None:
            for kind in ("solid", "effective"):
                session.execute(
                    insert(ReportingLine).values(
                        person_id=person_id, manager_id=manager_id, kind=kind, from_on=HIRED
                    )
                )
    for person_id, role, granted_by in _GRANTS:
        session.execute(
            insert(RoleGrant).values(
                person_id=person_id, role=role, unit_id=CAST.company, from_on=HIRED, granted_by=granted_by
            )
        )
    _move_keys_on(session)
    return CAST


def _write_person(session: Session, person_id: int, external_id: str, name: str, language: str) -> None:
    session.execute(
        insert(Person).values(
            id=person_id,
            external_id=external_id,
            name=name,
            email=f"{external_id.lower()}@example.com",
            language=language,
            zone=ZONE,
            hired_on=HIRED,
        )
    )


def _move_keys_on(session: Session) -> None:
    """PostgreSQL's sequences do not notice ids that were given; the next row would collide."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("person", "unit"):
            session.connection().exec_driver_sql(
                f"select setval(pg_get_serial_sequence('{table}','id'), (select max(id) from {table}))"
            )
