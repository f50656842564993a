"""Up, down and up again on a filled database; and the migrated schema is the one that the code maps."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, func, inspect, select

from reviewflow.store import db, migrations
from reviewflow.store.schema import metadata
from tests.store.rows import write_world


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_down_and_up_again_on_a_filled_database(engine: Engine) -> None:
    with db.write(engine) as session:
        write_world(session)
    migrations.downgrade(engine, "base")
    assert tables(engine) == set()
    assert migrations.current(engine) is None
    migrations.upgrade(engine)
    assert tables(engine) == set(metadata.tables)
    assert migrations.current(engine) == migrations.newest()
    with db.write(engine) as session:
        write_world(session)


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    with db.write(engine) as session:
        write_world(session)
    migrations.upgrade(engine)
    with db.read(engine) as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables]
    assert all(counts)


def test_the_migrated_schema_is_the_mapped_one(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []


def test_the_migrated_checks_are_the_mapped_ones(engine: Engine) -> None:
    """Alembic does not compare CHECKs."""
    found = inspect(engine)
    for name, table in metadata.tables.items():
        mapped = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        assert {str(check["name"]) for check in found.get_check_constraints(name)} == mapped
