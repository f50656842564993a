"""The clock's beats: each in its turn, whatever becomes of the others."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.jobs import clock
from reviewflow.jobs.clock import Beat, batches, keep_time
from reviewflow.store import audit
from reviewflow.store.db import read
from tests.jobs import trades

OFTEN = timedelta(milliseconds=1)


def test_a_beat_that_fails_stops_no_other_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    stop, done = threading.Event(), []

    def fails_twice() -> None:
        done.append("failing")
        if len(done) < 6:
            raise ConnectionError("redis://:secret@host is away")

    def works() -> None:
        done.append("working")
        if len(done) >= 8:
            stop.set()

    with caplog.at_level(logging.WARNING, "reviewflow.jobs"):
        keep_time([Beat("relay", OFTEN, fails_twice), Beat("seal", OFTEN, works)], stop)
    assert done.count("working") >= 4
    assert [record.getMessage() for record in caplog.records] == [
        "clock: relay fails (ConnectionError) and is tried again",
        "clock: relay works again",
    ]


def test_work_goes_batch_by_batch_until_nothing_is_left(engine: Engine) -> None:
    left = [3, 3, 1]

    def step(session: Session, moment: Moment) -> int:
        count = left.pop(0) if left else 0
        for n in range(count):
            audit.record(session, moment, None, "stepped", detail={"n": n})
        return count

    batches(engine, step, "sweep")
    assert sum(trades.effects(engine, "stepped").values()) == 7


def test_a_beat_ends_although_there_is_always_more(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "MOST_BATCHES", 3)
    calls = []

    def endless(session: Session, moment: Moment) -> int:
        calls.append(moment)
        return 1

    batches(engine, endless, "sweep")
    assert len(calls) == 3
    with read(engine):
        pass  # and the database is free
