"""The long-running processes: a clock and workers, with Redis at hand, until somebody asks them to stop."""

from __future__ import annotations

import gc
import logging
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import FrameType

from rq.exceptions import StopRequested

from reviewflow.config import Settings
from reviewflow.core.reasons import Refused
from reviewflow.jobs import table
from reviewflow.jobs.arming import arm_failpoints
from reviewflow.jobs.clock import Beat, Step, beats, keep_time
from reviewflow.jobs.embedded_redis import RedisServer
from reviewflow.jobs.kinds import LETTERS, Kinds, Printer, Tools
from reviewflow.jobs.redis_link import RedisError, connect
from reviewflow.jobs.relay import Relay
from reviewflow.jobs.worker import OutboxWorker, check_queues
from reviewflow.store.db import engine

log = logging.getLogger("reviewflow.jobs")

WAIT_SECONDS = 1.0


def run_clock(
    settings: Settings,
    sweep: Step,
    seal: Step,
    house: Step | None = None,
    queue_of: Mapping[str, str] = table.QUEUE_OF,
) -> None:
    """Keep time until SIGTERM or SIGINT. Any number of clocks may run. `queue_of`: kind of work -> queue."""
    over = _stop_on_signals()
    arm_failpoints(settings)
    bound = engine(settings.database_url)
    with RedisServer(settings) as server, connect(settings.queue_url) as redis:
        relay = Relay(bound, redis, settings, queue_of)
        redis_again = Beat("redis", settings.reconcile_every, server.ensure)
        keep_time([redis_again, *beats(bound, relay, settings, sweep, seal, house)], over)
    bound.dispose()


def run_worker(settings: Settings, queues: Sequence[str]) -> None:
    """Serve one queue until SIGTERM or SIGINT; a row in work is finished first. Raises `Refused`."""
    check_queues(queues)
    with _mould(queues[0]) as mould:
        attend(settings, queues, table.kinds(queues[0]), mould)


def attend(settings: Settings, queues: Sequence[str], kinds: Kinds, mould: Printer | None = None) -> None:
    """Serve one queue with these kinds of work; the printer, where one is needed, is warm."""
    arm_failpoints(settings)
    with RedisServer(settings) as server:
        tools = Tools(settings, engine(settings.database_url), mould)
        gc.freeze()  # what is loaded now stays shared with every forked process
        while not _serve(server, queues, tools, kinds):
            pass


def _serve(server: RedisServer, queues: Sequence[str], tools: Tools, kinds: Kinds) -> bool:
    """One spell of work. True when asked to stop, False when Redis failed and is to be tried again."""
    worker: OutboxWorker | None = None
    try:
        try:
            with connect(server.ensure()) as redis:
                worker = OutboxWorker(queues, redis, tools, kinds)
                worker.work(logging_level="WARNING")
        except (RedisError, Refused) as error:
            log.warning("worker: no Redis (%s)", type(error).__name__)
        if worker is not None and worker.asked_to_stop:
            return True
        time.sleep(WAIT_SECONDS)
    except StopRequested:  # raised by RQ's signal handler, which stays when its loop has ended
        return True
    return False


def _mould(queue: str) -> AbstractContextManager[Printer | None]:
    """The printer's warm mould, for the queue that prints."""
    if queue != LETTERS:
        return nullcontext()
    from reviewflow.printer import Mould

    return Mould()


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
