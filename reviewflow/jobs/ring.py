"""A ring: the RQ job that names one outbox row, and what it takes to be believed.

JSON instead of pickle is not enough: RQ imports and calls whatever name a job carries, and whatever names
its callbacks carry. A ring carries a row id; nothing that stands in Redis is imported, and what else stands
there (callbacks, webhooks, retries, dependencies, pickled bytes) is not read.
"""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections.abc import Callable

from rq.exceptions import NoSuchJobError
from rq.job import Job

JOB_NAME = "reviewflow.outbox"
"""What a job calls itself in Redis. Not an importable name: only our worker knows what it stands for."""

log = logging.getLogger("reviewflow.jobs")

_RING = re.compile(r"ob-([1-9][0-9]{0,17})-[0-9]{1,6}")
_LONGEST_DATA = 200
# What RQ keeps books with. Everything else in a job's hash would be an order, and we take none from there.
_BOOKS = frozenset(
    (
        "created_at",
        "data",
        "ended_at",
        "enqueued_at",
        "failure_ttl",
        "last_heartbeat",
        "origin",
        "result_ttl",
        "started_at",
        "status",
        "worker_name",
    )
)


class Ring(Job):
    """One ring. A job of any other shape is refused as if it were not there."""

    answer: Callable[[int], None] | None = None
    """What to do about the row; given by the worker, never taken from Redis."""

    outbox_id: int

    def restore(self, raw_data: dict[bytes, bytes]) -> None:
        fields = {name.decode("ascii", "replace"): value for name, value in raw_data.items()}
        outbox_id = row_of(self.id)
        try:
            if outbox_id is None or _plain(fields.get("data", b"")) != _data(outbox_id):
                raise ValueError("not a ring")
            super().restore({name: value for name, value in fields.items() if name in _BOOKS})
        except (ValueError, KeyError, zlib.error) as error:
            log.warning("job %s refused: it is not the plain name of an outbox row", ascii(self.id)[:60])
            raise NoSuchJobError("refused") from error
        self.outbox_id = outbox_id

    def _execute(self) -> None:
        """Takes the place of importing the function whose name stands in Redis."""
        assert self.answer is not None, "only a worker answers a ring"
        self.answer(self.outbox_id)


def job_id(outbox_id: int, attempts: int) -> str:
    """The name of one ring in Redis (letters, digits, `-` and `_` only)."""
    return f"ob-{outbox_id}-{attempts}"


def row_of(name: str) -> int | None:
    """The row that a job id names; None for ids that are not ours."""
    ring = _RING.fullmatch(name)
    return int(ring[1]) if ring else None


def _data(outbox_id: int) -> bytes:
    """What the relay has RQ write for this row: function name, instance, arguments, keywords."""
    return json.dumps((JOB_NAME, None, [outbox_id], {})).encode()


def _plain(data: bytes) -> bytes:
    """The beginning of the compressed data: enough to compare, and no bomb."""
    return zlib.decompressobj().decompress(data, _LONGEST_DATA)
