"""Claim, work, finish: one outbox row from promise to effect.

Delivery is at least once, the effect is exactly once: whoever finishes first marks the row done in the
transaction of the effect, and everybody else stops there. A process may be killed between any two lines.
"""

from __future__ import annotations

import logging
import secrets
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from reviewflow.core.failpoints import reach
from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason, Refused
from reviewflow.jobs.kinds import Kind, Kinds, Tools
from reviewflow.store import outbox
from reviewflow.store.clock import moment
from reviewflow.store.db import read, write
from reviewflow.store.outbox import Claimed

log = logging.getLogger("reviewflow.jobs")

_DRAIN_BATCH = 200


class Outcome(StrEnum):
    """What became of a row. `not_ours`: done or held by another, or not due; nothing was written."""

    done = "done"
    not_ours = "not_ours"
    failed = "failed"
    parked = "parked"


def run(tools: Tools, kinds: Kinds, outbox_id: int, holder: str) -> Outcome:
    """Take one row through its three steps; those without work need one transaction for all.

    What the work raises ends in the row, not here. Raises only when the database is away.
    """
    try:
        claimed, done = _claim(tools, kinds, outbox_id, holder)
        if claimed is None:
            return Outcome.not_ours
        if not done:
            result = _work(tools, kinds[claimed.kind], claimed)
            done = _finish(tools, kinds[claimed.kind], claimed, result)
        return Outcome.done if done else Outcome.not_ours
    except Exception as error:  # noqa: BLE001  # it belongs to this row and must not stop the others
        _log_failure(outbox_id, error)
        return fail(tools, kinds, outbox_id, holder, _reasons_of(error, tools))


def fail(tools: Tools, kinds: Kinds, outbox_id: int, holder: str, reasons: tuple[Reason, ...]) -> Outcome:
    """Give a row back after a failure, or park it; then its kind may say so where people look.

    Does nothing to a row that is done or held by another.
    """
    with write(tools.engine) as session:
        now = moment(session)
        # A row whose one transaction was rolled back is free again: take it to count the failure.
        outbox.claim(session, outbox_id, holder, now.wall, tools.settings.lease)
        parked = outbox.fail(session, outbox_id, holder, now.wall, reasons, tools.settings.backoff)
        if parked:
            about = outbox.about(session, outbox_id)
            give_up = kinds[about.kind].give_up if about.kind in kinds else None
            if give_up is not None:
                give_up(session, about.payload, reasons, now)
        reach("fail.before_commit")
    reach("fail.after_commit")
    return Outcome.parked if parked else Outcome.failed


def drain(engine: Engine, tools: Tools, kinds: Kinds | None = None) -> int:
    """Do all that is due now, here and one after another, until nothing is left; returns how many got done.

    The same steps as a worker's, without Redis: for tests and for commands that must not wait for a worker.
    """
    if kinds is None:
        from reviewflow.jobs.table import kinds as all_kinds

        kinds = all_kinds()
    done, holder = 0, secrets.token_hex(16)
    while True:
        with read(engine) as session:
            rows = outbox.ready(session, list(kinds), moment(session).wall, _DRAIN_BATCH)
        if not rows:
            return done
        done += sum(run(tools, kinds, row.id, holder) is Outcome.done for row in rows)


def _claim(tools: Tools, kinds: Kinds, outbox_id: int, holder: str) -> tuple[Claimed | None, bool]:
    """The claimed row, and whether it is done already: an effect without work needs no second transaction."""
    with write(tools.engine) as session:
        now = moment(session)
        claimed = outbox.claim(session, outbox_id, holder, now.wall, tools.settings.lease)
        if claimed is not None and kinds[claimed.kind].work is None:
            done = _effect(session, kinds[claimed.kind], claimed, None, now)
        else:
            done = False
            reach("claim.before_commit")
    reach("finish.after_commit" if done else "claim.after_commit")
    return claimed, done


def _work(tools: Tools, kind: Kind[Any, Any], claimed: Claimed) -> Any:
    """The result of the long step, with the lease renewed meanwhile."""
    assert kind.load is not None
    assert kind.work is not None
    with read(tools.engine) as session:
        inputs = kind.load(session, claimed.payload)
    _assert_no_transaction(tools.engine)
    reach("work.before")
    with _renewed(tools, claimed):
        result = kind.work(inputs, tools)
    reach("work.after")
    return result


def _finish(tools: Tools, kind: Kind[Any, Any], claimed: Claimed, result: Any) -> bool:
    with write(tools.engine) as session:
        if not _effect(session, kind, claimed, result, moment(session)):
            return False
    reach("finish.after_commit")
    return True


def _effect(session: Session, kind: Kind[Any, Any], claimed: Claimed, result: Any, now: Moment) -> bool:
    """Mark the row done and write its effect, in this transaction; False, and no effect, if it was taken."""
    if not outbox.finish(session, claimed.id, claimed.holder, now.wall):
        return False
    kind.finish(session, claimed.payload, result, now)
    reach("finish.before_commit")
    return True


def _assert_no_transaction(engine: Engine) -> None:
    """Work may take long; a transaction open meanwhile would make every writer wait on SQLite."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    if pool.checkedout():
        raise RuntimeError("a transaction is open while promised work begins")


@contextmanager
def _renewed(tools: Tools, claimed: Claimed) -> Iterator[None]:
    """Keep the lease while the block runs. When it was lost, `finish` notices; nothing is interrupted."""
    over = threading.Event()
    thread = threading.Thread(target=_renew, args=(tools, claimed, over), name="renewal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(tools: Tools, claimed: Claimed, over: threading.Event) -> None:
    while not over.wait(tools.settings.renewal.total_seconds()):
        try:
            with write(tools.engine) as session:
                until = moment(session).wall + tools.settings.lease
                if not outbox.renew(session, claimed.id, claimed.holder, until):
                    return
        except Exception as error:  # noqa: BLE001  # the database may be away; the next try may do
            log.warning("outbox %s: lease not renewed (%s)", claimed.id, type(error).__name__)


def _reasons_of(error: Exception, tools: Tools) -> tuple[Reason, ...]:
    if isinstance(error, Refused):
        return error.reasons
    reason = getattr(error, "reason", None)
    if isinstance(reason, Reason):  # the printer's
        return (reason,)
    if isinstance(error, TimeoutError):
        return (Reason("job.timeout", {"seconds": int(tools.settings.job_timeout.total_seconds())}),)
    # A database error repeats the statement and its values; its cause is enough.
    text = f"{type(error).__name__}: {getattr(error, 'orig', None) or error}"
    return (Reason("job.error", {"error": text}),)


def _log_failure(outbox_id: int, error: Exception) -> None:
    """Type and place only: a message may hold names or pay, and logs are read by more people than HR."""
    places = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{place.filename}:{place.lineno}" for place in reversed(places))
    log.warning("outbox %s failed: %s at %s", outbox_id, type(error).__name__, where)
