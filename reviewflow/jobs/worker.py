"""The worker: hears the rings of one queue and takes the rows they name through their steps.

RQ does what it does well (blocking queue, a forked process for each job, time limit) and is trusted with
nothing: what becomes of a row stands in the row. RQ loses a job for good when a worker of two queues is
killed, so a worker has exactly one; and it would keep a traceback in Redis, so none reaches it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import logging
import math
import os
import signal
import time
from collections.abc import Sequence
from types import FrameType

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException, UnixSignalDeathPenalty
from rq.worker import Worker, WorkerStatus

from reviewflow.core.reasons import Reason, Refused
from reviewflow.jobs import steps
from reviewflow.jobs.kinds import QUEUES, Kinds, Tools
from reviewflow.jobs.process import die_with_parent
from reviewflow.jobs.ring import Ring, row_of
from reviewflow.store import outbox
from reviewflow.store.db import read

log = logging.getLogger("reviewflow.jobs")

WORKER_TTL = 30
MAINTENANCE_SECONDS = 30
MONITOR_SECONDS = 5
TAKE_ALONG_SECONDS = 1.0
"""How long a forked process takes further rings along: a fork for each of 10,000 short rows is slow."""
HANG_SECONDS = 3
"""How long after its time limit a process may hang outside Python's reach before it is ended."""


class TooLong(JobTimeoutException, TimeoutError):
    """The work of a row took longer than the job timeout."""


class _TimeLimit(UnixSignalDeathPenalty):
    def __init__(
        self, timeout: int, exception: type[Exception] = JobTimeoutException, **kwargs: object
    ) -> None:
        super().__init__(timeout, exception, **kwargs)  # type: ignore[no-untyped-call]  # RQ's

    def handle_death_penalty(self, signum: int, frame: FrameType | None) -> None:
        raise TooLong if issubclass(self._exception, JobTimeoutException) else self._exception


class OutboxWorker(Worker):
    """Serves one queue. Raises `Refused` for none, two or an unknown one."""

    death_penalty_class = _TimeLimit

    def __init__(self, queues: Sequence[str], redis: Redis, tools: Tools, kinds: Kinds) -> None:
        check_queues(queues)
        super().__init__(
            list(queues),
            connection=redis,
            job_class=Ring,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            maintenance_interval=MAINTENANCE_SECONDS,
            job_monitoring_interval=MONITOR_SECONDS,
            log_job_description=False,
            work_horse_killed_handler=self._horse_died,
        )
        self._tools = tools
        self._kinds = kinds
        self._limit = math.ceil(tools.settings.job_timeout.total_seconds())

    @property
    def asked_to_stop(self) -> bool:
        """Whether a signal ended `work`, and not trouble with Redis."""
        return self._shutdown_requested_date is not None

    def subscribe(self) -> None:
        """No commands by way of Redis (stop a job, shut down), and no thread to fork beside."""

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """The next job. Raises RedisError when the server is gone: RQ would wait for this one for ever,
        and ours may have to be started again.
        """
        self.set_state(WorkerStatus.IDLE)
        while True:
            self.heartbeat()
            if self.should_run_maintenance_tasks:
                self.run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ's
            with contextlib.suppress(DequeueTimeout):
                return self._dequeued(timeout)

    def _dequeued(self, timeout: int | None) -> tuple[Job, Queue] | None:
        found = self.queue_class.dequeue_any(
            self.queues,
            timeout,
            connection=self.connection,
            job_class=self.job_class,
            serializer=self.serializer,
            death_penalty_class=self.death_penalty_class,
        )
        if found is not None:
            version = self.get_redis_server_version()  # type: ignore[no-untyped-call]  # RQ's
            found[0].redis_server_version = version
        return found

    def execute_job(self, job: Job, queue: Queue) -> None:
        assert isinstance(job, Ring)
        # RQ's own limit is a second net: rows taken along have a limit each.
        job.timeout, job.answer = 2 * self._limit + HANG_SECONDS, self._answer
        if self._tools.mould is not None:
            self._tools.mould.start()  # before the fork, or every fork would warm its own
        super().execute_job(job, queue)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the forked process: it dies with the worker, and opens its own connections."""
        assert self.pid is not None
        die_with_parent(self.pid)
        self._tools.engine.dispose(close=False)
        super().main_work_horse(job, queue)

    def _answer(self, outbox_id: int) -> None:
        """Take the row through its steps, and the next ones that wait, as long as that is quick."""
        until, holder = time.monotonic() + TAKE_ALONG_SECONDS, self._holder(os.getpid())
        row: int | None = outbox_id
        while row is not None:
            # Beyond Python's reach no exception is raised; then the process ends.
            faulthandler.dump_traceback_later(self._limit + HANG_SECONDS, exit=True)
            try:
                with _TimeLimit(self._limit):
                    steps.run(self._tools, self._kinds, row, holder)
            except Exception as error:  # noqa: BLE001  # the database is away; the row rings again
                log.warning("outbox %s: left as it is (%s)", row, type(error).__name__)
                return
            row = self._next_ring() if time.monotonic() < until else None

    def _next_ring(self) -> int | None:
        """The row of the next ring, taken off the queue. If we die now, the relay notices and rings again."""
        try:
            while name := self.connection.lpop(self.queues[0].key):
                assert isinstance(name, bytes)
                job_id = name.decode("ascii", "replace")
                row = row_of(job_id)
                if row is not None:
                    self.connection.delete(Ring.key_for(job_id))
                    return row
        except RedisError:
            pass
        return None

    def _horse_died(self, job: Job, pid: int | None, status: int | None, usage: object) -> None:
        """The process was ended (memory, time, a crash) while this one lives: that counts as a failure.

        It may have gone on to other rows, or died in a transaction that took its claim with it.
        """
        assert isinstance(job, Ring)
        engine, holder = self._tools.engine, self._holder(pid or 0)
        with read(engine) as session:
            rows = outbox.held_by(session, holder) or [job.outbox_id]
        for row in rows:
            log.warning("outbox %s: its process died (%s)", row, _ending(status))
            reason = Reason("job.died", {"ending": _ending(status)})
            steps.fail(self._tools, self._kinds, row, holder, (reason,))
        engine.dispose()  # the next fork must not inherit a connection

    def _holder(self, pid: int) -> str:
        """How a forked process signs its claims, so that its parent can tell which rows it died with."""
        return hashlib.sha256(f"{self.name}:{pid}".encode()).hexdigest()[:32]


def check_queues(queues: Sequence[str]) -> None:
    """Exactly one known queue for each worker; raises `Refused` otherwise."""
    if len(queues) != 1:
        raise Refused([Reason("worker.one_queue", {"count": len(queues), "queues": ", ".join(QUEUES)})])
    if queues[0] not in QUEUES:
        raise Refused([Reason("worker.no_queue", {"queue": queues[0], "queues": ", ".join(QUEUES)})])


def _ending(status: int | None) -> str:
    """How a process ended, in the words of its exit status."""
    if status is None:
        return "?"
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"status {os.WEXITSTATUS(status)}"
