"""Two or more at the same moment, each in a transaction of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from reviewflow.core.conflict import Conflict
from reviewflow.core.reasons import Refused
from reviewflow.store import db
from tests.flows.story import Story

Work = Callable[[Session], object]
PATIENCE_SECONDS = 30


def together(story: Story, works: Sequence[Work]) -> list[object]:
    """Each in a thread and a transaction of its own, all let go at once; results or what they raised."""
    results: list[object] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(number: int) -> None:
        barrier.wait(PATIENCE_SECONDS)
        results[number] = outcome(story.engine, works[number])

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return results


def outcome(engine: Engine, work: Work) -> object:
    try:
        with db.write(engine) as session:
            return work(session)
    except (Refused, Conflict) as refused:
        return refused


def meanwhile(story: Story, first: Work, second: Work) -> object:
    """What `second` comes to if it begins while `first` is written and not committed."""
    results: list[object] = []
    with db.write(story.engine) as session:
        first(session)
        session.flush()
        thread = threading.Thread(target=lambda: results.append(outcome(story.engine, second)))
        thread.start()
        wait_until_it_waits(story.engine, thread)
    thread.join(PATIENCE_SECONDS)
    (result,) = results
    return result


def wait_until_it_waits(engine: Engine, thread: threading.Thread) -> None:
    """On PostgreSQL until the second waits for a lock, or is through without one."""
    until = time.monotonic() + PATIENCE_SECONDS
    waiting = text("select count(*) from pg_locks where not granted")
    while engine.dialect.name == "postgresql" and thread.is_alive() and time.monotonic() < until:
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
