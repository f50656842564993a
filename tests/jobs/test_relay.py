"""Rings: one for each due row, few at a time, and again when they are lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from reviewflow.config import Settings
from reviewflow.jobs import relay as relays
from reviewflow.jobs.redis_link import Redis, RedisError, connect
from reviewflow.jobs.relay import Relay
from reviewflow.store import outbox
from reviewflow.store.clock import moment as moment_of
from reviewflow.store.db import write
from tests.jobs import trades

pytestmark = pytest.mark.sqlite

AT_ONCE = timedelta(0)


@pytest.fixture
def new_relay(engine: Engine, redis: Redis, settings: Settings) -> Callable[[], Relay]:
    """Each call is one more relay process; it reconciles what is not waiting at once."""
    hasty = replace(settings, reconcile_every=AT_ONCE)
    return lambda: Relay(engine, redis, hasty, trades.QUEUE_OF)


def waiting(redis: Redis, queue: str) -> list[str]:
    return [name.decode() for name in redis.lrange(f"rq:queue:{queue}", 0, -1)]


def test_each_due_row_rings_once_on_the_queue_of_its_kind(
    engine: Engine, redis: Redis, new_relay: Callable[[], Relay]
) -> None:
    trades.promise(engine, "make", range(2))
    trades.promise(engine, "follow", range(1))
    with write(engine) as session:
        later = moment_of(session).wall + timedelta(hours=1)
        outbox.promise(session, "follow", "follow:later", {"n": 7}, later)
        outbox.promise(session, "of_a_later_release", "x", {"n": 7}, moment_of(session).wall)
    relay = new_relay()
    assert [relay.tick() for _ in range(3)] == [3, 0, 0]
    assert waiting(redis, "letters") == ["ob-1-0", "ob-2-0"]
    assert waiting(redis, "default") == ["ob-3-0"]


def test_a_second_relay_does_not_ring_again(
    engine: Engine, redis: Redis, new_relay: Callable[[], Relay]
) -> None:
    trades.promise(engine, "make", range(2))
    assert [new_relay().tick(), new_relay().tick()] == [2, 0]


def test_a_lost_ring_is_noticed_and_one_that_waits_is_not_repeated(
    engine: Engine, redis: Redis, new_relay: Callable[[], Relay]
) -> None:
    trades.promise(engine, "make", range(2))
    relay = new_relay()
    relay.tick()
    redis.lpop("rq:queue:letters")  # as by a worker that was killed at once
    assert relay.tick() == 0, "it may be in somebody's hands"
    relay.reconcile()
    assert relay.tick() == 1
    assert sorted(waiting(redis, "letters")) == ["ob-1-0", "ob-2-0"]
    redis.flushall()
    relay.reconcile()
    assert relay.tick() == 2


def test_no_more_than_a_window_stands_in_redis(
    engine: Engine, redis: Redis, new_relay: Callable[[], Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "WINDOW", 3)
    trades.promise(engine, "make", range(10))
    relay = new_relay()
    assert [relay.tick(), relay.tick()] == [3, 0]
    redis.lpop("rq:queue:letters")
    with write(engine) as session:
        now = moment_of(session).wall
        assert outbox.claim(session, 1, "a" * 32, now, timedelta(hours=1))
        assert outbox.finish(session, 1, "a" * 32, now)
    assert relay.tick() == 1
    assert waiting(redis, "letters") == ["ob-2-0", "ob-3-0", "ob-4-0"]


def test_redis_holds_row_ids_and_nothing_else_about_people(
    engine: Engine, redis: Redis, new_relay: Callable[[], Relay]
) -> None:
    trades.promise(engine, "make", range(777_001, 777_002))
    new_relay().tick()
    hashes = [name for name in redis.keys("*") if redis.type(name) == b"hash"]
    stored = b"".join(name + b"".join(redis.hgetall(name).values()) for name in hashes)
    assert b"outbox 1" in stored
    assert b"777001" not in stored
    assert b"make" not in stored


def test_without_redis_promises_commit_and_the_relay_says_so_at_once(
    engine: Engine, settings: Settings
) -> None:
    trades.promise(engine, "make", range(3))
    with connect(settings.queue_url) as nobody:
        relay = Relay(engine, nobody, settings, trades.QUEUE_OF)
        with pytest.raises(RedisError):
            relay.tick()
