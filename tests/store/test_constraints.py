"""Every constraint of the database refuses what it is there for, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Engine,
    Float,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    Table,
    UniqueConstraint,
    insert,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from reviewflow.store import append_only, db
from reviewflow.store.schema import metadata
from tests.store.rows import AT, NOBODY, Values, fresh, good, write_world

TABLES = metadata.tables
NEW_YEAR, EVE, NEXT_YEAR = date(2026, 1, 1), date(2025, 12, 31), date(2027, 1, 1)
RATED: Values = {"rating": "A", "rating_computed": "A", "frozen_at": AT, "frozen_batch": 1}
PROMOTION: Values = {
    "component": "promotion",
    "amount_minor": None,
    "proposed_minor": None,
    "currency": None,
}
RELEASED: Values = RATED | {"released_at": AT}

# (table, constraint, the good row changed so that this one constraint is hurt)
FORBIDDEN: tuple[tuple[str, str, Values], ...] = (
    ("answer", "page", {"page": "0" * 32}),
    ("audit_seal", "row_count", {"row_count": 0}),
    ("batch_counter", "one", {"id": 2}),
    ("business_clock", "one", {"id": 2}),
    ("company", "one", {"id": 2}),
    ("definition", "kind", {"kind": "letter"}),
    ("lake_file", "batches", {"from_no": 5, "until_no": 5}),
    ("lake_file", "part", {"part": "head"}),
    ("outbox", "done", {"done_at": AT, "holder": "me", "held_until": AT}),
    ("outbox", "held", {"holder": "me"}),
    ("outbox", "held", {"held_until": AT}),
    ("person", "language", {"language": "fr"}),
    ("person", "left_after_hired", {"hired_on": NEW_YEAR, "left_on": EVE}),
    ("unit", "not_own_parent", {"id": 7, "parent_id": 7}),
    ("account", "theme", {"theme": "pink"}),
    ("cycle", "dates", {"starts_on": NEW_YEAR, "ends_on": EVE}),
    ("duty", "what", {"what": "must"}),
    ("landing_batch", "holds", {"holds": "pay"}),
    ("membership", "dates", {"from_on": NEW_YEAR, "until_on": NEW_YEAR}),
    ("pay_base", "amount_or_rate", {"rate_e6": 5}),
    ("pay_base", "amount_or_rate", {"amount_minor": None}),
    ("pay_base", "dates", {"from_on": NEW_YEAR, "until_on": NEW_YEAR}),
    ("reporting_line", "dates", {"from_on": NEW_YEAR, "until_on": NEW_YEAR}),
    ("reporting_line", "kind", {"kind": "friend"}),
    ("reporting_line", "not_own_manager", {"person_id": 1, "manager_id": 1}),
    ("role_grant", "dates", {"from_on": NEW_YEAR, "until_on": NEW_YEAR}),
    ("role_grant", "before_leaving", {"before_leaving": NEXT_YEAR, "until_on": NEXT_YEAR}),
    ("role_grant", "not_to_oneself", {"person_id": 1, "granted_by": 1}),
    ("role_grant", "role", {"role": "manager"}),
    ("landing", "currency", {"amount_e4": 1}),
    ("landing", "revision", {"revision": 0}),
    ("launch_item", "reason", {"state": "skipped"}),
    ("launch_item", "reason", {"state": "created", "reason": "no_manager"}),
    ("launch_item", "state", {"state": "lost", "reason": "no_manager"}),
    ("subject", "kind", {"kind": "appeal"}),
    ("survey_answer", "step", {"step": -1}),
    ("target", "dates", {"starts_on": NEW_YEAR, "ends_on": EVE}),
    ("message", "sent", {"state": "sent"}),
    ("message", "sent", {"sent_at": AT}),
    ("message", "state", {"state": "read"}),
    ("move_log", "actor", {"role": "hr"}),
    ("move_log", "actor", {"actor_id": 1}),
    ("review", "acknowledged_how", RELEASED | {"acknowledged_at": AT}),
    ("review", "acknowledged_how", {"acknowledgement": "no_answer"}),
    ("review", "acknowledged_is_released", {"acknowledged_at": AT, "acknowledgement": "no_answer"}),
    ("review", "acknowledgement", RELEASED | {"acknowledged_at": AT, "acknowledgement": "agreed"}),
    ("review", "closed_is_answered", {"closed_at": AT}),
    ("review", "frozen_batch", {"frozen_at": AT}),
    ("review", "frozen_batch", {"frozen_batch": 1}),
    ("review", "kind", {"kind": "award"}),
    ("review", "override_has_reason", {"rating": "A", "rating_computed": "B"}),
    ("review", "override_has_reason", {"rating": "A"}),
    ("review", "released_is_rated", {"released_at": AT, "frozen_at": AT, "frozen_batch": 1}),
    ("review", "released_is_rated", {"released_at": AT, "rating": "A", "rating_computed": "A"}),
    ("award", "approved_or_rejected", {"approved_at": AT, "rejected_at": AT}),
    ("award", "changed_reason", {"amount_minor": 2}),
    ("award", "exported_is_approved", {"exported_at": AT}),
    ("award", "kind", {"kind": "review"}),
    ("award", "promotion_amount", PROMOTION | {"amount_minor": 1, "changed_reason": "x"}),
    ("award", "promotion_amount", {"amount_minor": None}),
    ("award", "promotion_currency", PROMOTION | {"currency": "CNY"}),
    ("award", "promotion_currency", {"currency": None}),
    ("award", "promotion_proposed", PROMOTION | {"proposed_minor": 1}),
    ("award", "promotion_proposed", {"proposed_minor": None, "changed_reason": "x"}),
    ("award", "zero_reason", {"amount_minor": 0, "proposed_minor": 0}),
    ("award", "zero_reason", {"zero_reason": "below_threshold"}),
    ("goal", "weight", {"weight_e4": 0}),
    ("goal", "weight", {"weight_e4": 1_000_001}),
    ("letter", "printed", {"state": "printed"}),
    ("letter", "printed", {"pdf": b"%PDF", "sha256": "0" * 64}),
    ("letter", "problem", {"state": "failed"}),
    ("letter", "sha256", {"state": "printed", "pdf": b"%PDF"}),
    ("letter", "state", {"state": "lost"}),
    ("live_value", "state", {"state": "by_hand"}),
    ("measured", "computed", {"state": "computed", "numerator_e4": 1}),
    ("measured", "computed", {"state": "computed", "denominator_e4": 1}),
    ("measured", "entered_by", {"state": "by_hand"}),
    ("measured", "entered_by", {"entered_by": 1}),
    ("measured", "reason", {"reason": None}),
    ("measured", "state", {"state": "guessed"}),
    ("award_part", "part", {"part": "friend"}),
    ("payout_line", "amount", {"amount_minor": 0}),
)  # fmt: skip


@pytest.fixture
def world(session: Session) -> Session:
    """A session that has written one good row of every table."""
    write_world(session)
    return session


def refused(session: Session, table: Table, values: Values) -> str:
    """The database's message when a row is refused; fails the test when it is not."""
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.connection().execute(insert(table).values(values))
    assert isinstance(caught.value, IntegrityError), caught.value
    return str(caught.value.orig)


