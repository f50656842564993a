"""`reviewflow worker`: does promised work of one queue."""

from __future__ import annotations

import click


@click.command("worker")
@click.argument("queue", nargs=-1, required=True)
def command(queue: tuple[str, ...]) -> None:
    """Do promised work from one QUEUE: letters or default.

    `letters` prints feedback letters and keeps the printer warm; `default` does everything else: figures,
    awards, messages, automatic moves. Start as many workers as there are processors to spare, each on
    exactly one queue. A worker may be killed at any time: what it had in hand is taken up by another.
    """
    from reviewflow.cli._start import start
    from reviewflow.jobs.service import run_worker
    from reviewflow.jobs.worker import check_queues

    check_queues(queue)
    run_worker(start(), queue)
