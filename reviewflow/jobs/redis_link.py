"""One way to Redis, with bounded waits. Redis only rings; losing it delays work and loses nothing."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

__all__ = ["Redis", "RedisError", "connect"]

CONNECT_SECONDS = 2
ANSWER_SECONDS = 5


def connect(url: str) -> Redis:
    """A client that fails at once when the server is away (the default tries again for seconds)."""
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
    )
