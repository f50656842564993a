"""What an installation needs, looked at one by one. A start asks some of it, `doctor` all of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from reviewflow.cli import language
from reviewflow.config import Settings
from reviewflow.core.reasons import Fault, Reason, Refused
from reviewflow.services.accept import check, check_alone, read_folders
from reviewflow.store import definitions as accepted
from reviewflow.store import migrations, parked
from reviewflow.store.clock import is_scratch, moment
from reviewflow.store.db import read
from reviewflow.wording import say

WAITING_TOO_LONG = timedelta(minutes=2)
OLDEST_REDIS = (6, 2)
_PRINTER_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """One sentence about the installation; `good` where nothing needs to be done."""

    good: bool
    reason: Reason


def good(key: str, **params: str | int) -> Finding:
    return Finding(True, Reason(f"doctor.{key}", params))


def bad(key: str, **params: str | int) -> Finding:
    return Finding(False, Reason(f"doctor.{key}", params))


def schema(settings: Settings, engine: Engine) -> list[Finding]:
    """The database answers and has the schema of this release."""
    try:
        current, newest = migrations.current(engine), migrations.newest()
    except SQLAlchemyError as error:
        return [Finding(False, database_away(error))]
    if current != newest:
        return [bad("database_old", current=current or "-", newest=newest)]
    return [good("database", kind=engine.dialect.name, revision=current)]


def database_away(error: SQLAlchemyError) -> Reason:
    """The database does not answer; the first line of what its driver said."""
    cause = str(getattr(error, "orig", None) or error).splitlines()
    return Reason("doctor.database_away", {"error": "".join(cause[:1])})


def clock_of(settings: Settings, engine: Engine) -> list[Finding]:
    """Real reviews run on the wall clock; a database whose clock can be moved serves rehearsals only."""
    with read(engine) as session:
        moved = is_scratch(session) and not settings.may_stop_business_clock
    return [bad("scratch")] if moved else []


def definitions(settings: Settings, engine: Engine) -> list[Finding]:
    """Everything that open reviews and awards run on can still be read by this release."""
    with read(engine) as session:
        used = [(row.kind, row.name, row.text) for row in accepted.in_use(session)]
    catalogue = next((text for kind, _, text in used if kind == "indicators"), "")
    faulty = [
        (kind, name, found) for kind, name, text in used if (found := check_alone(kind, text, catalogue))
    ]
    findings = [bad("definition", kind=kind, name=name, faults=_said(found)) for kind, name, found in faulty]
    return findings or [good("definitions", count=len(used))]


def work(settings: Settings, engine: Engine) -> list[Finding]:
    """Promised work gets done: nothing waits for long, and nothing was given up."""
    with read(engine) as session:
        now = moment(session).wall
        standing = parked.standing(session, now)
    findings = []
    if standing.parked:
        findings.append(bad("parked", count=standing.parked))
    if standing.oldest_at and now - standing.oldest_at > WAITING_TOO_LONG:
        minutes = int((now - standing.oldest_at).total_seconds() // 60)
        findings.append(bad("waiting", count=standing.due, minutes=minutes))
    return findings or [good("work", count=standing.due)]


def lake(settings: Settings, engine: Engine) -> list[Finding]:
    """The files of the lake are there and whole. It is a copy, so that this is never a loss."""
    from reviewflow.store.facts import lake as copies

    with read(engine) as session:
        damaged, batch = copies.damaged(session, settings.lake_folder), copies.version(session).batch_no
    return [bad("lake_damaged", files=len(damaged)) if damaged else good("lake", batch=batch)]


def redis(settings: Settings, engine: Engine) -> list[Finding]:
    """The operator's Redis answers, is new enough and never evicts; or the private one can be started."""
    from reviewflow.jobs.embedded_redis import server_binary
    from reviewflow.jobs.redis_link import RedisError, connect

    if settings.redis_url is None:
        try:
            return [good("redis_private", binary=server_binary())]
        except Refused as error:
            return [Finding(False, reason) for reason in error.reasons]
    try:
        with connect(settings.redis_url) as client:
            version = str(client.info("server")["redis_version"])
            policy = str(client.info("memory").get("maxmemory_policy", "noeviction"))
    except RedisError as error:
        return [bad("redis_away", error=type(error).__name__)]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        return [bad("redis_old", version=version)]
    return [good("redis", version=version) if policy == "noeviction" else bad("redis_evicts", policy=policy)]


def files(settings: Settings, engine: Engine) -> list[Finding]:
    """The workflow files on disk are without faults, so that a launch can take them."""
    folder = settings.workflows_folder
    proposals = read_folders(folder, settings.templates_folder)
    found = check(proposals, lambda kind, name: None)
    faulty = [(path, _said(faults)) for path, faults in found.items()]
    findings = [bad("file", file=path, faults=found) for path, found in faulty]
    return findings or [good("files", count=len(proposals), folder=str(folder))]


def printer(settings: Settings, engine: Engine) -> list[Finding]:
    """Letters can be printed: Pango and HarfBuzz are there. Looked at in another process, as it is heavy."""
    run = subprocess.run(
        [sys.executable, "-c", "import reviewflow.printer, weasyprint"],
        capture_output=True,
        text=True,
        timeout=_PRINTER_SECONDS,
        check=False,
    )
    lines = run.stderr.strip().splitlines()
    return [good("printer") if run.returncode == 0 else bad("printer_lacks", error="".join(lines[-1:]))]


Check = Callable[[Settings, Engine], list[Finding]]

WITHOUT_DATABASE: tuple[Check, ...] = (redis, files, printer)
WITH_DATABASE: tuple[Check, ...] = (clock_of, definitions, work, lake)


def _said(faults: Iterable[Fault]) -> str:
    """``5: The weights sum to 95; 9: ...``"""
    return "; ".join(f"{one.line or 1}: {say(one, language()).rstrip('.。')}" for one in faults)
