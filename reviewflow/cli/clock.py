"""`reviewflow clock`: rings for promised work, makes due moves, seals the audit."""

from __future__ import annotations

import click


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

    run_clock(start(), sweep, seal)
