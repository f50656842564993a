"""`reviewflow clock`: rings for promised work, makes due moves, seals the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from reviewflow.config import Settings
    from reviewflow.core.moment import Moment


@click.command("clock")
def command() -> None:
    """Keep time: ring for promised work, make the moves that are due, seal the audit.

    One is needed; more do no harm and take over when one dies. Without REDIS_URL it also starts the private
    Redis that workers on the same machine use.
    """
    from reviewflow.cli._start import start
    from reviewflow.jobs.service import run_clock
    from reviewflow.services.move.sweep import sweep
    from reviewflow.store.audit_chain import seal

    settings = start()
    _seal_everything(settings)
    run_clock(settings, sweep, seal, _keep_house)


def _keep_house(session: Session, moment: Moment) -> int:
    """End sessions that ran out and accounts of those who left, and have each day's figures computed."""
    from reviewflow.services import sign_in
    from reviewflow.services.measure import live
    from reviewflow.store.staff import close_accounts_of_leavers

    ended = sign_in.sweep(session, moment) + len(close_accounts_of_leavers(session, moment.business.date()))
    return ended + live.each_day(session, moment)


def _seal_everything(settings: Settings) -> None:
    """Once at the start, also rows that became visible long after they were numbered."""
    from reviewflow.store.audit_chain import seal
    from reviewflow.store.clock import moment
    from reviewflow.store.db import engine, write

    bound = engine(settings.database_url)
    with write(bound) as session:
        seal(session, moment(session), everything=True)
    bound.dispose()
