"""Writing the plan of an import: units, people, dated rows, targets, and what is derived from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.services.people_import.accepting import CHANGED
from reviewflow.services.people_import.dated import Changes
from reviewflow.services.people_import.planning import Plan
from reviewflow.services.people_import.state import State
from reviewflow.store import audit, managers, staff
from reviewflow.store.audit import Audit
from reviewflow.store.facts.rows import Target
from reviewflow.store.model import Model
from reviewflow.store.people import Membership, PayBase, Person, ReportingLine, Unit

Row = dict[str, Any]


def write(
    session: Session, moment: Moment, viewer: Viewer, made: Plan, state: State, numbers: Sequence[int | None]
) -> None:
    """Everything of the plan, in bulk; only what is corrected in place and who leaves goes one by one."""
    _units(session, made)
    _people(session, made, state)
    ids = dict(session.execute(select(Person.external_id, Person.id)).all())
    now = {old: new for new, old in made.people.renamed.items()}

    def id_of(key: object) -> int:
        return ids[now.get(str(key), str(key))]

    _dated_rows(session, made, id_of)
    _targets(session, made, id_of, numbers)
    _leavers(session, made, id_of)
    if made.became or made.people.leaving:
        staff.rewrite_units_above(session)
        managers.rewrite_effective_lines(session)
    _record(session, moment, viewer, made, id_of)


def _units(session: Session, made: Plan) -> None:
    """Units first without their parents, who may be new too."""
    if made.units.new:
        session.execute(
            insert(Unit),
            [{"code": code, "name": made.units.wanted[code][0], "hidden": False} for code in made.units.new],
        )
    table = Unit.metadata.tables["unit"]
    codes = dict(session.execute(select(Unit.code, Unit.id)).all())
    rows = [
        {"the_id": codes[code], "called": name, "above": codes[parent] if parent is not None else None}
        for code, (name, parent) in made.units.wanted.items()
    ]
    _many(
        session,
        update(table)
        .where(table.c.id == bindparam("the_id"))
        .values(name=bindparam("called"), parent_id=bindparam("above")),
        rows,
    )


def _people(session: Session, made: Plan, state: State) -> None:
    if made.people.new:
        wanted = made.people.wanted
        session.execute(insert(Person), [_new(key, wanted[key]) for key in made.people.new])
    for key, values in made.people.changed.items():
        person = state.people[made.people.renamed.get(key, key)]
        session.execute(update(Person).where(Person.id == person.id).values(values))


def _new(key: str, values: Mapping[str, Any]) -> Row:
    return {
        "external_id": key,
        "name": values["name"],
        "email": values.get("email"),
        "language": values["language"],
        "zone": values["zone"],
        "hired_on": values.get("hired"),
        "left_on": values.get("left"),
    }


def _dated_rows(session: Session, made: Plan, id_of: Callable[[object], int]) -> None:
    """Memberships, managers and pay bases."""
    codes = dict(session.execute(select(Unit.code, Unit.id)).all())
    _dated(
        session,
        Membership,
        made.members,
        lambda key: {"person_id": id_of(key)},
        lambda says: {"unit_id": codes[str(says[0])], "position": says[1]},
    )
    _dated(
        session,
        ReportingLine,
        made.lines,
        lambda key: {"person_id": id_of(key[0]), "kind": key[1]},
        lambda says: {"manager_id": id_of(says[0])},
    )
    _dated(
        session,
        PayBase,
        made.pay,
        lambda key: {"person_id": id_of(key[0]), "component": key[1]},
        lambda says: dict(zip(("amount_minor", "rate_e6", "currency"), says, strict=True)),
    )


def _dated(
    session: Session,
    model: type[Model],
    changes: Changes[Any],
    key_of: Callable[[Any], Row],
    says_of: Callable[[tuple[object, ...]], Row],
) -> None:
    """Take out, end, correct and put in rows, in this order: what is put in begins where another ended."""
    table = model.__table__
    assert isinstance(table, Table)
    names = [column.name for column in table.primary_key.columns]
    here = [table.c[name] == bindparam(f"the_{name}") for name in names]

    def place(key: Any, day: date) -> Row:
        return {f"the_{name}": value for name, value in {**key_of(key), "from_on": day}.items()}

    _many(session, delete(table).where(*here), [place(key, day) for key, day in sorted(changes.removed)])
    ended = [place(key, day) | {"end": end} for (key, day), end in changes.ended.items()]
    _many(session, update(table).where(*here).values(until_on=bindparam("end")), ended)
    for (key, day), says in changes.corrected.items():
        session.execute(update(table).where(*here).values(says_of(says)), place(key, day))
    rows = [
        {**key_of(key), **says_of(row.says), "from_on": row.from_on, "until_on": row.until_on}
        for key, row in changes.opened
    ]
    if rows:
        session.execute(insert(table), rows)


def _many(session: Session, statement: Any, rows: Sequence[Row]) -> None:
    if rows:
        session.connection().execute(statement, list(rows))


def _targets(
    session: Session, made: Plan, id_of: Callable[[object], int], numbers: Sequence[int | None]
) -> None:
    table = Target.metadata.tables["target"]
    keys = [
        {"person": id_of(person), "what": indicator, "begin": begin}
        for person, indicator, begin in made.targets
    ]
    here = (
        table.c.person_id == bindparam("person"),
        table.c.indicator == bindparam("what"),
        table.c.starts_on == bindparam("begin"),
    )
    _many(session, delete(table).where(*here), keys)
    rows = [
        {
            "person_id": id_of(person),
            "indicator": indicator,
            "starts_on": begin,
            "ends_on": given.ends_on,
            "target_e4": given.value_e4,
            "batch_no": numbers[given.reading],
        }
        for (person, indicator, begin), given in made.targets.items()
    ]
    if rows:
        session.execute(insert(Target), rows)


def _leavers(session: Session, made: Plan, id_of: Callable[[object], int]) -> None:
    for key, last_day in made.people.leaving.items():
        staff.leave(session, id_of(key), last_day)
    back = [id_of(key) for key in made.people.returning]
    if back:
        session.execute(update(Person).where(Person.id.in_(back)).values(left_on=None))


def _record(
    session: Session, moment: Moment, viewer: Viewer, made: Plan, id_of: Callable[[object], int]
) -> None:
    """One audit row for each person who came, changed or left: which fields, never what is in them."""
    rows = [_audit(moment, viewer, "person.created", id_of(key), {}) for key in made.people.new]
    fields = _fields(made)
    for (kind, key, *_), became in made.became.items():
        if (kind, became) == ("people", CHANGED) and key not in made.people.leaving:
            detail = {"fields": sorted(fields[key])}
            rows.append(_audit(moment, viewer, "person.changed", id_of(key), detail))
    for key, last_day in made.people.leaving.items():
        rows.append(_audit(moment, viewer, "person.left", id_of(key), {"last_day": last_day.isoformat()}))
    for person in sorted({key[0] for key in _touched(made.pay)}):
        rows.append(_audit(moment, viewer, "person.pay_base_changed", id_of(person), {}))
    if rows:
        session.execute(insert(Audit), rows)


def _fields(made: Plan) -> defaultdict[str, set[str]]:
    """What changed about each person."""
    fields: defaultdict[str, set[str]] = defaultdict(set)
    for key, values in made.people.changed.items():
        fields[key] |= set(values)
    for key in made.people.returning:
        fields[key].add("left_on")
    for key in _touched(made.members):
        fields[key].add("membership")
    for key, kind in _touched(made.lines):
        fields[key].add(f"{kind}_line")
    return fields


def _touched(changes: Changes[Any]) -> set[Any]:
    placed = [*changes.ended, *changes.corrected, *changes.removed]
    return {key for key, _ in placed} | {key for key, _ in changes.opened}


def _audit(moment: Moment, viewer: Viewer, action: str, person_id: int, detail: Mapping[str, Any]) -> Row:
    return audit.row(moment.wall, viewer.person_id, action, about_person_id=person_id, detail=detail)
