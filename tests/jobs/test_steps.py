"""One row through claim, work and finish; and what happens to it when something fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.jobs import drain
from reviewflow.jobs.kinds import Kind, Kinds, Tools
from reviewflow.jobs.steps import Outcome, run
from reviewflow.store import outbox, parked
from reviewflow.store.clock import moment as moment_of
from reviewflow.store.db import read, write
from reviewflow.store.outbox import Outbox
from tests.jobs import trades

LEASE = timedelta(seconds=20)
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
NOW = datetime.fromisoformat("2026-04-01T09:00:00+00:00")


def now(engine: Engine) -> datetime:
    with read(engine) as session:
        return moment_of(session).wall


def one(engine: Engine) -> Outbox:
    """The only row."""
    with read(engine) as session:
        return session.scalars(select(Outbox)).one()


def test_a_promise_is_kept_once_however_often_it_is_made(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    for _ in range(3):
        trades.promise(engine, "make", range(3))
    assert drain(engine, tools, kinds) == 6  # three made, three followed
    assert trades.effects(engine, "made") == trades.expected(range(3))
    assert drain(engine, tools, kinds) == 0


def test_a_promise_that_is_rolled_back_was_never_made(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    def refused_after_the_promise() -> None:
        with write(engine) as session:
            outbox.promise(session, "make", "make:1", {"n": 1}, moment_of(session).wall)
            raise RuntimeError("the fact is refused")

    with pytest.raises(RuntimeError, match="the fact is refused"):
        refused_after_the_promise()
    assert drain(engine, tools, kinds) == 0


def test_payloads_take_ids_and_key_words_and_nothing_personal(engine: Engine) -> None:
    with write(engine) as session, pytest.raises(ValueError, match="neither an id nor a key word"):
        outbox.promise(session, "message", "m:1", {"text": "Lin earns 20,000"}, NOW)


def test_a_claimed_row_is_nobody_elses_until_its_lease_runs_out(engine: Engine) -> None:
    with write(engine) as session:
        outbox.promise(session, "make", "make:1", {"n": 1}, NOW)
        mine = outbox.claim(session, 1, "a" * 32, NOW, LEASE)
        assert mine is not None
        assert (mine.payload, mine.attempts) == ({"n": 1}, 1)
        assert outbox.claim(session, 1, "b" * 32, NOW + LEASE / 2, LEASE) is None
        assert outbox.ready(session, ["make"], NOW + LEASE / 2, 10) == []
        assert outbox.renew(session, 1, "a" * 32, NOW + 2 * LEASE)
        assert outbox.claim(session, 1, "b" * 32, NOW + LEASE, LEASE) is None
        theirs = outbox.claim(session, 1, "b" * 32, NOW + 2 * LEASE, LEASE)
        assert theirs is not None
        assert theirs.attempts == 1, "a kill from outside is no failure of the work"
        assert not outbox.renew(session, 1, "a" * 32, NOW + 3 * LEASE)
        assert not outbox.finish(session, 1, "a" * 32, NOW + 2 * LEASE), "the first holder lost it"
        assert outbox.finish(session, 1, "b" * 32, NOW + 2 * LEASE)
        assert not outbox.finish(session, 1, "b" * 32, NOW + 2 * LEASE), "done is done"


def test_failures_wait_longer_each_time_and_the_fifth_parks(engine: Engine) -> None:
    why = [Reason("job.error", {"error": "no"})]
    with write(engine) as session:
        outbox.promise(session, "make", "make:1", {"n": 1}, NOW)
        at = NOW
        for wait in WAITS:
            assert outbox.claim(session, 1, "a" * 32, at, LEASE)
            assert not outbox.fail(session, 1, "a" * 32, at, why, WAITS)
            assert outbox.ready(session, ["make"], at + wait - timedelta(microseconds=1), 10) == []
            at += wait
            assert [row.id for row in outbox.ready(session, ["make"], at, 10)] == [1]
        assert outbox.claim(session, 1, "a" * 32, at, LEASE)
        assert outbox.fail(session, 1, "a" * 32, at, why, WAITS)
        assert outbox.ready(session, ["make"], at + timedelta(days=365), 10) == []
        assert [(row.attempts, row.reasons) for row in parked.parked(session)] == [(5, tuple(why))]

        assert parked.retry(session, 1, at)
        assert not parked.retry(session, 1, at), "it is not parked any more"
        again = outbox.claim(session, 1, "b" * 32, at, LEASE)
        assert again is not None
        assert again.attempts == 1


def test_a_poisonous_row_is_parked_and_the_others_flow(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    at_once = replace(tools, settings=replace(tools.settings, backoff=()))
    trades.promise(engine, "poison", range(100, 101))
    trades.promise(engine, "make", range(199))
    assert drain(engine, at_once, kinds) == 2 * 199
    assert trades.effects(engine, "made") == trades.expected(range(199))
    assert list(trades.effects(engine, "given_up")) == ['{"key": "job.error", "n": 100}']
    with read(engine) as session:
        (row,) = parked.parked(session)
        assert parked.standing(session, moment_of(session).wall) == parked.Standing(0, None, 1)
    assert row.reasons[0].params == {"error": "ValueError: number 100 is never made"}


def test_long_reasons_are_cut_and_the_row_is_parked_all_the_same(engine: Engine) -> None:
    with write(engine) as session:
        outbox.promise(session, "make", "make:1", {"n": 1}, NOW)
        outbox.claim(session, 1, "a" * 32, NOW, LEASE)
        reasons = [Reason(f"job.error{n}", {"error": '"' * 5000}) for n in range(9)]
        assert outbox.fail(session, 1, "a" * 32, NOW, reasons, ())
        (row,) = parked.parked(session)
        assert row.reasons[0].key == "job.error0"


def test_no_transaction_is_open_during_work(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    seen = []

    def look(n: int, tools: Tools) -> int:
        with write(engine):  # on SQLite this would wait for an open transaction of the same row
            seen.append(engine.pool.status())
        return n

    make = kinds["make"]
    trades.promise(engine, "make", range(1))
    looking = {**kinds, "make": replace(make, work=look)}
    assert drain(engine, tools, looking) == 2
    assert len(seen) == 1


def test_work_begun_inside_a_transaction_is_refused(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    trades.promise(engine, "make", range(1))
    with read(engine) as session:
        session.scalar(select(Outbox.id))
        assert run(tools, kinds, 1, "a" * 32) is Outcome.failed
    assert trades.effects(engine, "made") == {}


def test_the_lease_is_renewed_while_work_goes_on(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    quick = replace(tools.settings, renewal=timedelta(milliseconds=10))
    leases = set()

    def until_renewed_twice(n: int, tools: Tools) -> int:
        while len(leases) < 3:
            leases.add(one(engine).held_until)
        return n

    trades.promise(engine, "make", range(1))
    patient = {"make": replace(kinds["make"], work=until_renewed_twice)}
    assert drain(engine, replace(tools, settings=quick), patient) == 1


def test_who_lost_the_lease_during_work_writes_nothing(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    def overtaken(n: int, tools: Tools) -> int:
        with write(engine) as session:
            later = moment_of(session).wall + tools.settings.lease + timedelta(seconds=1)
            assert outbox.claim(session, 1, "b" * 32, later, LEASE)
        return n

    trades.promise(engine, "make", range(1))
    assert run(tools, {"make": replace(kinds["make"], work=overtaken)}, 1, "a" * 32) is Outcome.not_ours
    assert trades.effects(engine, "made") == {}
    assert one(engine).holder == "b" * 32


def test_an_effect_that_fails_leaves_nothing_behind(engine: Engine, tools: Tools) -> None:
    def half(session: object, payload: object, result: None, moment: Moment) -> None:
        trades._followed(session, payload, result, moment)  # type: ignore[arg-type]
        raise RuntimeError("after the effect")

    trades.promise(engine, "follow", range(1))
    assert run(tools, {"follow": Kind("follow", half)}, 1, "a" * 32) is Outcome.failed
    assert trades.effects(engine, "followed") == {}
    row = one(engine)
    assert (row.done_at, row.holder, row.attempts) == (None, None, 1)
    assert row.not_before_at > now(engine) - timedelta(seconds=1)


def test_a_named_lease_has_one_holder(engine: Engine) -> None:
    with write(engine) as session:
        assert outbox.hold(session, "lake", "a" * 32, NOW, LEASE)
        assert not outbox.hold(session, "lake", "b" * 32, NOW, LEASE)
        assert outbox.hold(session, "lake", "a" * 32, NOW + LEASE / 2, LEASE), "the holder keeps it"
        assert not outbox.hold(session, "lake", "b" * 32, NOW + LEASE, LEASE)
        assert outbox.hold(session, "lake", "b" * 32, NOW + 2 * LEASE, LEASE)
