"""What a child of the nursery lives for: the product's own clock or worker, with the tests' kinds of work."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path

from sqlalchemy.orm import Session

from reviewflow.config import load
from reviewflow.core.moment import Moment
from reviewflow.jobs.process import die_with_parent
from reviewflow.jobs.service import attend, run_clock
from reviewflow.store import outbox
from reviewflow.store.audit_chain import seal
from tests.jobs import trades


def live(what: str, parent: int) -> None:
    """Never returns."""
    status = 1
    try:
        die_with_parent(parent)
        logging.basicConfig(level=logging.INFO, format=f"%(relativeCreated)d {what} %(process)d %(message)s")
        job, *queue = what.split()[:2]  # a third word tells twins apart
        if job == "clock":
            run_clock(load(), sweep, seal, queue_of=trades.QUEUE_OF)
        else:
            attend(load(), queue, trades.kinds(Path(os.environ["TRADES_FOLDER"])))
        status = 0
    except BaseException:  # noqa: BLE001  # a forked child must not return into the nursery's loop
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def sweep(session: Session, moment: Moment) -> int:
    """A due sweep that finds the same follow-up again and again, and promises it once."""
    outbox.promise(session, "follow", "follow:swept", {"n": 0}, moment.wall)
    return 0
