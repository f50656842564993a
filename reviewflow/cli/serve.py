"""`reviewflow serve`: the web, by gunicorn."""

from __future__ import annotations

import click


@click.command("serve")
@click.option("--bind", metavar="HOST:PORT", help="Default: REVIEWFLOW_BIND, else 127.0.0.1:8000.")
@click.option("--workers", type=click.IntRange(1), help="Processes. Default: REVIEWFLOW_WEB_WORKERS, 2.")
def command(bind: str | None, workers: int | None) -> None:
    """Serve the pages.

    Runs until it is stopped (SIGTERM finishes what is being answered). Letters, figures and deadlines also
    need `reviewflow clock` and the two workers, `reviewflow worker letters` and `reviewflow worker default`.
    """
    from reviewflow.cli._gunicorn import run
    from reviewflow.cli._start import start

    settings = start()
    run(settings, bind or settings.bind, workers or settings.web_workers)