def of_kind(kind: type[Any]) -> Iterator[tuple[Table, Any]]:
    for table in metadata.sorted_tables:
        for constraint in sorted(table.constraints, key=lambda found: str(found.name)):
            if isinstance(constraint, kind):
                yield table, constraint


def columns(constraint: Any) -> list[str]:
    return [column.name for column in constraint.columns]


def test_checks_refuse_what_they_forbid_and_name_themselves(world: Session) -> None:
    for name, constraint, change in FORBIDDEN:
        message = refused(world, TABLES[name], fresh(TABLES[name], change))
        assert f"ck_{name}_{constraint}" in message, (name, constraint, change)


def test_every_check_is_in_the_table_above() -> None:
    tried = {f"ck_{table}_{constraint}" for table, constraint, _ in FORBIDDEN}
    assert {constraint.name for _, constraint in of_kind(CheckConstraint)} == tried


def test_nothing_stands_twice_under_one_key(world: Session) -> None:
    for table in metadata.sorted_tables:
        refused(world, table, good(table))


def test_unique_columns_are_unique(world: Session) -> None:
    for table, constraint in of_kind(UniqueConstraint):
        if table.name == "subject":
            continue  # (id, kind) is what review and award refer to; id alone is the key
        same = {name: good(table)[name] or _something(table, name) for name in columns(constraint)}
        key = {name: NOBODY for name in columns(table.primary_key) if name not in same}
        if good(table)[next(iter(same))] is None:
            world.connection().execute(insert(table).values(fresh(table, same)))
            key = dict.fromkeys(key, NOBODY + 1)
            others = {"login": "x", "fs_uniquifier": "x"}
        else:
            others = {}
        message = refused(world, table, fresh(table, same | key | others))
        assert constraint.name in message or f"UNIQUE constraint failed: {table.name}." in message, message


