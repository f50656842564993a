"""`reviewflow doctor`: what is fit, what is not, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reviewflow.cli._checks import Finding
    from reviewflow.config import Settings


@click.command("doctor")
@click.option("--migrate", is_flag=True, help="First bring the database to the schema of this release.")
@click.option("--rebuild-lake", is_flag=True, help="Delete the lake of events and fill it from the database.")
def command(migrate: bool, rebuild_lake: bool) -> None:
    """Say what is fit to run and what is not, and how to mend it.

    Looks at settings, database, Redis, workflow files, printer and promised work. Status 0: all is well.
    The lake is a copy: rebuilding it changes no number.
    """
    from reviewflow.cli import print_reasons
    from reviewflow.config import load

    settings = load()
    if migrate:
        _migrate(settings)
    if rebuild_lake:
        _rebuild_lake(settings)
    well = True
    for finding in _findings(settings):
        click.echo("ok    " if finding.good else "WRONG ", nl=False)
        print_reasons([finding.reason])
        well = well and finding.good
    sys.exit(0 if well else 1)


def _findings(settings: Settings) -> Iterator[Finding]:
    """One after another, as they are found. What needs the database is left out where there is none."""
    from reviewflow.cli import _checks
    from reviewflow.store.db import engine

    bound = engine(settings.database_url)
    try:
        database = _checks.schema(settings, bound)
        yield from database
        there = all(finding.good for finding in database)
        for check in (*_checks.WITHOUT_DATABASE, *(_checks.WITH_DATABASE if there else ())):
            yield from check(settings, bound)
    finally:
        bound.dispose()


def _migrate(settings: Settings) -> None:
    from sqlalchemy.exc import OperationalError

    from reviewflow.cli._checks import database_away
    from reviewflow.core.reasons import Refused
    from reviewflow.store import migrations
    from reviewflow.store.db import engine

    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    bound = engine(settings.database_url)
    try:
        migrations.upgrade(bound)
    except OperationalError as error:
        raise Refused([database_away(error)]) from error
    finally:
        bound.dispose()


def _rebuild_lake(settings: Settings) -> None:
    import secrets

    from reviewflow.cli import print_reasons
    from reviewflow.cli._database import database
    from reviewflow.core.reasons import Reason, Refused
    from reviewflow.store.facts import lake

    try:
        with database(settings) as bound:
            batch = lake.rebuild(bound, settings.lake_folder, secrets.token_hex(16))
    except lake.Busy as error:
        raise Refused([Reason("doctor.lake_busy")]) from error
    print_reasons([Reason("doctor.lake_rebuilt", {"batch": batch})])
