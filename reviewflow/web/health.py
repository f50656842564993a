"""Whether the parts that the web leans on answer."""

from __future__ import annotations

from flask import current_app


def redis_answers() -> bool:
    """Asked through the limiter, the one part of the web that reaches Redis; True where it counts in memory."""
    limiter = next(iter(current_app.extensions["limiter"]))
    try:
        return bool(limiter.storage.check())
    except Exception:  # noqa: BLE001  # whatever the driver raises, it does not answer
        return False
