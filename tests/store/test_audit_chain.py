"""The sealed audit: whoever changes it afterwards is found, by row."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store import append_only, audit_chain, clock, db
from reviewflow.store.audit import Audit, AuditSeal, AuditSealed, record, row
from reviewflow.store.audit_chain import Broken, seal, verify
from tests.counting import counted


@contextmanager
def tampering(engine: Engine) -> Iterator[Connection]:
    """A connection of somebody who owns the database: no triggers, no foreign keys."""
    with db.writer(engine).connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.connection.driver_connection is not None
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            append_only.unprotect(connection)
        else:
            connection.exec_driver_sql("set session_replication_role=replica")
        yield connection
        if connection.dialect.name == "sqlite":
            append_only.protect(connection)
        connection.commit()
        connection.invalidate()


def fill(engine: Engine, moment: Moment, seals: int = 4, rows: int = 5) -> None:
    """Rows 1..n in seals of equal size, one minute apart."""
    for number in range(seals):
        later = Moment(moment.business, moment.wall + timedelta(minutes=number))
        with db.write(engine) as session:
            for at in range(rows):
                record(session, later, 1, "review.read", about_person_id=at, detail={"n": at})
            seal(session, later)


def broken(engine: Engine) -> set[tuple[str, int | None]]:
    with db.read(engine) as session:
        return {(found.what, found.first_id) for found in verify(session).broken}


def test_an_untouched_chain_holds(engine: Engine, moment: Moment) -> None:
    fill(engine, moment)
    with db.write(engine) as session:
        record(session, moment, None, "cycle.launched")
    with db.read(engine) as session:
        verdict = verify(session)
    assert verdict.holds
    assert (verdict.seals, verdict.rows, verdict.unsealed) == (4, 20, 1)


def test_nothing_new_makes_no_seal(engine: Engine, moment: Moment) -> None:
    fill(engine, moment, seals=1)
    with db.write(engine) as session:
        assert seal(session, moment) == 0
        assert session.scalar(select(func.count()).select_from(AuditSeal)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-04-01 09:00:01+00:00'",
        "actor_id = null",
        "actor_id = 2",
        "for_id = 1",
        "action = 'review.moved'",
        "about_person_id = 99",
        "subject_id = 7",
        "detail = '{}'",
    ],
)
def test_an_edited_row_is_named(engine: Engine, moment: Moment, change: str) -> None:
    fill(engine, moment)
    with tampering(engine) as connection:
        changed = change.replace("+00:00", ".000000") if connection.dialect.name == "sqlite" else change
        connection.exec_driver_sql(f"update audit set {changed} where id = 8")
    assert broken(engine) == {("rows", 8)}


def test_a_deleted_row_is_named(engine: Engine, moment: Moment) -> None:
    fill(engine, moment)
    with tampering(engine) as connection:
        connection.exec_driver_sql("delete from audit where id = 8")
    assert broken(engine) == {("missing", 8)}


def test_a_row_deleted_with_its_link_breaks_the_next_row_and_the_count(
    engine: Engine, moment: Moment
) -> None:
    fill(engine, moment)
    with tampering(engine) as connection:
        connection.exec_driver_sql("delete from audit_sealed where audit_id = 8")
        connection.exec_driver_sql("delete from audit where id = 8")
    assert broken(engine) == {("rows", 9), ("count", None)}


def test_two_rows_that_changed_places_are_named(engine: Engine, moment: Moment) -> None:
    fill(engine, moment)
    with tampering(engine) as connection:
        for old, new in ((8, -1), (7, 8), (-1, 7)):
            connection.exec_driver_sql(f"update audit set id = {new} where id = {old}")
    assert broken(engine) == {("rows", 7), ("rows", 8)}


def test_a_row_added_to_the_past_is_named_whether_it_was_sealed_or_not(
    engine: Engine, moment: Moment
) -> None:
    fill(engine, moment)
    with tampering(engine) as connection:
        connection.exec_driver_sql("update audit set id = 100 where id = 20")
        connection.exec_driver_sql("update audit_sealed set audit_id = 100 where audit_id = 20")
    later = Moment(moment.business, moment.wall + timedelta(hours=3))
    with db.write(engine) as session:
        session.execute(insert(Audit), [row(later.wall, 1, "review.read") | {"id": 101}])
        seal(session, later)
        session.execute(insert(Audit), [row(moment.wall, 1, "forged") | {"id": 50}])
    assert ("left_out", 50) in broken(engine)
    with db.write(engine) as session:
        assert seal(session, later, everything=True) == 1
    assert ("backdated", 50) in broken(engine)


def test_a_removed_seal_is_noticed(engine: Engine, moment: Moment) -> None:
    fill(engine, moment)
    with tampering(engine) as connection:
        connection.exec_driver_sql("delete from audit_seal where no = 2")
    with db.read(engine) as session:
        assert verify(session).broken == (Broken("stray", 2, 6, 10), Broken("chain", 3))


@pytest.mark.parametrize(
    "change",
    ["row_count = 4", "at = '2026-04-01 09:30:00'", f"head = '{'a' * 64}'", f"previous = '{'a' * 64}'"],
)
def test_an_edited_seal_is_noticed(engine: Engine, moment: Moment, change: str) -> None:
    fill(engine, moment)
    with tampering(engine) as connection:
        connection.exec_driver_sql(f"update audit_seal set {change} where no = 2")
    with db.read(engine) as session:
        assert 2 in {found.no for found in verify(session).broken}


def test_a_cut_end_and_a_rewritten_chain_show_against_a_head_kept_elsewhere(
    engine: Engine, moment: Moment
) -> None:
    fill(engine, moment)
    with db.read(engine) as session:
        kept = audit_chain.newest(session)
        assert kept is not None
        assert verify(session, kept.head).holds
    with tampering(engine) as connection:
        for table, key in (("audit_sealed", "seal_no"), ("audit_seal", "no")):
            connection.exec_driver_sql(f"delete from {table} where {key} = 4")
        connection.exec_driver_sql("delete from audit where id > 15")
    with db.read(engine) as session:
        assert verify(session).holds
        assert not verify(session, kept.head).holds
        assert verify(session, kept.head).anchor_found is False


@pytest.mark.sqlite
def test_any_random_change_is_found(engine: Engine, moment: Moment) -> None:
    """Each of 200 changes is undone again; every one is found at its row."""
    fill(engine, moment)
    chance = random.Random(7)
    values = {"actor_id": "77", "action": "'x'", "detail": "'{\"n\": 9}'", "subject_id": "5"}
    with tampering(engine) as connection:
        for _ in range(200):
            audit_id, column = chance.randint(1, 20), chance.choice(sorted(values))
            connection.exec_driver_sql("savepoint before")
            connection.exec_driver_sql(f"update audit set {column} = {values[column]} where id = {audit_id}")
            session = Session(connection)
            assert {found.first_id for found in verify(session).broken} == {audit_id}
            connection.exec_driver_sql("rollback to before")


@pytest.mark.parametrize("table", ["audit", "audit_seal", "audit_sealed"])
@pytest.mark.parametrize("change", ["update {table} set {column} = {column}", "delete from {table}"])
def test_the_application_cannot_change_a_log(engine: Engine, moment: Moment, table: str, change: str) -> None:
    fill(engine, moment, seals=1)
    column = {"audit_seal": "no", "audit_sealed": "seal_no"}.get(table, "id")
    with Session(db.writer(engine)) as session, pytest.raises(DBAPIError, match="never changed"):
        session.connection().exec_driver_sql(change.format(table=table, column=column))


def test_writers_and_sealers_at_once_make_one_chain_without_gaps(engine: Engine) -> None:
    """8 writers and 2 sealers: no fork, every row sealed once."""
    each, writers = 40, 8
    problems: list[Exception] = []
    done = threading.Event()

    def work() -> None:
        try:
            for number in range(each):
                with db.write(engine) as session:
                    record(session, clock.moment(session), 1, "test", detail={"n": number})
        except Exception as problem:  # noqa: BLE001 - told by the main thread
            problems.append(problem)

    def keep_sealing() -> None:
        try:
            while not done.is_set():
                with db.write(engine) as session:
                    seal(session, clock.moment(session))
        except Exception as problem:  # noqa: BLE001 - told by the main thread
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(writers)]
    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    for thread in (*threads, *sealers):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    assert problems == []
    with db.write(engine) as session:
        seal(session, clock.moment(session))
    with db.read(engine) as session:
        verdict = verify(session)
        assert verdict.holds
        assert (verdict.rows, verdict.unsealed) == (each * writers, 0)


def test_sealing_reads_only_what_is_new(engine: Engine, moment: Moment) -> None:
    """Four statements, and on PostgreSQL the lock, however long the audit is."""
    fill(engine, moment, seals=3)
    with db.write(engine) as session:
        record(session, moment, 1, "test")
        with counted(engine) as queries:
            seal(session, moment)
    assert len(queries) <= 6


def test_a_long_chain_is_sealed_and_verified_whole(engine: Engine, moment: Moment) -> None:
    """30,000 rows under one seal; how many a second is a matter of measuring, not of a test."""
    rows = [row(moment.wall, number % 50, "review.read", number % 7, number) for number in range(30_000)]
    with db.write(engine) as session:
        session.execute(insert(Audit), rows)
        seal(session, moment)
    with db.read(engine) as session:
        assert (verify(session).rows, verify(session).holds) == (30_000, True)
    with db.read(engine) as session:
        assert session.scalar(select(func.count()).select_from(AuditSealed)) == 30_000
