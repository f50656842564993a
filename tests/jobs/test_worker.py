"""Real workers: what they refuse, what they survive, and how they stop."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from reviewflow.config import Settings
from reviewflow.core.reasons import Refused
from reviewflow.jobs.embedded_redis import RedisServer
from reviewflow.jobs.kinds import Kinds, Tools
from reviewflow.jobs.redis_link import Redis, connect
from reviewflow.jobs.worker import OutboxWorker
from reviewflow.store import parked
from reviewflow.store.db import read
from tests.jobs import forged, trades
from tests.jobs.nursery import Nursery, until

pytestmark = pytest.mark.sqlite


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """Parks after the second failure; a job may take one second."""
    return {**environ, "REVIEWFLOW_BACKOFF_SECONDS": "0.05", "REVIEWFLOW_JOB_TIMEOUT_SECONDS": "1"}


def parked_keys(engine: Engine) -> list[str]:
    with read(engine) as session:
        return [reason.key for row in parked.parked(session) for reason in row.reasons]


def test_thirty_forged_jobs_are_refused_and_the_worker_goes_on(
    engine: Engine, nursery: Nursery, redis: Redis, tmp_path: Path
) -> None:
    traps = tmp_path / "traps"
    traps.mkdir()
    pushed = list(forged.jobs(traps))
    assert len(pushed) >= 30
    for name, fields in pushed:
        redis.hset(f"rq:job:{name}", mapping=fields)
        redis.rpush("rq:queue:default", name)
    nursery.keep("worker default")
    born = nursery.alive["worker default"]
    nursery.keep("clock")

    trades.promise(engine, "follow", range(50))
    wanted = trades.expected(range(50)) + trades.expected(range(1))  # and the sweep's
    until(lambda: trades.effects(engine, "followed") == wanted, "the honest rows are done")
    until(lambda: redis.llen("rq:queue:default") == 0, "all forged jobs were looked at")
    assert list(traps.iterdir()) == []
    assert nursery.alive["worker default"] == born
    assert nursery.log().count("refused: it is not the plain name of an outbox row") >= 25


def test_endless_and_deadly_work_is_parked_and_the_worker_lives(engine: Engine, nursery: Nursery) -> None:
    nursery.keep("worker default")
    born = nursery.alive["worker default"]
    nursery.keep("clock")
    trades.promise(engine, "endless", range(1))
    trades.promise(engine, "deadly", range(1, 2))
    trades.promise(engine, "follow", range(5))
    until(lambda: sorted(parked_keys(engine)) == ["job.died", "job.timeout"], "both are parked")
    until(lambda: len(trades.effects(engine, "followed")) == 5, "the others are done")
    assert nursery.alive["worker default"] == born
    assert trades.effects(engine, "made") == {}


def test_what_work_raised_stays_out_of_redis_and_of_the_log(
    engine: Engine, nursery: Nursery, redis: Redis
) -> None:
    nursery.keep("worker default")
    nursery.keep("clock")
    trades.promise(engine, "poison", range(777_001, 777_002))
    until(lambda: parked_keys(engine) == ["job.error"], "it is parked")
    for name in redis.keys("*"):
        assert b"777001" not in (redis.dump(name) or b"")  # it may be gone meanwhile
    assert "777001" not in nursery.log()
    assert "ValueError" in nursery.log()


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has(engine: Engine, nursery: Nursery) -> None:
    nursery.keep("clock")
    nursery.keep("worker letters")
    trades.promise(engine, "make", range(100))
    until(lambda: len(trades.effects(engine, "made")) > 0, "it works")
    os.kill(nursery.alive["worker letters"], signal.SIGTERM)
    until(lambda: nursery.deaths == ["worker letters"], "it ends")
    until(lambda: trades.effects(engine, "made") == trades.expected(range(100)), "the next one does the rest")
    assert "its process died" not in nursery.log()


def test_a_worker_stops_also_while_redis_is_away(nursery: Nursery, redis_server: RedisServer) -> None:
    nursery.keep("worker default")
    redis_server.close()
    until(lambda: "no Redis" in nursery.log(), "it notices")
    os.kill(nursery.alive["worker default"], signal.SIGTERM)
    until(lambda: nursery.deaths == ["worker default"], "it ends")


def test_the_house_starts_its_redis_and_starts_it_again(
    engine: Engine, environ: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    """No Redis is given: whoever needs it first starts it, and whoever misses it first starts it again."""
    with Nursery(environ, tmp_path) as house:
        for what in ("worker default", "worker letters", "clock"):
            house.keep(what)
        trades.promise(engine, "make", range(5))
        until(lambda: trades.effects(engine, "made") == trades.expected(range(5)), "they are made")
        with connect(settings.queue_url) as client:
            os.kill(int(client.info("server")["process_id"]), signal.SIGKILL)
        trades.promise(engine, "make", range(5, 10))
        until(lambda: trades.effects(engine, "made") == trades.expected(range(10)), "and these")
        assert house.deaths == []


def test_two_clocks_and_two_workers_of_a_queue_do_everything_once(engine: Engine, nursery: Nursery) -> None:
    for what in ("clock", "clock - 2", "worker letters", "worker letters 2", "worker default"):
        nursery.keep(what)
    trades.promise(engine, "make", range(40))
    wanted = trades.expected(range(40)) + trades.expected(range(1))
    until(lambda: trades.effects(engine, "followed") == wanted, "everything is done")
    assert trades.effects(engine, "made") == trades.expected(range(40))


@pytest.mark.parametrize("queues", [(), ("letters", "default"), ("emails",)])
def test_a_worker_serves_exactly_one_known_queue(
    queues: tuple[str, ...], redis: Redis, tools: Tools, kinds: Kinds, settings: Settings
) -> None:
    with pytest.raises(Refused):
        OutboxWorker(queues, redis, tools, kinds)
