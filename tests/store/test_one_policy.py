"""Queries and the pure rule say the same: who holds what, what waits for whom, what is visible.

400 random worlds on SQLite, 40 more on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.store import staff, turns
from reviewflow.store.inbox import inbox
from reviewflow.store.managers import managers_of
from reviewflow.store.relations import EXISTENCE, held_on, visible_subjects
from tests.store import worlds
from tests.store.worlds import TODAY, World

EVERYTHING = 1_000


def compare(session: Session, world: World) -> int:
    """Compare every person with every subject of a world; returns how many things waited."""
    ids = [row["id"] for row in world.subjects]
    count = 0
    for person in world.people:
        viewer = staff.viewer(session, person["id"], TODAY)
        held = {row["id"]: worlds.held(world, person["id"], row) for row in world.subjects}
        assert held_on(session, viewer, ids) == held, ("held", world.base, person["id"])
        found = inbox(session, viewer, EVERYTHING)
        rows = [(row.subject_id, row.item) for row in (*found.own, *found.granted)]
        expected = worlds.waiting(world, person["id"])
        assert len(rows) == len(set(rows)), ("twice", world.base, person["id"])
        assert set(rows) == expected, ("waits", world.base, person["id"])
        count += len(expected)
        exists = {
            row["id"] for row in world.subjects if held[row["id"]] & VISIBLE[EXISTENCE[row["kind"]]].keys()
        }
        assert set(session.scalars(visible_subjects(viewer))) == exists, ("visible", world.base, person["id"])
    return count


def compare_turns(session: Session, world: World) -> None:
    """Read from the other side: for whom each thing waits, and what nobody can do. Leavers do nothing."""
    people = [
        person["id"] for person in world.people if not (person["left_on"] and person["left_on"] < TODAY)
    ]
    expected = {(*what, person) for person in people for what in worlds.waiting(world, person)}
    turn = turns.turns(TODAY)
    columns = (turn.c.subject_id, turn.c.item, turn.c.holder_id)
    assert {tuple(row) for row in session.execute(select(*columns))} == expected, ("turns", world.base)
    ids = [row["id"] for row in world.subjects]
    stuck = {(key, item) for key, items in turns.nobody_can(session, ids, TODAY).items() for item in items}
    assert stuck == worlds.asked(world) - {(key, item) for key, item, _ in expected}, ("nobody", world.base)


@pytest.mark.sqlite
@pytest.mark.parametrize("batch", range(10))
def test_400_worlds(session: Session, batch: int) -> None:
    compare_all(session, range(batch * 40, batch * 40 + 40))


@pytest.mark.postgresql
def test_40_worlds_on_postgresql(session: Session) -> None:
    compare_all(session, range(1_000, 1_040))


def compare_all(session: Session, seeds: Iterable[int]) -> None:
    for seed in seeds:
        world = worlds.make(seed)
        worlds.write(session, [world])
        compare(session, world)
        compare_turns(session, world)
        ids = [person["id"] for person in world.people]
        expected = {key: worlds.manager(world, key, TODAY) for key in ids}
        assert managers_of(session, ids, TODAY) == {k: v for k, v in expected.items() if v is not None}
        session.rollback()
