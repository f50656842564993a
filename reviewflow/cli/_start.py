"""What every long-running command does first: read the settings, look at the database, set up the log."""

from __future__ import annotations

import logging

from sqlalchemy import Engine

from reviewflow.cli._checks import Finding, clock_of, definitions, schema
from reviewflow.config import Settings, load
from reviewflow.core.reasons import Refused
from reviewflow.store.company import set_company
from reviewflow.store.db import engine, write


def start() -> Settings:
    """The settings of an installation that is fit to run. Raises `Faulty` or `Refused` with all reasons."""
    settings = load()
    log_to_stderr()
    bound = engine(settings.database_url)
    try:
        findings = schema(settings, bound)
        if all(finding.good for finding in findings):
            findings = [*findings, *clock_of(settings, bound), *definitions(settings, bound)]
            _name_company(settings, bound)
    finally:
        bound.dispose()
    _refuse(findings)
    return settings


def _name_company(settings: Settings, bound: Engine) -> None:
    """Letters take the company's name and address from the database, where the settings put them."""
    with write(bound) as session:
        if settings.environment in ("production", "demo"):
            set_company(session, settings.company, settings.base_url, settings.zone)


def log_to_stderr() -> None:
    """One line for each event, for journald or a container's log. No names, no pay (see `jobs.steps`)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _refuse(findings: list[Finding]) -> None:
    bad = [finding.reason for finding in findings if not finding.good]
    if bad:
        raise Refused(bad)
