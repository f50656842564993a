"""The clock: relay, reconciler, due sweep and audit seal, each at its own beat, in one thread.

Any number of clocks may run: the relay's rings, the sweep's moves and the seals are safe to repeat.
A beat that fails is tried at its next turn; the others go on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reviewflow.config import Settings
from reviewflow.core.failpoints import reach
from reviewflow.core.moment import Moment
from reviewflow.jobs.relay import Relay
from reviewflow.store.clock import moment
from reviewflow.store.db import write

log = logging.getLogger("reviewflow.jobs")

Step = Callable[[Session, Moment], int]
"""One short batch in one writing transaction; returns how many rows it changed, 0 when nothing is left."""

MOST_BATCHES = 50
"""Batches in one beat: other writers and the other beats get their turn in between."""


@dataclass
class Beat:
    """Something to do every so often. `trouble` is the kind of error it has been failing with."""

    name: str
    every: timedelta
    do: Callable[[], object]
    due: float = field(default=0.0, init=False)
    trouble: str | None = field(default=None, init=False)


HOUSE_EVERY = timedelta(minutes=1)


def beats(
    engine: Engine, relay: Relay, settings: Settings, sweep: Step, seal: Step, house: Step | None = None
) -> list[Beat]:
    """All that one clock process does.

    `sweep` makes due moves, `seal` closes the audit chain, `house` ends what is over (sessions, accounts of
    leavers) and promises what each day brings.
    """
    keeping = [] if house is None else [Beat("house", HOUSE_EVERY, lambda: batches(engine, house, "sweep"))]
    return [
        Beat("relay", settings.relay_every, relay.tick),
        Beat("reconcile", settings.reconcile_every, relay.reconcile),
        Beat("sweep", settings.sweep_every, lambda: batches(engine, sweep, "sweep")),
        Beat("seal", settings.seal_every, lambda: batches(engine, seal, "seal")),
        *keeping,
    ]


def keep_time(all_beats: Sequence[Beat], stop: threading.Event) -> None:
    """Do each beat at its time until `stop` is set. Late beats are done once, not made up for."""
    while not stop.is_set():
        for beat in all_beats:
            if beat.due <= time.monotonic() and not stop.is_set():
                _do(beat)
                beat.due = time.monotonic() + beat.every.total_seconds()
        stop.wait(max(0.0, min(beat.due for beat in all_beats) - time.monotonic()))


def batches(engine: Engine, step: Step, name: str) -> None:
    """Run `step` batch by batch, each in its own writing transaction, until it has nothing left."""
    for _ in range(MOST_BATCHES):
        with write(engine) as session:
            changed = step(session, moment(session))
            reach(f"{name}.before_commit")
        reach(f"{name}.after_commit")
        if not changed:
            return


def _do(beat: Beat) -> None:
    """One turn. Trouble is logged when it begins and when it is over, not at every turn in between."""
    try:
        beat.do()
    except Exception as error:  # noqa: BLE001  # the clock outlives an absence of database or Redis
        if beat.trouble != type(error).__name__:
            beat.trouble = type(error).__name__
            log.warning("clock: %s fails (%s) and is tried again", beat.name, beat.trouble)
        return
    if beat.trouble is not None:
        log.warning("clock: %s works again", beat.name)
        beat.trouble = None
