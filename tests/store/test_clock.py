"""Two clocks: the wall's, and the business clock that only a scratch database may stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from reviewflow.store import clock, db
from reviewflow.store.clock import NotScratch
from tests.counting import counted
from tests.store.rows import write_world

THEN = datetime(2011, 5, 31, 8, 0, tzinfo=UTC)


def test_both_clocks_are_the_wall_in_one_query(engine: Engine) -> None:
    with db.read(engine) as session, counted(engine) as queries:
        now = clock.moment(session)
    assert now.business == now.wall
    assert abs(now.wall - datetime.now(UTC)) < timedelta(seconds=5)
    assert len(queries) == 1


def test_a_scratch_database_stops_moves_and_frees_its_business_clock(session: Session) -> None:
    clock.mark_scratch(session)
    clock.set_business_clock(session, THEN)
    stopped = clock.moment(session)
    assert stopped.business == THEN
    assert stopped.wall > THEN
    clock.set_business_clock(session, THEN + timedelta(days=1))
    assert clock.moment(session).business == THEN + timedelta(days=1)
    clock.set_business_clock(session, None)
    free = clock.moment(session)
    assert free.business == free.wall


def test_a_real_database_refuses(session: Session) -> None:
    assert not clock.is_scratch(session)
    with pytest.raises(NotScratch):
        clock.set_business_clock(session, THEN)


def test_a_database_with_cycles_does_not_become_scratch(session: Session) -> None:
    write_world(session)
    clock.end_scratch(session)
    with pytest.raises(NotScratch):
        clock.mark_scratch(session)


def test_ending_scratch_binds_the_clock_for_good(session: Session) -> None:
    clock.mark_scratch(session)
    clock.mark_scratch(session)
    clock.set_business_clock(session, THEN)
    clock.end_scratch(session)
    assert not clock.is_scratch(session)
    assert clock.moment(session).business > THEN


def test_instants_without_a_zone_are_refused(session: Session) -> None:
    clock.mark_scratch(session)
    with pytest.raises(StatementError, match="has no zone"):
        clock.set_business_clock(session, datetime(2026, 1, 1))


def test_the_clock_inside_sql_compares_with_stored_instants(session: Session) -> None:
    clock.mark_scratch(session)
    now = datetime.now(UTC)
    for at, past in ((now - timedelta(seconds=30), True), (now + timedelta(seconds=30), False)):
        clock.set_business_clock(session, at)
        found = select(clock.BusinessClock.id).where(clock.BusinessClock.frozen_at <= clock.wall_now())
        assert (session.scalar(found) is not None) == past
