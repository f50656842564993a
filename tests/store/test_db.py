"""The two openers: what each may do, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from reviewflow.store import db
from reviewflow.store.people import Person, Unit
from tests.cast import Cast
from tests.counting import counted


def _add_unit(engine: Engine, code: str) -> None:
    with db.write(engine) as session:
        session.execute(insert(Unit).values(code=code, name=code, hidden=False))


def test_what_write_commits_read_sees(engine: Engine, cast: Cast) -> None:
    with db.read(engine) as session:
        assert session.get_one(Person, cast.lin).name == "Lin Yue"


def test_write_rolls_back_when_the_block_raises(engine: Engine) -> None:
    def fail() -> None:
        with db.write(engine) as session:
            session.execute(insert(Unit).values(code="north", name="North", hidden=False))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.read(engine) as session:
        assert session.scalars(select(Unit.code)).all() == []


def test_read_refuses_to_write_even_after_a_write_on_the_same_connection(engine: Engine) -> None:
    _add_unit(engine, "north")
    with db.read(engine) as session, pytest.raises(DBAPIError):
        session.execute(insert(Unit).values(code="south", name="South", hidden=False))
    _add_unit(engine, "east")


def test_any_other_opener_only_reads(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(DBAPIError):
        connection.execute(insert(Unit).values(code="north", name="North", hidden=False))


def test_read_keeps_one_snapshot_for_all_its_statements(engine: Engine) -> None:
    _add_unit(engine, "north")
    with db.read(engine) as session:
        assert session.scalars(select(Unit.code)).all() == ["north"]
        _add_unit(engine, "south")
        assert session.scalars(select(Unit.code)).all() == ["north"]


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    with pytest.raises(DBAPIError), db.write(engine) as session:
        session.execute(insert(Unit).values(code="north", name="North", hidden=False, parent_id=77))


def test_transaction_control_is_no_query(engine: Engine) -> None:
    with counted(engine) as queries, db.write(engine) as session:
        session.execute(select(Unit.id))
    with counted(engine) as more, db.read(engine) as session:
        session.execute(select(Unit.id))
    assert (len(queries), len(more)) == (1, 1)


@pytest.mark.sqlite
def test_sqlite_settings(engine: Engine) -> None:
    with db.read(engine) as session:
        settings = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15_000, "synchronous": 2}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite|mysql"):
        db.engine(url)


def test_a_wrong_path_is_an_error_at_the_first_use(tmp_path: Path) -> None:
    with pytest.raises(DBAPIError), db.read(db.engine(f"sqlite:///{tmp_path}/no/such/folder.db")) as session:
        session.execute(select(Unit.id))
