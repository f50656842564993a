"""People who change during a story: roles that they get, managers who leave."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from reviewflow.core.values import Period
from reviewflow.core.viewer import Grant, Viewer
from reviewflow.store import db, staff
from reviewflow.store.facts import LandingBatch, Source, Target
from reviewflow.store.managers import rewrite_effective_lines
from reviewflow.store.people import ReportingLine, RoleGrant
from tests.cast import HIRED, ZONE
from tests.flows.story import Story
from tests.store.rows import AT


def grant(story: Story, person_id: int, role: str, unit_id: int | None = None) -> None:
    """Give a person a role, for the whole company by default."""
    by = story.cast.director if person_id != story.cast.director else story.cast.hu
    unit = unit_id or story.cast.company
    row = {"person_id": person_id, "role": role, "unit_id": unit, "from_on": HIRED, "granted_by": by}
    with db.write(story.engine) as session:
        session.execute(insert(RoleGrant).values(**row))


def holder(story: Story, person_id: int, *roles: str) -> Viewer:
    """A person who holds just these roles for the whole company."""
    grants = tuple(Grant(role, story.cast.company) for role in sorted(roles))
    return Viewer(person_id, grants, story.at.date())


def leave(story: Story, person_id: int, last_day: date) -> None:
    """A person's last day of work, as the import of people writes it."""
    with db.write(story.engine) as session:
        staff.leave(session, person_id, last_day)
        rewrite_effective_lines(session)


def change_manager(story: Story, person_id: int, manager_id: int, from_on: date) -> None:
    """From a day on somebody else manages the person."""
    mine = (ReportingLine.person_id == person_id) & (ReportingLine.kind == "solid")
    new = {"person_id": person_id, "manager_id": manager_id, "kind": "solid", "from_on": from_on}
    with db.write(story.engine) as session:
        session.execute(update(ReportingLine).where(mine).values(until_on=from_on))
        session.execute(insert(ReportingLine).values(**new))
        rewrite_effective_lines(session)


def give_target(session: Session, person_id: int, period: Period) -> None:
    """A target for sales from the only quota file there is."""
    source = {"id": 1, "name": "quotas", "mapping": "", "delivers": "[]", "zone": ZONE}
    session.execute(insert(Source).values(**source))
    counts = dict.fromkeys(("rows_new", "rows_changed", "rows_same", "rows_voided", "rows_bad"), 0)
    batch = {"no": 1, "source_id": 1, "holds": "people", "file_name": "quotas.csv", "layout": "{}", **counts}
    digests = {"file_digest": "0" * 64, "mapping_digest": "0" * 64}
    session.execute(insert(LandingBatch).values(**batch, **digests, landed_at=AT))
    target = {"person_id": person_id, "indicator": "sales_amount", "target_e4": 10_000, "batch_no": 1}
    session.execute(insert(Target).values(**target, starts_on=period.starts_on, ends_on=period.ends_on))