def _something(table: Table, name: str) -> Any:
    return 1 if isinstance(table.c[name].type, Integer) else name


def test_foreign_keys_want_what_they_name(world: Session) -> None:
    for table, constraint in of_kind(ForeignKeyConstraint):
        for name in columns(constraint):
            if not isinstance(table.c[name].type, Integer):
                continue  # the kind beside an id
            message = refused(world, table, fresh(table, {name: NOBODY + 1} | _beside(table, name)))
            assert str(constraint.name) in message or "FOREIGN KEY" in message, message


def _beside(table: Table, name: str) -> Values:
    """What the CHECKs want beside a foreign key that is set."""
    wanted: dict[tuple[str, str], Values] = {
        ("move_log", "actor_id"): {"role": "hr"},
        ("measured", "entered_by"): {"state": "by_hand"},
    }
    return wanted.get((table.name, name), {})


def test_what_must_be_there_must_be_there(world: Session) -> None:
    for table in metadata.sorted_tables:
        for column in _wanted(table):
            message = refused(world, table, fresh(table, {column: None}))
            assert "null" in message.lower(), message


def _wanted(table: Table) -> Iterable[str]:
    numbered = len(table.primary_key.columns) == 1
    return [
        column.name
        for column in table.columns
        if not column.nullable and not (numbered and column.primary_key and isinstance(column.type, Integer))
    ]


@pytest.mark.parametrize("table", append_only.TABLES)
@pytest.mark.parametrize("change", ["update {table} set {key} = {key}", "delete from {table}"])
def test_logs_are_never_changed(world: Session, table: str, change: str) -> None:
    key = columns(TABLES[table].primary_key)[0]
    with pytest.raises(DBAPIError, match="never changed"), world.begin_nested():
        world.connection().exec_driver_sql(change.format(table=table, key=key))


@pytest.mark.postgresql
@pytest.mark.parametrize("table", append_only.TABLES)
def test_logs_are_never_emptied(world: Session, table: str) -> None:
    with pytest.raises(DBAPIError, match="never changed"), world.begin_nested():
        world.connection().exec_driver_sql(f"truncate {table} cascade")


def test_no_column_holds_a_float() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            assert not isinstance(column.type, Numeric | Float), f"{table.name}.{column.name}"


def test_amounts_say_their_unit() -> None:
    """An integer of money, a fact or a score has its scale in its name."""
    words = ("amount", "total", "points", "target_", "weight", "rate_e")
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(word in column.name for word in words):
                assert column.name.endswith(("_minor", "_e4", "_e6")), f"{table.name}.{column.name}"


# Foreign keys by which no page and no job looks for rows: finding them is rare and may walk the table.
RARELY_ASKED = {
    "attachment.by_id", "award.kind", "review.kind", "review.person_id",
    "review.rating_by", "subject.unit_id", "launch_item.person_id", "cycle.launched_by", "cycle.workflow_id",
    "cycle_pin.definition_id", "landing.person_id", "landing_batch.by_id",
    "letter.template_id", "measured.entered_by", "measured.evidence_id",
    "move_log.for_id",
    "payout_run.by_id", "role_grant.granted_by", "role_grant.unit_id",
    "survey_ticket.person_id", "target.batch_no", "unit.parent_id",
}  # fmt: skip


def test_foreign_keys_that_pages_filter_by_begin_an_index() -> None:
    missing = set()
    for table in metadata.sorted_tables:
        uniques = [found for found in table.constraints if isinstance(found, UniqueConstraint)]
        begun = {columns(found)[0] for found in (table.primary_key, *uniques, *table.indexes)}
        missing |= {f"{table.name}.{column.name}" for column in table.columns if column.foreign_keys} - {
            f"{table.name}.{name}" for name in begun
        }
    assert missing <= RARELY_ASKED


def test_rolled_back_worlds_leave_nothing(engine: Engine) -> None:
    with Session(db.writer(engine)) as session:
        write_world(session)
        session.rollback()
        assert session.connection().exec_driver_sql("select count(*) from person").scalar() == 0
