"""A scratch database with everything a cycle needs: schema, definitions, imported data, people with roles."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from reviewflow.config import Settings, load
from reviewflow.core.reasons import Reason, Refused
from reviewflow.rehearsal.config import RehearsalConfig, Staff
from reviewflow.services import accept
from reviewflow.store import db, managers, migrations, staff
from reviewflow.store.clock import mark_scratch, moment, set_business_clock
from reviewflow.store.company import set_company
from reviewflow.store.people import Membership, Person, RoleGrant, Unit

ROOT = "company"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC).date()
HOUR_OF_LAUNCH = time(9, 0)


def environment(home: Path) -> dict[str, str]:
    """Settings of the scratch installation: everything under `home`, quick beats, nothing sent by mail."""
    return {
        "REVIEWFLOW_ENV": "rehearsal",
        "REVIEWFLOW_HOME": str(home),
        "REVIEWFLOW_SECRET_KEY": secrets.token_hex(32),
        "DATABASE_URL": f"sqlite:///{home / 'rehearsal.sqlite3'}",
        "REVIEWFLOW_RELAY_SECONDS": "0.1",
        "REVIEWFLOW_SWEEP_SECONDS": "1",
        "REVIEWFLOW_LEASE_SECONDS": "4",
        "REVIEWFLOW_RENEWAL_SECONDS": "1",
        "REVIEWFLOW_BACKOFF_SECONDS": "0.5,1",
    }


def settings_of(environ: dict[str, str]) -> Settings:
    """The settings of the scratch installation, with HR's own workflow and template folders if they are set."""
    own = {key: value for key, value in os.environ.items() if key in _FOLDERS}
    environ.update(own)
    return load(environ)


_FOLDERS = ("REVIEWFLOW_WORKFLOWS", "REVIEWFLOW_TEMPLATES")


def begin(config: RehearsalConfig, settings: Settings) -> Engine:
    """Make the database and accept the files. The business clock still runs: data vouch for no later day."""
    engine = db.engine(settings.database_url)
    migrations.upgrade(engine)
    with db.write(engine) as session:
        mark_scratch(session)
        set_company(session, config.company, settings.base_url, config.zone)
        now = moment(session)
        accept.accept(
            session, now, None, accept.read_folders(settings.workflows_folder, settings.templates_folder)
        )
    return engine


def first_morning(session: Session, config: RehearsalConfig) -> None:
    """Stop the business clock on the morning of the period's first day."""
    first = datetime.combine(config.period.starts_on, HOUR_OF_LAUNCH, ZoneInfo(config.zone))
    set_business_clock(session, first.astimezone(UTC))


def give_roles(session: Session, config: RehearsalConfig) -> dict[str, int]:
    """One root unit above all, and the roles of the configuration; ids of the role holders by role.

    People whom the data do not have are made, in the root unit, and are in no population by a unit below it.
    """
    root = _root(session)
    ids = {one.id: _person(session, config, one, root) for one in config.staff}
    holders: dict[str, int] = {}
    granting = list(ids.values())
    for one in config.staff:
        for role in one.roles:
            by = next((other for other in granting if other != ids[one.id]), None)
            if by is None:
                raise Refused([Reason("rehearsal.one_person", {"id": one.id})])
            session.execute(
                insert(RoleGrant).values(
                    person_id=ids[one.id], role=role, unit_id=root, from_on=LONG_AGO, granted_by=by
                )
            )
            holders.setdefault(role, ids[one.id])
    staff.rewrite_units_above(session)
    managers.rewrite_effective_lines(session)
    return holders


def _root(session: Session) -> int:
    """The one unit above all others; made if the data have several, or none."""
    tops = session.scalars(select(Unit.id).where(Unit.parent_id.is_(None))).all()
    if len(tops) == 1:
        return tops[0]
    root = session.scalars(insert(Unit).values(code=ROOT, name=ROOT).returning(Unit.id)).one()
    session.execute(update(Unit).where(Unit.id.in_(tops)).values(parent_id=root))
    return root


def _person(session: Session, config: RehearsalConfig, one: Staff, root: int) -> int:
    known = session.scalar(select(Person.id).where(Person.external_id == one.id))
    if known is not None:
        return known
    if one.name is None:
        raise Refused([Reason("rehearsal.unknown_person", {"id": one.id})])
    made = session.scalars(
        insert(Person)
        .values(external_id=one.id, name=one.name, language=one.language, zone=config.zone)
        .returning(Person.id)
    ).one()
    session.execute(insert(Membership).values(person_id=made, unit_id=root, from_on=LONG_AGO))
    return made
