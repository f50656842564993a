"""Sixty kills at every named step, and Redis lost twice: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, func, select

from reviewflow.config import Settings
from reviewflow.core import failpoints
from reviewflow.jobs.arming import WITH_ITS_WORKER
from reviewflow.jobs.embedded_redis import RedisServer
from reviewflow.jobs.redis_link import Redis
from reviewflow.store import audit_chain
from reviewflow.store.audit import Audit
from reviewflow.store.db import read
from reviewflow.store.outbox import Outbox
from tests.jobs import trades
from tests.jobs.nursery import Nursery, until

ROUNDS = 4
MADE_EACH = 3
CLOCK_STEPS = ("relay", "reconcile", "sweep", "seal")


def test_sixty_kills_and_two_wipes(
    engine: Engine,
    settings: Settings,
    arm: Callable[[str, str], Path],
    nursery: Nursery,
    redis: Redis,
    redis_server: RedisServer,
) -> None:
    for what in ("clock", "worker letters", "worker default"):
        nursery.keep(what)
    plan = [(name, number) for number in range(ROUNDS) for name in failpoints.NAMES]
    assert len(plan) == 60
    numbers = itertools.count(1)

    for kill, (name, number) in enumerate(plan):
        victim = arm(name, _whom(name, number))
        first = next(numbers) * MADE_EACH
        trades.promise(engine, "make", range(first, first + MADE_EACH))
        trades.promise(engine, "shaky", range(kill + 1, kill + 2))
        if kill == 20:
            redis.flushall()
        if kill == 40:
            _lose(redis_server, redis, settings)
        until(lambda victim=victim: not victim.exists(), f"somebody dies at {name}")

    until(lambda: _open(engine) == 0, "everything promised is done")
    made = range(MADE_EACH, (len(plan) + 1) * MADE_EACH)
    assert trades.effects(engine, "made") == trades.expected(made)
    assert trades.effects(engine, "followed") == trades.expected(made) + trades.expected(range(1))
    assert trades.effects(engine, "shaken") == trades.expected(range(1, len(plan) + 1))
    until(lambda: _verdict(engine).unsealed == 0, "the audit is sealed")
    assert _verdict(engine).holds
    with read(engine) as session:
        assert session.scalar(select(func.count()).where(Outbox.parked_reason.is_not(None))) == 0
        assert session.scalar(select(func.count()).select_from(Audit)) == _verdict(engine).rows


def _whom(name: str, number: int) -> str:
    """In every second round a forked process takes its worker with it: nobody is left to say that it died."""
    return "" if name.startswith(CLOCK_STEPS) or number % 2 == 0 else WITH_ITS_WORKER


def _lose(server: RedisServer, redis: Redis, settings: Settings) -> None:
    """Redis is killed, and what it stored is gone."""
    shutil.rmtree(settings.redis_socket.parent / "appendonlydir", ignore_errors=True)
    (settings.redis_socket.parent / "appendonly.aof").unlink(missing_ok=True)
    os.kill(int(redis.info("server")["process_id"]), signal.SIGKILL)
    until(lambda: not server.ours, "Redis is dead")
    server.ensure()


def _open(engine: Engine) -> int:
    with read(engine) as session:
        undone = select(func.count()).where(Outbox.done_at.is_(None), Outbox.parked_reason.is_(None))
        return session.scalar(undone) or 0


def _verdict(engine: Engine) -> audit_chain.Verdict:
    with read(engine) as session:
        return audit_chain.verify(session)
