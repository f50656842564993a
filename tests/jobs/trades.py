"""Kinds of work for the tests of the queue: their effects are audit rows, of which two would show.

`make` prints a thing (queue `letters`) and promises a `follow` (queue `default`). The shaky, the deadly and
the others go wrong on purpose.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.jobs.kinds import DEFAULT, LETTERS, Kind, Kinds, Tools
from reviewflow.store import audit, outbox
from reviewflow.store.audit import Audit
from reviewflow.store.clock import moment as moment_of
from reviewflow.store.db import read, write
from reviewflow.store.outbox import Payload

QUEUE_OF = {
    "make": LETTERS,
    "follow": DEFAULT,
    "shaky": DEFAULT,
    "poison": DEFAULT,
    "deadly": DEFAULT,
    "endless": DEFAULT,
}


def kinds(folder: Path) -> Kinds:
    """All test kinds. `folder` remembers which shaky ones failed already."""

    def load(session: Session, payload: Payload) -> int:
        return int(payload["n"])

    def fails_once(n: int, tools: Tools) -> int:
        marker = folder / f"failed-{n}"
        if not marker.exists():
            marker.touch()
            raise RuntimeError("the first try fails")
        return n

    made: tuple[Kind[Any, Any], ...] = (
        Kind("make", _made, load, lambda n, tools: n),
        Kind("follow", _followed),
        Kind("shaky", _shaken, load, fails_once),
        Kind("poison", _made, load, _raise, _given_up),
        Kind("deadly", _made, load, _die),
        Kind("endless", _made, load, _hang),
    )
    return {kind.name: kind for kind in made}


def promise(engine: Engine, kind: str, numbers: range) -> None:
    """One row for each number."""
    with write(engine) as session:
        rows = [(f"{kind}:{n}", {"n": n}) for n in numbers]
        outbox.promise_all(session, kind, rows, moment_of(session).wall)


def effects(engine: Engine, action: str) -> Counter[str]:
    """How often each number's effect is there."""
    with read(engine) as session:
        return Counter(session.scalars(select(Audit.detail).where(Audit.action == action)))


def expected(numbers: range) -> Counter[str]:
    """Each number's effect, once."""
    return Counter(f'{{"n": {n}}}' for n in numbers)


def _made(session: Session, payload: Payload, result: int | None, moment: Moment) -> None:
    assert result == payload["n"]
    audit.record(session, moment, None, "made", detail={"n": result})
    outbox.promise(session, "follow", f"follow:{result}", {"n": payload["n"]}, moment.wall)


def _followed(session: Session, payload: Payload, result: None, moment: Moment) -> None:
    audit.record(session, moment, None, "followed", detail={"n": payload["n"]})


def _shaken(session: Session, payload: Payload, result: int | None, moment: Moment) -> None:
    audit.record(session, moment, None, "shaken", detail={"n": payload["n"]})


def _given_up(session: Session, payload: Payload, reasons: tuple[Reason, ...], moment: Moment) -> None:
    audit.record(session, moment, None, "given_up", detail={"n": payload["n"], "key": reasons[0].key})


def _raise(n: int, tools: Tools) -> int:
    raise ValueError(f"number {n} is never made")


def _die(n: int, tools: Tools) -> int:
    os.kill(os.getpid(), signal.SIGKILL)  # what the kernel does when memory runs out
    return n


def _hang(n: int, tools: Tools) -> int:
    signal.pause()  # woken by the alarm, which raises; whatever else wakes it, it hangs again
    return _hang(n, tools)
