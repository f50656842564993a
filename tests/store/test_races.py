"""Many at once: exactly one wins, and nobody's work is lost without a word."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update

from reviewflow.store import db
from reviewflow.store.subjects import Subject
from tests.racing import at_once
from tests.store.rows import write_world

ROUNDS = {"sqlite": 6, "postgresql": 12}


def approve(engine: Engine, seen: int) -> bool:
    """Compare-and-set on the version that the person saw, as the one door does it."""
    with db.write(engine) as session:
        won = session.connection().execute(
            update(Subject)
            .where(Subject.id == 1, Subject.version == seen)
            .values(version=Subject.version + 1, stage="approved")
        )
        return won.rowcount == 1


def test_of_16_who_move_one_subject_exactly_one_wins(engine: Engine) -> None:
    with db.write(engine) as session:
        write_world(session)
    for round_ in range(ROUNDS[engine.dialect.name]):
        outcomes = at_once([lambda seen=round_ + 1: approve(engine, seen)] * 16)  # type: ignore[misc]
        assert outcomes.count(True) == 1
    with db.read(engine) as session:
        assert session.get_one(Subject, 1).version == ROUNDS[engine.dialect.name] + 1


def test_writers_wait_for_each_other_instead_of_failing(engine: Engine) -> None:
    """Reading and then writing in one transaction, 8 times 10: no busy error, no lost update."""
    with db.write(engine) as session:
        write_world(session)

    def count_up() -> None:
        for _ in range(10):
            with db.write(engine) as session:
                subject = session.get_one(Subject, 1, with_for_update=True)
                subject.round += 1

    at_once([count_up] * 8)
    with db.read(engine) as session:
        assert session.get_one(Subject, 1).round == 81


@pytest.mark.postgresql
def test_a_lock_that_is_never_given_up_is_an_error_and_no_endless_wait(engine: Engine) -> None:
    with db.read(engine) as session:
        assert session.connection().exec_driver_sql("show lock_timeout").scalar() == "15s"
