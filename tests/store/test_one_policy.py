"""The queries and the pure rule say the same about who holds what, what waits for whom and what exists for whom.

400 random worlds on SQLite, 48 on PostgreSQL; a failing world is named by its seed.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.store import db, staff
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


def compare_all(engine: Engine, seeds: Iterable[int]) -> None:
    made = [worlds.make(seed) for seed in seeds]
    with db.write(engine) as session:
        worlds.write(session, made)
    with db.read(engine) as session:
        assert sum(compare(session, world) for world in made) > len(made)
        for world in made:
            ids = [person["id"] for person in world.people]
            expected = {key: worlds.manager(world, key, TODAY) for key in ids}
            assert managers_of(session, ids, TODAY) == {k: v for k, v in expected.items() if v is not None}


@pytest.mark.sqlite
@pytest.mark.parametrize("batch", range(8))
def test_400_worlds(engine: Engine, batch: int) -> None:
    compare_all(engine, range(batch * 50, batch * 50 + 50))


@pytest.mark.postgresql
def test_48_worlds_on_postgresql(engine: Engine) -> None:
    compare_all(engine, range(1_000, 1_048))
