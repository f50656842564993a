"""The relay: rings for every outbox row whose time has come.

It may run any number of times and remembers nothing that matters: a ring that is heard twice finds the row
taken or done, and a ring that is lost (Redis wiped, worker killed) is noticed by `reconcile` and repeated.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from redis import Redis
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer
from sqlalchemy import Engine

from reviewflow.config import Settings
from reviewflow.core.failpoints import reach
from reviewflow.jobs.ring import JOB_NAME, job_id
from reviewflow.store import outbox
from reviewflow.store.clock import moment
from reviewflow.store.db import read
from reviewflow.store.outbox import Ready

WINDOW = 500
"""Most jobs that stand in one queue. The rest waits in the database, where waiting costs nothing."""

RESULT_TTL = 60
FAILURE_TTL = 7 * 86_400

_Mark = tuple[int, int, object]


class Relay:
    """Rings for due rows, each on the queue of its kind."""

    def __init__(self, engine: Engine, redis: Redis, settings: Settings, queue_of: Mapping[str, str]) -> None:
        """`queue_of`: kind of work -> queue. Rows of other kinds wait for a release that knows them."""
        self._engine = engine
        self._kinds = _names_by_queue(queue_of)
        self._again = settings.reconcile_every
        self._queues = {
            name: Queue(
                name,
                connection=redis,
                serializer=JSONSerializer,
                default_timeout=math.ceil(settings.job_timeout.total_seconds()),
            )
            for name in self._kinds
        }
        self._rung: dict[str, dict[_Mark, float]] = {name: {} for name in self._kinds}

    def tick(self) -> int:
        """Ring for what is due and not rung yet; returns how often. Raises RedisError when Redis is away."""
        with read(self._engine) as session:
            now = moment(session).wall
            due = {queue: outbox.ready(session, kinds, now, WINDOW) for queue, kinds in self._kinds.items()}
        return sum(self._ring(queue, rows) for queue, rows in due.items())

    def reconcile(self) -> None:
        """Forget rings that are no longer in the queue: taken, done or lost. What is open rings again."""
        reach("reconcile.before")
        old = time.monotonic() - self._again.total_seconds()
        for name, rung in self._rung.items():
            if not rung:
                continue
            waiting = set(self._queues[name].get_job_ids())
            for mark, at in list(rung.items()):
                if at <= old and job_id(mark[0], mark[1]) not in waiting:
                    del rung[mark]

    def _ring(self, name: str, rows: Sequence[Ready]) -> int:
        rung, queue = self._rung[name], self._queues[name]
        fresh = [row for row in rows if _mark(row) not in rung]
        if not fresh:
            return 0
        waiting = set(queue.get_job_ids())  # another relay may have rung
        fresh = [row for row in fresh if job_id(row.id, row.attempts) not in waiting]
        fresh = fresh[: max(0, WINDOW - len(waiting))]
        reach("relay.before_enqueue")
        queue.enqueue_many([_job(row) for row in fresh])
        reach("relay.after_enqueue")
        rung.update((_mark(row), time.monotonic()) for row in fresh)
        return len(fresh)


def _mark(row: Ready) -> _Mark:
    """What tells one ring from the next for the same row: a failure or a lease that ran out."""
    return row.id, row.attempts, row.held_until


def _job(row: Ready) -> EnqueueData:
    """A job that carries the row's id and nothing else; RQ keeps and logs descriptions."""
    return Queue.prepare_data(
        JOB_NAME,
        args=[row.id],
        job_id=job_id(row.id, row.attempts),
        description=f"outbox {row.id}",
        result_ttl=RESULT_TTL,
        failure_ttl=FAILURE_TTL,
    )


def _names_by_queue(queue_of: Mapping[str, str]) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for kind, queue in queue_of.items():
        names[queue].append(kind)
    return names
